package dev.backfeed.parser.command;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The name of a destination's field: one segment, or a path into nested objects ({@code
 * custom_attributes.risk}). {@code "a.b"} is one segment with a dot in it.
 *
 * @param path one or more segments, outermost first, case kept
 * @param position where the first segment began
 */
public record FieldName(List<String> path, Position position) {
  public FieldName {
    path = List.copyOf(path);
  }

  /**
   * The name as shown and stored: segments joined by dots, a segment that holds a dot in quotes.
   */
  public String text() {
    return path.stream()
        .map(s -> s.contains(".") || s.contains("\"") ? '"' + s.replace("\"", "\"\"") + '"' : s)
        .collect(Collectors.joining("."));
  }
}
