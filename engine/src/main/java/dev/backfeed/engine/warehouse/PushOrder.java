package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import java.util.ArrayList;
import java.util.List;

/** The order in which the rows of a plan are sent. */
final class PushOrder {
  private final DiffSpec spec;

  PushOrder(DiffSpec spec) {
    this.spec = spec;
  }

  /**
   * What follows OVER, without its parentheses; empty where any order will do.
   *
   * @param stateIsEmpty whether every row is new
   */
  Sql clause(boolean stateIsEmpty) {
    if (stateIsEmpty
        && spec.order().isEmpty()
        && !spec.notes()
        && spec.pace().isEmpty()
        // The first of several keys that match a record takes it: that must not be left to chance.
        && spec.rules().links().match().isEmpty()) {
      return Sql.EMPTY;
    }
    return Sql.of(
        "ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END,"
            + " CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, {}",
        Sql.join(", ", terms("p")));
  }

  /** The user's order, then what is owed before what is new. */
  List<Sql> terms(String relation) {
    List<Sql> terms = new ArrayList<>();
    for (int i = 0; i < spec.order().size(); i++) {
      DiffSpec.PushTerm term = spec.order().get(i);
      terms.add(
          Sql.of(
              "{}{}{}",
              Sql.name(relation, DiffStatements.besideColumn(i)),
              term.descending() ? Sql.of(" DESC") : Sql.EMPTY,
              term.nullsFirst()
                  .map(first -> first ? Sql.of(" NULLS FIRST") : Sql.of(" NULLS LAST"))
                  .orElse(Sql.EMPTY)));
    }
    terms.add(Sql.of("CASE WHEN {} THEN 0 ELSE 1 END", Sql.name(relation, "owed")));
    spec.keys().forEach(k -> terms.add(Sql.name(relation, k.stored())));
    return terms;
  }
}
