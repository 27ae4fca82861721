package dev.backfeed.driver.shell;

import dev.backfeed.driver.jdbc.BackfeedVersion;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What {@code java -jar backfeed.jar} starts. */
public final class Main {
  /** The exit code for a statement that failed. */
  static final int FAILED = 1;

  /** The exit code for arguments that make no sense. */
  static final int MISUSED = 2;

  static final String USAGE =
      """
      java -jar backfeed.jar shell <url> [-f file | -c "statements"] [--config file]
      java -jar backfeed.jar agent <url> [--config file]
      java -jar backfeed.jar version
      java -jar backfeed.jar help

        <url>      jdbc:backfeed: and the warehouse's own URL without its jdbc:,
                   for instance jdbc:backfeed:duckdb:shop.duckdb
        shell      type statements, or run a script
        agent      run schedules and answer requests until the process is stopped
        -f file    run a script and stop at the first error (- reads standard input)
        -c "…"     run these statements and stop at the first error
        --config   file of host settings, in place of the one BACKFEED_CONFIG names

      Without -f and -c, statements are read from the terminal, or from standard input.
      """;

  private Main() {}

  /**
   * Runs one command.
   *
   * @param args as {@link #USAGE} says; the process ends with 0, 1 for a failed statement, 2 for
   *     arguments that make no sense
   */
  public static void main(String[] args) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    int status = run(Arrays.asList(args), out, err);
    out.flush();
    err.flush();
    System.exit(status);
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    String command = args.isEmpty() ? "help" : args.get(0);
    return switch (command) {
      case "shell" -> shell(args.subList(1, args.size()), out, err);
      case "agent" -> agent(args.subList(1, args.size()), out, err);
      case "version", "--version" -> say(out, "backfeed " + BackfeedVersion.text(), 0);
      case "help", "--help", "-h" -> say(out, USAGE.stripTrailing(), 0);
      default -> say(err, "there is no command \"" + command + "\"\n\n" + USAGE, MISUSED);
    };
  }

  private static int say(PrintStream stream, String text, int status) {
    stream.println(text);
    return status;
  }

  private static int shell(List<String> args, PrintStream out, PrintStream err) {
    ShellOptions options;
    try {
      options = ShellOptions.parse(args);
    } catch (IllegalArgumentException e) {
      return say(err, e.getMessage() + "\n\n" + USAGE, MISUSED);
    }
    return new Shell(options, out, err).run();
  }

  private static int agent(List<String> args, PrintStream out, PrintStream err) {
    try {
      return AgentCommand.parse(args, out, err).run();
    } catch (IllegalArgumentException e) {
      return say(err, e.getMessage() + "\n\n" + USAGE, MISUSED);
    }
  }

  /** A console whose locale was never set would turn every letter beyond ASCII into a question. */
  private static PrintStream stream(FileDescriptor descriptor) {
    Charset local = Charset.defaultCharset();
    return new PrintStream(
        new FileOutputStream(descriptor),
        true,
        local.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : local);
  }
}
