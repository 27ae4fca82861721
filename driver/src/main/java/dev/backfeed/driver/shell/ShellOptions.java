package dev.backfeed.driver.shell;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The shell's arguments.
 *
 * @param url begins with {@code jdbc:backfeed:}
 * @param file the script; {@code -} for standard input
 * @param statements given on the command line
 * @param config file of host settings
 */
record ShellOptions(
    String url, Optional<String> file, Optional<String> statements, Optional<String> config) {
  static final String PREFIX = "jdbc:backfeed:";

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static ShellOptions parse(List<String> args) {
    String url = null;
    Optional<String> file = Optional.empty();
    Optional<String> statements = Optional.empty();
    Optional<String> config = Optional.empty();
    Iterator<String> rest = args.iterator();
    while (rest.hasNext()) {
      String arg = rest.next();
      switch (arg) {
        case "-f", "--file" -> file = Optional.of(value(arg, rest));
        case "-c", "--command" -> statements = Optional.of(value(arg, rest));
        case "--config" -> config = Optional.of(value(arg, rest));
        default -> url = url(arg, url);
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("the URL is missing");
    }
    if (file.isPresent() && statements.isPresent()) {
      throw new IllegalArgumentException("-f and -c cannot be used together");
    }
    return new ShellOptions(url, file, statements, config);
  }

  /** Whether no statement was given with the arguments. */
  boolean asks() {
    return file.isEmpty() && statements.isEmpty();
  }

  /** The part of the URL that says how the warehouse writes SQL. */
  String warehouse() {
    return url.substring(PREFIX.length());
  }

  private static String url(String arg, String before) {
    if (arg.startsWith("-")) {
      throw new IllegalArgumentException("there is no option " + arg);
    }
    if (before != null) {
      throw new IllegalArgumentException(
          "more than one URL is given: put statements behind -c, in quotes");
    }
    if (!arg.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "the URL must begin with " + PREFIX + ", for instance " + PREFIX + "duckdb:shop.duckdb");
    }
    return arg;
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }
}
