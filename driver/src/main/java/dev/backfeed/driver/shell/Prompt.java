package dev.backfeed.driver.shell;

import dev.backfeed.parser.Statement;
import dev.backfeed.parser.StatementRouter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Reads statements from a terminal, with editing, history and completion. */
final class Prompt {
  private static final String HELP =
      """
      Statements end with ; and may take several lines. Those of Backfeed begin with
      CREATE, DROP, SHOW, TEST, EXPLAIN, RESET, BASELINE, PAUSE, RESUME or RESOLVE and SYNC or
      DESTINATION, or with SYNC NOW; all others are the warehouse's.

        \\x [on|off|auto]   show rows as lists of their fields
        \\?  or help        this page
        \\q  or quit        leave
      """;

  private final Connection connection;
  private final StatementRouter router;
  private final PrintStream out;
  private final String url;

  Prompt(Connection connection, StatementRouter router, PrintStream out, String url) {
    this.connection = connection;
    this.router = router;
    this.out = out;
    this.url = url;
  }

  /** Runs until the user leaves; the exit code. */
  int run() throws IOException {
    try (Terminal terminal = Terminals.open()) {
      Completions completions = new Completions(connection);
      Runner runner = new Runner(connection, out, out, Display.terminal(() -> width(terminal)));
      LineReader reader = reader(terminal, completions);
      terminal.handle(Terminal.Signal.INT, signal -> runner.cancel());
      out.println("Connected to " + withoutParameters(url) + ". \\? helps, \\q leaves.");
      while (true) {
        String text = read(reader);
        if (text == null) {
          return 0;
        }
        if (!text.isBlank() && !obey(text.strip(), runner)) {
          return 0;
        }
        completions.forget();
      }
    }
  }

  /** Null at the end of the input; blank after Ctrl-C. */
  private static String read(LineReader reader) {
    try {
      return reader.readLine("backfeed> ");
    } catch (UserInterruptException e) {
      return "";
    } catch (EndOfFileException e) {
      return null;
    }
  }

  /** Does what was typed; false to leave. */
  private boolean obey(String text, Runner runner) {
    return switch (text.toLowerCase(Locale.ROOT).replaceFirst("\\s*;$", "")) {
      case "\\q", "quit", "exit" -> false;
      case "\\?", "help" -> {
        out.print(HELP);
        yield true;
      }
      default -> {
        if (text.startsWith("\\")) {
          command(text, runner);
        } else {
          statements(text, runner);
        }
        yield true;
      }
    };
  }

  private void statements(String text, Runner runner) {
    for (Statement statement : router.split(text)) {
      if (!runner.run(statement.text(), Optional.empty())) {
        return;
      }
    }
  }

  private void command(String text, Runner runner) {
    try {
      out.println(runner.display().command(text));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
    }
  }

  private LineReader reader(Terminal terminal, Completions completions) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("backfeed")
            .parser(new StatementParser(router))
            .completer(completions)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "       -> ");
    history().ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    return builder.build();
  }

  /** None where the home folder cannot be written: the shell works without. */
  private static Optional<Path> history() {
    try {
      Path folder = Path.of(System.getProperty("user.home"), ".backfeed");
      Files.createDirectories(folder);
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        // A statement of the warehouse's may hold a password.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      return Optional.of(folder.resolve("history"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int width(Terminal terminal) {
    return terminal.getWidth() > 0 ? terminal.getWidth() : 80;
  }

  /** A URL's parameters may hold a password. */
  private static String withoutParameters(String url) {
    return url.split("[?;]", 2)[0];
  }
}
