package dev.backfeed.driver.cases;

import java.util.ArrayList;
import java.util.List;

/**
 * One record of a case file.
 *
 * @param line where it begins, from 1
 * @param comments the lines before the directive that are comments or conditions
 * @param directive the first line
 * @param body the statement's lines
 * @param expected the lines after {@code ----}; null where there is no such line
 */
record CaseRecord(
    int line, List<String> comments, String directive, List<String> body, List<String> expected) {
  private static final String MARK = "----";

  /** The records of a file, which blank lines divide. */
  static List<CaseRecord> parse(List<String> lines) {
    List<CaseRecord> records = new ArrayList<>();
    List<String> block = new ArrayList<>();
    for (int i = 0; i <= lines.size(); i++) {
      if (i < lines.size() && !lines.get(i).isBlank()) {
        block.add(lines.get(i));
      } else if (!block.isEmpty()) {
        records.add(record(i - block.size() + 1, block));
        block = new ArrayList<>();
      }
    }
    return records;
  }

  /** Whether the record is for this warehouse. */
  boolean runsOn(String warehouse) {
    return comments.stream()
        .noneMatch(
            c ->
                c.equals("skipif " + warehouse)
                    || (c.startsWith("onlyif ") && !c.equals("onlyif " + warehouse)));
  }

  String statement() {
    return String.join("\n", body);
  }

  /** The record as it stands in the file. */
  List<String> lines(List<String> expectation) {
    List<String> lines = new ArrayList<>(comments);
    if (!directive.isEmpty()) {
      lines.add(directive);
    }
    lines.addAll(body);
    if (expected != null) {
      lines.add(MARK);
      lines.addAll(expectation);
    }
    return lines;
  }

  private static CaseRecord record(int line, List<String> block) {
    int first = 0;
    while (first < block.size() && isComment(block.get(first))) {
      first++;
    }
    int mark = block.indexOf(MARK);
    int end = mark < 0 ? block.size() : mark;
    return new CaseRecord(
        line + first,
        block.subList(0, first),
        first < block.size() ? block.get(first) : "",
        block.subList(Math.min(first + 1, end), end),
        mark < 0 ? null : block.subList(mark + 1, block.size()));
  }

  private static boolean isComment(String line) {
    return line.startsWith("#") || line.startsWith("onlyif ") || line.startsWith("skipif ");
  }
}
