package dev.backfeed.parser.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one field is sent.
 *
 * @param wins who wins where warehouse and destination differ
 * @param latestBy the column of {@code KEEP LATEST BY}; empty for the others
 * @param ignoreNulls whether a null of the query equals anything; else it clears
 * @param stable how long a new value of a known row must hold before it is sent
 * @param passive whether the field is sent along only when another one changes
 * @param lookup whose key the value is
 */
public record FieldPolicy(
    Wins wins,
    Optional<Name> latestBy,
    boolean ignoreNulls,
    Optional<Stable> stable,
    boolean passive,
    Optional<Lookup> lookup) {
  /** What a field without words of its own has: OVERWRITE, RESPECT NULLS. */
  public static final FieldPolicy PLAIN =
      new FieldPolicy(
          Wins.OVERWRITE, Optional.empty(), false, Optional.empty(), false, Optional.empty());

  /** Who wins. */
  public enum Wins {
    /** The warehouse. */
    OVERWRITE,
    /** What is there, unless it is blank. */
    KEEP_EXISTING,
    /** Whoever changed it there since our last write. */
    KEEP_EDITS,
    /** The later of a column and that change; equal: the warehouse. */
    KEEP_LATEST,
    /** Whatever is there once the record exists. */
    ON_CREATE_ONLY
  }

  /** {@code STABLE FOR n RUNS | HOURS}. */
  public record Stable(long n, Unit unit) {
    /** What is counted. */
    public enum Unit {
      RUNS,
      HOURS
    }
  }

  /** {@code LOOKUP object BY field}: the value is the key of another object of the destination. */
  public record Lookup(String object, FieldName field) {}

  /** Whether the destination's present value decides: it has to be read before a write. */
  public boolean asksDestination() {
    return wins == Wins.KEEP_EXISTING || wins == Wins.KEEP_EDITS || wins == Wins.KEEP_LATEST;
  }

  /** As it is written, the defaults left out; {@code OVERWRITE} for a plain field. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    if (wins == Wins.KEEP_LATEST) {
      words.add("KEEP LATEST BY " + latestBy.orElseThrow());
    } else if (wins != Wins.OVERWRITE) {
      words.add(wins.name().replace('_', ' '));
    }
    if (ignoreNulls) {
      words.add("IGNORE NULLS");
    }
    stable.ifPresent(s -> words.add("STABLE FOR " + s.n() + " " + s.unit()));
    if (passive) {
      words.add("PASSIVE");
    }
    lookup.ifPresent(l -> words.add("LOOKUP " + l.object() + " BY " + l.field().text()));
    return words.isEmpty() ? "OVERWRITE" : String.join(" ", words);
  }
}
