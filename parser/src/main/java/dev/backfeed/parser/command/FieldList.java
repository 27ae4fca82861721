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
   * How a column is sent to a field.
   *
   * @param column as the warehouse spells it
   * @param field as it is shown
   */
  public FieldPolicy policy(String column, String field) {
    List<Item> about =
        items.stream().filter(item -> item.column().text().equalsIgnoreCase(column)).toList();
    return about.stream()
        .filter(item -> item.field().filter(f -> f.text().equalsIgnoreCase(field)).isPresent())
        .findFirst()
        .or(() -> about.stream().filter(item -> item.field().isEmpty()).findFirst())
        .map(Item::policy)
        .orElse(FieldPolicy.PLAIN);
  }

  /**
   * One listed column.
   *
   * @param column the query's output column
   * @param field the destination's field where it was named with {@code AS}
   * @param policy how it is sent
   */
  public record Item(Name column, Optional<FieldName> field, FieldPolicy policy) {}
}
