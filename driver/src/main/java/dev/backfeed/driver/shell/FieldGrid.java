package dev.backfeed.driver.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A row as a list of its fields, as many beside each other as fit where they are short. SYNC NOW's
 * twenty columns take a handful of lines that way.
 */
final class FieldGrid {
  /** As long as a run id. */
  private static final int SHORT = 26;

  private static final int MOST_ACROSS = 6;
  private static final String GAP = "   ";

  private final List<String> labels;
  private final int width;

  FieldGrid(List<String> labels, int width) {
    this.labels = labels;
    this.width = width;
  }

  /**
   * Prints one row.
   *
   * @param number from 1
   */
  void print(PrintStream out, long number, List<String> row) {
    String title = "-[ " + number + " ]";
    out.println(title + "-".repeat(Math.max(0, width - title.length())));
    List<List<Integer>> stretches = stretches(row);
    Layout layout = layout(row, stretches);
    for (List<Integer> stretch : stretches) {
      if (isLong(row.get(stretch.get(0)))) {
        longField(out, layout, labels.get(stretch.get(0)), row.get(stretch.get(0)));
      } else {
        shortFields(out, layout, stretch, row);
      }
    }
  }

  /** Fields in their order: short ones that follow each other together, each long one alone. */
  private static List<List<Integer>> stretches(List<String> row) {
    List<List<Integer>> stretches = new ArrayList<>();
    boolean afterShort = false;
    for (int i = 0; i < row.size(); i++) {
      boolean isShort = !isLong(row.get(i));
      if (!isShort || !afterShort) {
        stretches.add(new ArrayList<>());
      }
      stretches.get(stretches.size() - 1).add(i);
      afterShort = isShort;
    }
    return stretches;
  }

  /** The widths of the grid's columns: one of label and one of value each. */
  private record Layout(List<Integer> labelWidths, List<Integer> valueWidths) {
    int across() {
      return labelWidths.size();
    }

    int total() {
      int total = -GAP.length();
      for (int i = 0; i < across(); i++) {
        total += labelWidths.get(i) + 1 + valueWidths.get(i) + GAP.length();
      }
      return total;
    }
  }

  /** The widest grid that fits; with one column even one that does not. */
  private Layout layout(List<String> row, List<List<Integer>> stretches) {
    for (int across = MOST_ACROSS; across > 1; across--) {
      Layout layout = layout(row, stretches, across);
      if (layout.total() <= width) {
        return layout;
      }
    }
    return layout(row, stretches, 1);
  }

  private Layout layout(List<String> row, List<List<Integer>> stretches, int across) {
    List<Integer> labelWidths = zeros(across);
    List<Integer> valueWidths = zeros(across);
    for (List<Integer> stretch : stretches) {
      for (int at = 0; at < stretch.size(); at++) {
        int field = stretch.get(at);
        String value = isLong(row.get(field)) ? "" : row.get(field);
        labelWidths.set(
            at % across, Math.max(labelWidths.get(at % across), labels.get(field).length()));
        valueWidths.set(at % across, Math.max(valueWidths.get(at % across), value.length()));
      }
    }
    return new Layout(labelWidths, valueWidths);
  }

  private void shortFields(
      PrintStream out, Layout layout, List<Integer> stretch, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int at = 0; at < stretch.size(); at++) {
      int column = at % layout.across();
      if (column == 0 && at > 0) {
        out.println(line.toString().stripTrailing());
        line.setLength(0);
      }
      line.append(column == 0 ? "" : GAP)
          .append(pad(labels.get(stretch.get(at)), layout.labelWidths().get(column)))
          .append(' ')
          .append(pad(row.get(stretch.get(at)), layout.valueWidths().get(column)));
    }
    out.println(line.toString().stripTrailing());
  }

  private static void longField(PrintStream out, Layout layout, String label, String value) {
    int labelWidth = layout.labelWidths().get(0);
    String lead = pad(label, labelWidth) + " ";
    for (String part : value.lines().toList()) {
      out.println((lead + part).stripTrailing());
      lead = " ".repeat(labelWidth + 1);
    }
  }

  private static List<Integer> zeros(int count) {
    List<Integer> zeros = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      zeros.add(0);
    }
    return zeros;
  }

  private static boolean isLong(String value) {
    return value.length() > SHORT || value.indexOf('\n') >= 0;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
