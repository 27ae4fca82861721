package dev.backfeed.driver.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A row as a list of its fields, several beside each other where they are short. SYNC NOW's twenty
 * columns fit on seven lines that way.
 */
final class FieldGrid {
  private static final int SHORT = 26;
  private static final String GAP = "   ";

  private final List<String> labels;
  private final int width;
  private final int labelWidth;

  FieldGrid(List<String> labels, int width) {
    this.labels = labels;
    this.width = width;
    this.labelWidth = labels.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Prints one row.
   *
   * @param number from 1
   */
  void print(PrintStream out, long number, List<String> row) {
    String title = "-[ " + number + " ]";
    out.println(title + "-".repeat(Math.max(0, width - title.length())));
    List<String> line = new ArrayList<>();
    int valueWidth = valueWidth(row);
    int across = Math.max(1, (width + GAP.length()) / (labelWidth + 1 + valueWidth + GAP.length()));
    for (int i = 0; i < row.size(); i++) {
      if (isLong(row.get(i))) {
        flush(out, line);
        longField(out, labels.get(i), row.get(i));
        continue;
      }
      line.add(pad(labels.get(i), labelWidth) + " " + pad(row.get(i), valueWidth));
      if (line.size() == across) {
        flush(out, line);
      }
    }
    flush(out, line);
  }

  private void longField(PrintStream out, String label, String value) {
    String lead = pad(label, labelWidth) + " ";
    for (String part : value.lines().toList()) {
      out.println((lead + part).stripTrailing());
      lead = " ".repeat(labelWidth + 1);
    }
  }

  private static void flush(PrintStream out, List<String> line) {
    if (!line.isEmpty()) {
      out.println(String.join(GAP, line).stripTrailing());
      line.clear();
    }
  }

  private static int valueWidth(List<String> row) {
    return row.stream().filter(v -> !isLong(v)).mapToInt(String::length).max().orElse(1);
  }

  private static boolean isLong(String value) {
    return value.length() > SHORT || value.indexOf('\n') >= 0;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
