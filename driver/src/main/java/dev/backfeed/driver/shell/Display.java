package dev.backfeed.driver.shell;

import java.util.Locale;

/**
 * How results are shown. Changed by the command {@code \x}.
 *
 * <p>Not safe for several threads.
 */
final class Display {
  /** Rows as lists of their fields: always, never, or where the table would be too wide. */
  enum Expanded {
    ON,
    OFF,
    AUTO
  }

  /** What a script's output is laid out for, since whatever reads it has no width. */
  static final int SCRIPT_WIDTH = 110;

  /** Longest value that a table on a terminal shows. */
  private static final int CUT = 60;

  private final java.util.function.IntSupplier width;
  private final int longest;
  private Expanded expanded;

  private Display(java.util.function.IntSupplier width, int longest, Expanded expanded) {
    this.width = width;
    this.longest = longest;
    this.expanded = expanded;
  }

  /** For a script whose output goes elsewhere: tables stay tables unless the script says so. */
  static Display script() {
    return new Display(() -> SCRIPT_WIDTH, Integer.MAX_VALUE, Expanded.OFF);
  }

  /** For a script that a person watches: nothing is cut, and what is too wide is expanded. */
  static Display watched(int width) {
    return new Display(() -> width, Integer.MAX_VALUE, Expanded.AUTO);
  }

  /** For a terminal. */
  static Display terminal(java.util.function.IntSupplier width) {
    return new Display(width, CUT, Expanded.AUTO);
  }

  /** Columns there are. */
  int width() {
    return width.getAsInt();
  }

  /** Whether a table of this width is to be expanded. */
  boolean expands(int tableWidth) {
    return expanded == Expanded.ON || (expanded == Expanded.AUTO && tableWidth > width());
  }

  /** A value as a table shows it. */
  String cut(String value) {
    return value.length() <= longest ? value : value.substring(0, longest - 1) + "…";
  }

  /**
   * Obeys {@code \x}, {@code \x on}, {@code \x off}, {@code \x auto}.
   *
   * @return what to tell the user
   * @throws IllegalArgumentException for any other command
   */
  String command(String line) {
    String[] words = line.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
    if (!words[0].equals("\\x") || words.length > 2) {
      throw new IllegalArgumentException("there is no command " + line.strip() + ": try \\?");
    }
    if (words.length == 1) {
      expanded = expanded == Expanded.ON ? Expanded.OFF : Expanded.ON;
    } else {
      expanded =
          switch (words[1]) {
            case "on" -> Expanded.ON;
            case "off" -> Expanded.OFF;
            case "auto" -> Expanded.AUTO;
            default -> throw new IllegalArgumentException("\\x takes on, off or auto");
          };
    }
    return "expanded display is " + expanded.name().toLowerCase(Locale.ROOT);
  }
}
