package dev.backfeed.engine.histories;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a definition says beside the fields it maps: how rows are written, what becomes of those
 * that leave, which values go along.
 *
 * @param left what becomes of records whose rows have left the query
 * @param flagged what becomes of records whose rows DELETE WHEN names, if it does
 * @param restores whether a field that is not mapped is set again when a row is back
 * @param ignoring fields whose nulls equal anything
 * @param passive fields that go along with others
 * @param expected what a row must fulfil
 * @param wins who has the last word about {@code b}
 * @param stable which values have to hold on, if any
 */
record Clauses(
    Mode mode,
    Leave left,
    Optional<Leave> flagged,
    boolean restores,
    Set<String> ignoring,
    Set<String> passive,
    Expected expected,
    Wins wins,
    Optional<Stable> stable) {
  static final Clauses MIRROR =
      new Clauses(
          Mode.UPSERT,
          Leave.DELETE,
          Optional.empty(),
          false,
          Set.of(),
          Set.of(),
          Expected.ANYTHING,
          Wins.OVERWRITE,
          Optional.empty());

  /** For how long new values of known rows have to hold: so many runs, or hours. */
  record Stable(Set<String> fields, int n, boolean hours) {
    private String words() {
      return " STABLE FOR " + n + (hours ? " HOURS" : " RUNS");
    }
  }

  /** Which rows are written. */
  enum Mode {
    UPSERT,
    UPDATE,
    INSERT
  }

  /** Whose value of a field stays. */
  enum Wins {
    OVERWRITE(""),
    KEEP_EXISTING(" KEEP EXISTING"),
    KEEP_EDITS(" KEEP EDITS"),
    KEEP_LATEST(" KEEP LATEST BY t"),
    ON_CREATE_ONLY(" ON CREATE ONLY");

    private final String words;

    Wins(String words) {
      this.words = words;
    }

    /** Whether the destination's present value decides about a known record. */
    boolean asks() {
      return this == KEEP_EXISTING || compares();
    }

    /** Whether what we wrote is compared with what is there. */
    boolean compares() {
      return this == KEEP_EDITS || this == KEEP_LATEST;
    }
  }

  /** What a row must fulfil, or it is rejected. */
  enum Expected {
    ANYTHING(""),
    SMALL(" CONSTRAINT small EXPECT (a IS NULL OR a < 2) ON VIOLATION DROP ROW"),
    GROWING(
        " CONSTRAINT growing EXPECT (previous(a) IS NULL OR a >= previous(a)) ON VIOLATION DROP"
            + " ROW"),
    WISHED(" CONSTRAINT wished EXPECT (a IS NULL OR a < 2) ON VIOLATION WARN"),
    SURE(" CONSTRAINT sure EXPECT (a IS NULL OR a < 2) ON VIOLATION FAIL"),
    FEW(" CONSTRAINT few EXPECT OVERALL (count(*) < 4) ON VIOLATION FAIL"),
    STOPPING(" CONSTRAINT few EXPECT OVERALL (count(*) < 4) ON VIOLATION PAUSE");

    private final String clause;

    Expected(String clause) {
      this.clause = clause;
    }
  }

  /** What is done with a record. */
  enum Leave {
    KEEP("KEEP"),
    DELETE("DELETE"),
    CLEAR("CLEAR"),
    SET("SET (b = 'left', status = 'left')");

    private final String clause;

    Leave(String clause) {
      this.clause = clause;
    }

    /** Whether it changes fields, by a call. */
    boolean writes() {
      return this == CLEAR || this == SET;
    }

    /** The mapped fields as the record holds them afterwards. */
    Map<String, Object> after(Map<String, Object> before, Wins wins) {
      Map<String, Object> after = new TreeMap<>(before);
      after.replaceAll((field, value) -> sets(field, wins) ? made(field) : value);
      return after;
    }

    /** Mapped fields that it is about: what others may have the say of is not cleared. */
    boolean sets(String field, Wins wins) {
      boolean theirs =
          field.equals("b") && (wins == Wins.KEEP_EXISTING || wins == Wins.ON_CREATE_ONLY);
      return (this == CLEAR && !theirs) || (this == SET && field.equals("b"));
    }

    /** What it makes of a field that it is about. */
    Object made(String field) {
      return this == SET && field.equals("b") ? "left" : null;
    }

    /** Fields beside the mapped ones. */
    Map<String, Object> beside(Set<String> mapped) {
      Map<String, Object> beside = new TreeMap<>();
      if (this == SET) {
        beside.put("status", "left");
        if (!mapped.contains("b")) {
          beside.put("b", "left");
        }
      }
      return beside;
    }
  }

  /** Whether something of a record may have to be undone when its row leaves. */
  boolean removes() {
    return left != Leave.KEEP || flagged.isPresent();
  }

  /** Fields beside the mapped ones of a row that is back. */
  Map<String, Object> returned() {
    return restores ? Map.of("status", "here") : Map.of();
  }

  /** That a constraint of the value {@code a} holds. */
  boolean holds(BigDecimal a, BigDecimal previous) {
    return switch (expected) {
      case ANYTHING, WISHED, SURE, FEW, STOPPING -> true;
      case SMALL -> a == null || a.compareTo(BigDecimal.valueOf(2)) < 0;
      case GROWING -> previous == null || (a != null && a.compareTo(previous) >= 0);
    };
  }

  /** That nothing is to be sent of such a result at all. */
  boolean refuses(List<Row> selected) {
    return switch (expected) {
      case SURE ->
          selected.stream()
              .map(row -> (BigDecimal) row.fields().get("a"))
              .anyMatch(a -> a != null && a.compareTo(BigDecimal.valueOf(2)) >= 0);
      case FEW, STOPPING -> selected.size() >= 4;
      default -> false;
    };
  }

  /** What of it there is where these fields are mapped. */
  Clauses fitting(Set<String> mapped) {
    boolean unfit = expected == Expected.GROWING && !mapped.contains("a");
    Wins ours = mode == Mode.INSERT || !mapped.contains("b") ? Wins.OVERWRITE : wins;
    boolean asks = ours != Wins.OVERWRITE;
    Set<String> along = new TreeSet<>(mode == Mode.INSERT ? Set.of() : passive);
    if (asks) {
      along.remove("b");
    }
    return new Clauses(
        mode,
        left,
        flagged,
        restores && (left.writes() || flagged.filter(Leave::writes).isPresent()),
        ignoring,
        along,
        unfit ? Expected.ANYTHING : expected,
        ours,
        stable
            .filter(s -> mode != Mode.INSERT)
            .map(
                s -> {
                  Set<String> fields = new TreeSet<>(s.fields());
                  fields.retainAll(mapped);
                  fields.removeAll(along);
                  return new Stable(fields, s.n(), s.hours());
                })
            .filter(s -> !s.fields().isEmpty()));
  }

  /** The same without what a feed does not go with. */
  Clauses ofFeed() {
    boolean overall = expected == Expected.FEW || expected == Expected.STOPPING;
    return new Clauses(
        mode,
        left,
        Optional.empty(),
        restores && left.writes(),
        ignoring,
        passive,
        overall ? Expected.ANYTHING : expected,
        wins,
        stable);
  }

  /** Whether a value of a known row has to hold on before it is sent. */
  boolean holds(String field) {
    return stable.filter(s -> s.fields().contains(field)).isPresent();
  }

  /** The same without anything that keeps all from being sent. */
  Clauses unhindered() {
    boolean refuses = Set.of(Expected.SURE, Expected.FEW, Expected.STOPPING).contains(expected);
    return new Clauses(
        mode,
        left,
        flagged,
        restores,
        ignoring,
        passive,
        refuses ? Expected.ANYTHING : expected,
        wins,
        Optional.empty());
  }

  /** How a field is mapped. */
  String field(String name) {
    return name
        + (name.equals("b") ? wins.words : "")
        + (ignoring.contains(name) ? " IGNORE NULLS" : "")
        + (passive.contains(name) ? " PASSIVE" : "")
        + (holds(name) ? stable.orElseThrow().words() : "");
  }

  String text() {
    boolean mirror = mode == Mode.UPSERT && left == Leave.DELETE && flagged.isEmpty();
    return (mirror ? "MODE MIRROR" : "MODE " + mode + " ON REMOVE " + left.clause)
        + flagged
            .map(how -> " DELETE WHEN (gone)" + (how == Leave.DELETE ? "" : " " + how.clause))
            .orElse("")
        + (restores ? " ON RETURN SET (status = 'here')" : "")
        + expected.clause;
  }
}
