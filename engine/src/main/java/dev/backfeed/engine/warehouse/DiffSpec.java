package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.parser.command.Constraint.Violation;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Scope;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is compared with what: one sync's query with its state.
 *
 * @param syncId whose notes apply
 * @param query the user's query without its push order
 * @param keys the key columns, {@code k1…}
 * @param fields the mapped columns, {@code f1…}
 * @param order the push order, most significant first
 * @param keyComparison how the destination compares keys
 * @param zone where timestamps without zone are meant
 * @param stateTable the state
 * @param scope which rows are sent
 * @param pace new rows that may be sent today; empty for all
 * @param notes whether the sync has notes at all; without, they are not looked up
 * @param maxAttempts answers after which an unchanged row is given up
 * @param repeatable whether a row in doubt may be sent again
 * @param now for back-off
 * @param append present where rows are only ever added at the destination
 * @param rules what else decides about a row
 * @param detection which rows are looked at
 * @param rekeyed present where records may be there under a former key
 */
public record DiffSpec(
    String syncId,
    String query,
    List<MappedColumn> keys,
    List<MappedColumn> fields,
    List<PushTerm> order,
    KeyComparison keyComparison,
    String zone,
    String stateTable,
    Scope scope,
    OptionalLong pace,
    boolean notes,
    int maxAttempts,
    boolean repeatable,
    OffsetDateTime now,
    Optional<Append> append,
    Rules rules,
    Detection detection,
    Optional<Rekeyed> rekeyed) {
  public DiffSpec {
    keys = List.copyOf(keys);
    fields = List.copyOf(fields);
    order = List.copyOf(order);
  }

  /** Whether unchanged rows are sent too; what is to be made only is there, and never touched. */
  public boolean full() {
    return scope == Scope.FULL && !onlyMakes();
  }

  /** Whether records are made and never changed. */
  boolean onlyMakes() {
    return rules.once() && append.isEmpty();
  }

  /** Whether some field is not simply sent when it differs. */
  public boolean hasPolicies() {
    return fields.stream().anyMatch(f -> !f.plain());
  }

  /** Whether the destination's present values may decide about a row. */
  public boolean asks() {
    return fields.stream().anyMatch(f -> f.asks() || f.policy().wins() == Wins.ON_CREATE_ONLY);
  }

  /** Whether what the destination shows after a write is kept. */
  public boolean compares() {
    return fields.stream().anyMatch(MappedColumn::compares);
  }

  /** Whether a row is unchanged exactly where all of its fields are as the state has them. */
  public boolean simple() {
    return !hasPolicies()
        && comparesAtOnce()
        && !rules.once()
        && rules.recheck().isEmpty()
        && detection.equals(Detection.DIFF);
  }

  /** Whether nothing but its key tells what a row of the query is there for. */
  public boolean comparesAtOnce() {
    return rules.flag().isEmpty() && rules.expectations().isEmpty();
  }

  /** Whether some rows of the model may be deletions. */
  boolean deletions() {
    return rules.flag().isPresent() || detection.feed().isPresent();
  }

  /** The same with another way to find changes. */
  public DiffSpec with(Detection other) {
    return new DiffSpec(
        syncId,
        query,
        keys,
        fields,
        order,
        keyComparison,
        zone,
        stateTable,
        scope,
        pace,
        notes,
        maxAttempts,
        repeatable,
        now,
        append,
        rules,
        other,
        rekeyed);
  }

  /** The same where records are there under a former key. */
  public DiffSpec with(Rekeyed former) {
    return new DiffSpec(
        syncId,
        query,
        keys,
        fields,
        order,
        keyComparison,
        zone,
        stateTable,
        scope,
        pace,
        notes,
        maxAttempts,
        repeatable,
        now,
        append,
        rules,
        detection,
        Optional.of(former));
  }

  /**
   * That records may be there under a former key.
   *
   * @param from the key columns that the state still has, each with the query's column of the
   *     former key; none once the state was moved
   */
  public record Rekeyed(List<MappedColumn> from) {
    /** The state was moved, and some of its rows may be marked. */
    public static final Rekeyed MOVED = new Rekeyed(List.of());

    public Rekeyed {
      from = List.copyOf(from);
    }
  }

  /** Columns of the query that come along beside keys and fields, called {@code o1…}. */
  public List<String> besides() {
    List<String> columns = new ArrayList<>(order.stream().map(PushTerm::column).toList());
    append.flatMap(Append::key).ifPresent(key -> columns.add(key.column()));
    rules.times().forEach((field, time) -> columns.add(time.column()));
    rules.links().match().forEach(list -> list.forEach(c -> columns.add(c.column())));
    return columns;
  }

  /** The plan's columns that a record is looked for by, list by list as they were written. */
  public List<List<MappedColumn>> matches() {
    int next = besides().size() - (int) rules.links().match().stream().mapToLong(List::size).sum();
    List<List<MappedColumn>> lists = new ArrayList<>();
    for (List<Match> list : rules.links().match()) {
      List<MappedColumn> columns = new ArrayList<>();
      for (Match match : list) {
        String stored = DiffStatements.besideColumn(next++);
        columns.add(new MappedColumn(match.column(), match.path(), stored, match.type()));
      }
      lists.add(columns);
    }
    return lists;
  }

  /**
   * The plan's column that holds the time of a field with KEEP LATEST.
   *
   * @param stored its name
   */
  public record Time(String stored, ColumnType type) {}

  /** When the query's value of a field is of; empty for fields that need no such time. */
  public Optional<Time> timeOf(MappedColumn field) {
    int before = order.size() + (append.flatMap(Append::key).isPresent() ? 1 : 0);
    List<String> stored = List.copyOf(rules.times().keySet());
    int index = stored.indexOf(field.stored());
    return index < 0
        ? Optional.empty()
        : Optional.of(
            new Time(
                DiffStatements.besideColumn(before + index),
                rules.times().get(field.stored()).type()));
  }

  /**
   * That each key, or each version of it, is sent once.
   *
   * @param changes whether versions are
   * @param key the column by which the destination tells a repetition, where the user names one
   */
  public record Append(boolean changes, Optional<KeyColumn> key) {}

  /**
   * What decides about a row beside the comparison of its fields.
   *
   * @param once whether a record that is known is never touched again (INSERT)
   * @param recheck keys found missing before this time are asked for again (UPDATE)
   * @param left what is done with a row that has left the query
   * @param flag rows of the query that are deletions
   * @param restores whether a row that is back is written though it has not changed (ON RETURN)
   * @param times for fields with KEEP LATEST: the state's column to the query's column of the time
   * @param checks what the destination says of the values it takes, by the state's column
   * @param expectations what is expected of the query's rows
   * @param links to records that are found otherwise than by the key
   */
  public record Rules(
      boolean once,
      Optional<OffsetDateTime> recheck,
      Leaving left,
      Optional<Flag> flag,
      boolean restores,
      SortedMap<String, KeyColumn> times,
      SortedMap<String, ValueCheck> checks,
      List<Expectation> expectations,
      Links links) {
    public Rules {
      expectations = List.copyOf(expectations);
    }

    /** A row that left is remembered, and that is all. */
    public static final Rules NONE =
        new Rules(
            false,
            Optional.empty(),
            new Leaving(OnRemove.KEEP, Map.of()),
            Optional.empty(),
            false,
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            Links.NONE);

    /** Those that a row is rejected by. */
    List<Expectation> dropping() {
      return expectations.stream()
          .filter(e -> !e.overall() && e.onViolation() == Violation.DROP_ROW)
          .toList();
    }

    /** Those whose rows are counted. */
    public List<Expectation> counting() {
      return expectations.stream()
          .filter(e -> !e.overall() && e.onViolation() != Violation.DROP_ROW)
          .toList();
    }

    /** Those that judge the whole result. */
    public List<Expectation> overall() {
      return expectations.stream().filter(Expectation::overall).toList();
    }
  }

  /**
   * What a destination says of a field's values.
   *
   * @param maxLength longest text in characters
   * @param allowed a closed list of texts; empty for any
   */
  public record ValueCheck(Optional<Integer> maxLength, List<String> allowed) {}

  /**
   * A constraint.
   *
   * @param overall whether it judges the whole result, else each row
   * @param pieces the expression as written, cut at calls of {@code previous} and {@code drift},
   *     between which stand the columns called for
   */
  public record Expectation(
      String name, boolean overall, Violation onViolation, List<Object> pieces) {
    public Expectation {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * A call of a function of ours.
   *
   * @param drift whether it is {@code drift}, else {@code previous}
   * @param stored the state's column
   * @param column the query's
   */
  public record Call(boolean drift, String stored, String column) {}

  /** The same about another query. */
  public DiffSpec withQuery(String other) {
    return new DiffSpec(
        syncId,
        other,
        keys,
        fields,
        order,
        keyComparison,
        zone,
        stateTable,
        scope,
        pace,
        notes,
        maxAttempts,
        repeatable,
        now,
        append,
        rules,
        detection,
        rekeyed);
  }

  /**
   * Records that are found otherwise than by the key.
   *
   * @param match lists of columns by which the record of a new key is looked for, in this order
   * @param lookups fields whose value is the key of another record
   */
  public record Links(List<List<Match>> match, List<Lookup> lookups) {
    /** There are none. */
    public static final Links NONE = new Links(List.of(), List.of());

    public Links {
      match = match.stream().map(List::copyOf).toList();
      lookups = List.copyOf(lookups);
    }
  }

  /**
   * A column of {@code MATCH}.
   *
   * @param column of the query
   * @param path the destination's field
   */
  public record Match(String column, List<String> path, ColumnType type) {
    public Match {
      path = List.copyOf(path);
    }
  }

  /**
   * {@code LOOKUP}.
   *
   * @param stored the state's column of the field
   * @param object whose records are meant
   * @param path its field that has the value
   * @param parents states that may know the record's id
   */
  public record Lookup(String stored, String object, List<String> path, List<Parent> parents) {
    public Lookup {
      path = List.copyOf(path);
      parents = List.copyOf(parents);
    }

    /** The plan's column of the id, where a state knew it. */
    public String id() {
      return stored + "__id";
    }
  }

  /**
   * The state of a sync that writes an object by a key of one field.
   *
   * @param key its column
   * @param zone where timestamps without zone are meant
   */
  public record Parent(String stateTable, MappedColumn key, String zone) {}

  /**
   * What is done with a record whose row is gone.
   *
   * @param set of mapped fields that get a fixed value: the state's column and the value as text
   */
  public record Leaving(OnRemove what, Map<String, Optional<String>> set) {}

  /**
   * {@code DELETE WHEN}.
   *
   * @param condition as written
   */
  public record Flag(String condition, Leaving how) {}

  /** A column of the query and what it is kept as. */
  public record KeyColumn(String column, ColumnType type) {}

  /**
   * One term of the push order.
   *
   * @param column an output column of the query
   * @param nullsFirst as written, else the warehouse's default holds
   */
  public record PushTerm(String column, boolean descending, Optional<Boolean> nullsFirst) {}
}
