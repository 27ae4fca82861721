package dev.backfeed.engine.histories;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a sync of a history says, beside its name and target.
 *
 * @param fields of {@code a, b, c, d}
 * @param filtered whether the query leaves rows out
 * @param ordered whether rows go by {@code a}, greatest first
 * @param clauses how rows are written, and what becomes of those that leave
 * @param removals most rows that may leave at once; 0 for any number
 * @param changes most rows that may be added or changed at once; 0 for any number
 * @param maxAttempts answers after which a row is given up
 * @param batchSize rows a call
 * @param allowEmpty whether the query may be empty
 * @param wide whether {@code c} is computed with two more decimals
 * @param blind whether the destination is not asked for its object
 * @param detects how changes are found, if not by comparing everything
 */
record Definition(
    List<String> fields,
    boolean filtered,
    boolean ordered,
    Clauses clauses,
    int removals,
    int changes,
    int maxAttempts,
    int batchSize,
    boolean allowEmpty,
    boolean wide,
    boolean blind,
    Optional<Detects> detects) {
  /** When the values of a row came to be, as its {@code a} tells. */
  private static final String TIME =
      ", CASE a WHEN 0 THEN TIMESTAMP '2026-03-01 00:00:00' WHEN 1 THEN TIMESTAMP '2026-03-02"
          + " 12:00:00' WHEN 2 THEN TIMESTAMP '2026-03-20 00:00:00' END AS t";

  Definition {
    clauses = clauses.fitting(Set.copyOf(fields));
    if (detects.filter(Feeding.class::isInstance).isPresent()) {
      clauses = clauses.ofFeed();
    }
  }

  Optional<Looking> looking() {
    return detects.filter(Looking.class::isInstance).map(Looking.class::cast);
  }

  Optional<Feeding> feeding() {
    return detects.filter(Feeding.class::isInstance).map(Feeding.class::cast);
  }

  /** Whether rows of a feed that wait can wait under another definition. */
  boolean keeps(Definition other, boolean decimalsDiffer) {
    boolean judged =
        other.clauses().expected() == Clauses.Expected.ANYTHING
            || (clauses.expected() != Clauses.Expected.ANYTHING && sameQuery(other));
    return fields.equals(other.fields())
        && detects.equals(other.detects())
        && ordered == other.ordered()
        && hasTime() == other.hasTime()
        && (wide == other.wide() || !fields.contains("c") || !decimalsDiffer)
        && judged;
  }

  private boolean hasTime() {
    return clauses.wins() == Clauses.Wins.KEEP_LATEST;
  }

  private boolean sameQuery(Definition other) {
    return filtered == other.filtered() && wide == other.wide();
  }

  /** When the values of a row came to be, where that is known. */
  static Optional<Instant> time(Row row) {
    BigDecimal a = (BigDecimal) row.fields().get("a");
    return a == null
        ? Optional.empty()
        : switch (a.toPlainString()) {
          case "0" -> Optional.of(Instant.parse("2026-03-01T00:00:00Z"));
          case "1" -> Optional.of(Instant.parse("2026-03-02T12:00:00Z"));
          case "2" -> Optional.of(Instant.parse("2026-03-20T00:00:00Z"));
          default -> Optional.empty();
        };
  }

  /** The same without anything that keeps rows from being sent. */
  Definition unhindered() {
    return new Definition(
        fields,
        filtered,
        ordered,
        clauses.unhindered(),
        0,
        0,
        50,
        batchSize,
        true,
        wide,
        blind,
        detects.map(Detects::unhindered));
  }

  /** The same of a destination that has to be asked how it compares keys. */
  Definition asking() {
    return new Definition(
        fields,
        filtered,
        ordered,
        clauses,
        removals,
        changes,
        maxAttempts,
        batchSize,
        allowEmpty,
        wide,
        false,
        detects);
  }

  /** The same of a feed. */
  Definition ofFeed(boolean sequenced) {
    return new Definition(
        fields,
        filtered,
        ordered,
        clauses,
        removals,
        changes,
        maxAttempts,
        batchSize,
        allowEmpty,
        wide,
        blind,
        Optional.of(new Feeding(sequenced)));
  }

  String statement(String sync, String target, boolean resetState) {
    return "CREATE OR REPLACE SYNC %s TO %s KEY (id) %s FIELDS (%s)%s%s%s%s%s WITH (max_attempts = %d, batch_size = %d%s) AS SELECT id, a, b, %s, d%s%s%s FROM %s%s%s"
        .formatted(
            sync,
            target,
            clauses.text(),
            String.join(", ", fields.stream().map(clauses::field).toList()),
            detects.map(Detects::text).orElse(""),
            removals > 0 ? " LIMIT REMOVALS TO " + removals + " ROWS" : "",
            changes > 0 ? " LIMIT CHANGES TO " + changes + " ROWS" : "",
            allowEmpty ? " ALLOW EMPTY" : "",
            resetState ? " RESET STATE" : "",
            maxAttempts,
            batchSize,
            blind ? ", validate = FALSE" : "",
            wide ? "c * 1.00 AS c" : "c",
            clauses.flagged().isPresent() ? ", gone" : "",
            hasTime() ? TIME : "",
            detects.map(Detects::columns).orElse(""),
            feeding().isPresent() ? "feed_" + sync : "people",
            filtered ? " WHERE flag" : "",
            ordered ? " ORDER BY a DESC NULLS LAST" : "");
  }
}
