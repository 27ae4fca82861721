package dev.backfeed.parser.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A column of a stored table, from which values of a query come. Ordered by its text.
 *
 * @param relation the table, qualified as far as the warehouse needs it, outermost first
 * @param column as the warehouse stores the name
 */
public record SourceColumn(List<String> relation, String column)
    implements Comparable<SourceColumn> {
  private static final Comparator<SourceColumn> ORDER = Comparator.comparing(SourceColumn::text);

  public SourceColumn {
    relation = List.copyOf(relation);
  }

  /** {@code schema.table.column}; a part that holds a dot or a quote stands in quotes. */
  public String text() {
    List<String> path = new ArrayList<>(relation);
    path.add(column);
    return new FieldName(path, null).text();
  }

  @Override
  public int compareTo(SourceColumn other) {
    return ORDER.compare(this, other);
  }
}
