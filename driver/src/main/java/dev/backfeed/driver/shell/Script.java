package dev.backfeed.driver.shell;

import dev.backfeed.parser.Statement;
import dev.backfeed.parser.StatementRouter;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text of several statements. Each is echoed with the comments that stand before it, so that the
 * output can be read without the script beside it. A line that begins with a backslash is a command
 * of the shell.
 */
final class Script {
  /** Whether statements are printed before their results. */
  enum Echo {
    ON,
    OFF
  }

  private final StatementRouter router;
  private final Runner runner;
  private final PrintStream out;
  private final Echo echo;
  private final Optional<String> name;

  /**
   * A script.
   *
   * @param name the file, for errors
   */
  Script(StatementRouter router, Runner runner, PrintStream out, Echo echo, Optional<String> name) {
    this.router = router;
    this.runner = runner;
    this.out = out;
    this.echo = echo;
    this.name = name;
  }

  /** Runs all statements; false at the first that fails. */
  boolean run(String text) throws SQLException {
    boolean first = true;
    for (Part part : parts(text)) {
      if (part.command()) {
        runner.display().command(part.text());
        continue;
      }
      for (Statement statement : router.split(part.text())) {
        if (!first) {
          out.println();
        }
        first = false;
        echo(statement.text());
        int line = part.firstLine() + statement.position().line() - 1;
        if (!runner.run(statement.text(), name.map(file -> file + " line " + line))) {
          return false;
        }
      }
    }
    return true;
  }

  private void echo(String statement) {
    if (echo == Echo.OFF) {
      return;
    }
    String prefix = "> ";
    for (String line : statement.lines().toList()) {
      if (prefix.equals("> ") && (line.isBlank() || line.strip().startsWith("--"))) {
        out.println(line.strip());
      } else {
        out.println((prefix + line).stripTrailing());
        prefix = "  ";
      }
    }
  }

  /** A stretch of SQL, or one command of the shell. */
  private record Part(String text, int firstLine, boolean command) {}

  /**
   * Cuts the text at lines with a command. Such a line counts only where a statement could begin: a
   * backslash in the middle of one is the statement's.
   */
  private List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder sql = new StringBuilder();
    int number = 0;
    int first = 1;
    for (String line : text.lines().toList()) {
      number++;
      if (line.startsWith("\\") && Completeness.complete(router, sql.toString())) {
        parts.add(new Part(sql.toString(), first, false));
        parts.add(new Part(line.strip(), number, true));
        sql.setLength(0);
        first = number + 1;
      } else {
        sql.append(line).append('\n');
      }
    }
    parts.add(new Part(sql.toString(), first, false));
    return parts;
  }
}
