package dev.backfeed.parser.command;

import java.util.List;
import java.util.Optional;

/**
 * {@code FIELDS (…)}.
 *
 * @param all whether {@code *} stands in the list (or the clause is missing)
 * @param except the columns of {@code * EXCEPT (…)}
 * @param items the columns listed one by one
 */
public record FieldList(boolean all, List<Name> except, List<Item> items) {
  /** What a sync without the clause has: every column but the key. */
  public static final FieldList ALL = new FieldList(true, List.of(), List.of());

  public FieldList {
    except = List.copyOf(except);
    items = List.copyOf(items);
  }

  /**
   * One listed column.
   *
   * @param column the query's output column
   * @param field the destination's field where it was named with {@code AS}
   * @param policy how it is sent
   */
  public record Item(Name column, Optional<FieldName> field, FieldPolicy policy) {}

  /** What is said of a column of the query, whose name is as the warehouse gives it. */
  public FieldPolicy policy(String column) {
    List<Item> folded =
        items.stream().filter(i -> i.column().text().equalsIgnoreCase(column)).toList();
    return folded.stream()
        .filter(i -> i.column().text().equals(column))
        .findFirst()
        .or(() -> folded.stream().findFirst())
        .map(Item::policy)
        .orElse(FieldPolicy.PLAIN);
  }
}
