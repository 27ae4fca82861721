package dev.backfeed.parser.command;

import java.util.List;
import java.util.Optional;

/**
 * The query of a sync, in the warehouse's dialect, verbatim.
 *
 * @param text everything after {@code AS}, without surrounding white space and the closing {@code
 *     ;}; for {@code AS TABLE t} the equivalent {@code SELECT * FROM t}
 * @param unordered {@code text} without its trailing outermost {@code ORDER BY}; equal to {@code
 *     text} where there is none, where a LIMIT or another clause follows it, or where the rows
 *     depend on it ({@code DISTINCT ON})
 * @param order the terms of that {@code ORDER BY}, most significant first; empty where none
 * @param position where the query began in the user's text
 */
public record Query(String text, String unordered, List<OrderTerm> order, Position position) {
  public Query {
    order = List.copyOf(order);
  }

  /**
   * One term of the push order.
   *
   * @param text the expression as written: a column name without its quotes where {@code column},
   *     an ordinal where it is digits only, else an expression that no output column answers to
   * @param column whether it is a single, unqualified name
   * @param descending whether {@code DESC} was written
   * @param nullsFirst what was written after {@code NULLS}, empty where nothing was
   * @param position where it began
   */
  public record OrderTerm(
      String text,
      boolean column,
      boolean descending,
      Optional<Boolean> nullsFirst,
      Position position) {}
}
