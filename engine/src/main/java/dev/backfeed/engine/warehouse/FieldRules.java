package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec.Leaving;
import dev.backfeed.parser.command.FieldPolicy.Stable;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import dev.backfeed.parser.command.OnRemove;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What phase 2 of the diff says of each field of a candidate {@code c}, its row of the state being
 * {@code s}: a digit or letter in the row's {@code changed}, and the value the destination will
 * hold.
 *
 * <ul>
 *   <li>{@code 1} differs and is sent; {@code 0} does not
 *   <li>{@code p} passive, differs: sent if another field is
 *   <li>{@code n} a null that is ignored; {@code c} for new records only: neither is sent unless a
 *       record is made anew
 *   <li>{@code u} a new value that has not held long enough; {@code U} the same of a field that
 *       would be asked for if the row were sent whole
 *   <li>{@code K} moved, and the destination's present value decides; {@code P} the same of a
 *       passive field; {@code k} has not moved, and would be asked for if the row were sent whole
 *   <li>{@code C} for new records only, of a row whose record is not known to be there
 * </ul>
 */
final class FieldRules {
  private static final List<String> KNOWN = List.of("differs", "returned", "same");
  private final WarehouseDialect dialect;
  private final DiffSpec spec;

  FieldRules(WarehouseDialect dialect, DiffSpec spec) {
    this.dialect = dialect;
    this.spec = spec;
  }

  /** Whether some field has to hold its value before it is sent. */
  boolean hasStable() {
    return spec.fields().stream().anyMatch(f -> f.policy().stable().isPresent());
  }

  /** One letter a field of a candidate; null where all of them are to be sent. */
  Sql mask() {
    List<Sql> branches = new ArrayList<>();
    branches.add(Sql.of("WHEN c.op IN ({}) THEN {}", words(KNOWN), letters(this::letterOfKnown)));
    if (spec.hasPolicies()) {
      branches.add(Sql.of("WHEN c.op IN ('added', 'unanswered') THEN {}", maskOfAdded()));
    }
    leavingMask("removed", spec.rules().left()).ifPresent(branches::add);
    spec.rules().flag().flatMap(f -> leavingMask("flagged", f.how())).ifPresent(branches::add);
    return Sql.of("CASE {} END", Sql.join("\n     ", branches));
  }

  /** The same where every candidate is new. */
  Sql maskOfAdded() {
    return spec.hasPolicies() ? letters(this::letterOfAdded) : Sql.of("CAST(NULL AS VARCHAR)");
  }

  private Optional<Sql> leavingMask(String op, Leaving how) {
    return writes(how)
        ? Optional.of(
            Sql.of("WHEN c.op = {} THEN {}", Sql.literal(op), letters(f -> letterOfLeft(f, how))))
        : Optional.empty();
  }

  private static boolean writes(Leaving how) {
    return how.what() == OnRemove.CLEAR || how.what() == OnRemove.SET;
  }

  private Sql letters(java.util.function.Function<MappedColumn, Sql> letter) {
    return spec.fields().isEmpty()
        ? Sql.of("''")
        : Sql.join(" || ", spec.fields().stream().map(letter).toList());
  }

  /** The letters of known rows, whatever the comparison of rows has found. */
  Sql known() {
    return letters(this::letterOfKnown);
  }

  /**
   * How a known row's fields stand to what the destination holds, one digit each: {@code 0} the
   * same; {@code 1} apart; {@code 2} apart, and waited for with the value of now.
   */
  Sql apart() {
    return letters(
        field ->
            Sql.of(
                "CASE WHEN NOT {} THEN '0'{} ELSE '1' END",
                dialect.differs(model(field), state(field), field.type()),
                field.policy().stable().isEmpty()
                    ? Sql.EMPTY
                    : Sql.of(" WHEN {} = {} THEN '2'", pending(field, "hash"), valueHash(field))));
  }

  private Sql letterOfKnown(MappedColumn field) {
    if (field.policy().wins() == Wins.ON_CREATE_ONLY) {
      return Sql.of("'c'");
    }
    Sql moves = moves(field);
    Sql letter =
        field.policy().stable().isPresent()
            ? Sql.of(
                "CASE WHEN NOT {} THEN {} WHEN {} THEN {} ELSE {} END",
                moves,
                still(field),
                ready(field),
                moved(field),
                field.asks() ? Sql.of("'U'") : Sql.of("'u'"))
            : Sql.of("CASE WHEN {} THEN {} ELSE {} END", moves, moved(field), still(field));
    return field.policy().ignoreNulls()
        ? Sql.of("CASE WHEN {} IS NULL THEN 'n' ELSE {} END", model(field), letter)
        : letter;
  }

  private Sql moved(MappedColumn field) {
    Sql change = field.asks() ? Sql.of("'K'") : Sql.of("'1'");
    if (!field.policy().passive()) {
      return change;
    }
    Sql passive = field.asks() ? Sql.of("'P'") : Sql.of("'p'");
    return putsBack(field)
        .map(back -> Sql.of("CASE WHEN {} THEN {} ELSE {} END", back, change, passive))
        .orElse(passive);
  }

  /** That a moved value need not hold on any more. */
  private Sql ready(MappedColumn field) {
    Sql held = heldLongEnough(field);
    return putsBack(field).map(back -> Sql.of("({} OR {})", held, back)).orElse(held);
  }

  /**
   * That a row is back and the field still has what its removal made of it: the query's value is no
   * new one then, but undoes what we did ourselves.
   */
  private Optional<Sql> putsBack(MappedColumn field) {
    List<Sql> ways = new ArrayList<>();
    Optional<Leaving> flag = spec.rules().flag().map(DiffSpec.Flag::how);
    leftAs(field, spec.rules().left())
        .map(same -> flag.isEmpty() ? same : Sql.of("(NOT s._flagged AND {})", same))
        .ifPresent(ways::add);
    flag.flatMap(how -> leftAs(field, how))
        .map(same -> Sql.of("(s._flagged AND {})", same))
        .ifPresent(ways::add);
    return ways.isEmpty()
        ? Optional.empty()
        : Optional.of(Sql.of("(c.op = 'returned' AND ({}))", Sql.join(" OR ", ways)));
  }

  private Optional<Sql> leftAs(MappedColumn field, Leaving how) {
    Sql held = Sql.name("s", field.decided());
    return writes(how) && isWritten(field, how)
        ? Optional.of(Sql.of("NOT {}", dialect.differs(held, left(field, how), field.type())))
        : Optional.empty();
  }

  private static Sql still(MappedColumn field) {
    return field.asks() ? Sql.of("'k'") : Sql.of("'0'");
  }

  private Sql letterOfAdded(MappedColumn field) {
    Sql letter =
        field.policy().wins() == Wins.ON_CREATE_ONLY
            ? Sql.of("'C'")
            : field.asks() ? Sql.of("'K'") : Sql.of("'1'");
    return field.policy().ignoreNulls()
        ? Sql.of("CASE WHEN {} IS NULL THEN 'n' ELSE {} END", model(field), letter)
        : letter;
  }

  private Sql letterOfLeft(MappedColumn field, Leaving how) {
    if (!isWritten(field, how)) {
      return Sql.of("'c'");
    }
    return Sql.of(
        "CASE WHEN {} THEN {} ELSE {} END",
        dialect.differs(state(field), left(field, how), field.type()),
        field.asks() ? Sql.of("'K'") : Sql.of("'1'"),
        still(field));
  }

  private static boolean isWritten(MappedColumn field, Leaving how) {
    return how.what() == OnRemove.SET
        ? how.set().containsKey(field.stored())
        : field.policy().wins() != Wins.ON_CREATE_ONLY
            && field.policy().wins() != Wins.KEEP_EXISTING;
  }

  private Sql left(MappedColumn field, Leaving how) {
    Sql value =
        how.set()
            .getOrDefault(field.stored(), Optional.empty())
            .map(Sql::literal)
            .orElse(Sql.of("NULL"));
    return dialect.cast(value, field.type());
  }

  /** What the destination will hold: the model's value where it is sent, else what is known. */
  Sql planned(MappedColumn field) {
    List<Sql> branches = new ArrayList<>();
    leavingValue("removed", spec.rules().left(), field).ifPresent(branches::add);
    spec.rules()
        .flag()
        .flatMap(f -> leavingValue("flagged", f.how(), field))
        .ifPresent(branches::add);
    branches.add(
        Sql.of(
            "WHEN c.op IN ('removed'{}) OR (c.op IN ({}) AND NOT ({})) THEN {}",
            spec.rules().flag().isPresent() ? Sql.of(", 'flagged'") : Sql.EMPTY,
            words(KNOWN),
            sends(field),
            state(field)));
    return Sql.of("CASE {} ELSE {} END", Sql.join(" ", branches), model(field));
  }

  private Optional<Sql> leavingValue(String op, Leaving how, MappedColumn field) {
    return writes(how) && isWritten(field, how)
        ? Optional.of(Sql.of("WHEN c.op = {} THEN {}", Sql.literal(op), left(field, how)))
        : Optional.empty();
  }

  /** That a known row's field may be sent with the model's value. */
  private Sql sends(MappedColumn field) {
    if (field.policy().wins() == Wins.ON_CREATE_ONLY) {
      return Sql.of("FALSE");
    }
    Sql moves =
        field.policy().stable().isPresent()
            ? Sql.of("({} AND {})", moves(field), ready(field))
            : moves(field);
    return field.asks() ? Sql.of("({} OR {})", moves, askedAgain(field)) : moves;
  }

  /**
   * That a row is sent whole: where nothing keeps the destination's value any more the query's
   * takes its place, not the one that was there when it was looked at.
   */
  private Sql askedAgain(MappedColumn field) {
    return Sql.of(
        "({}{} AND NOT {})",
        spec.full() ? Sql.of("TRUE") : Sql.of("COALESCE(s._doubt, 0) > 0"),
        field.policy().ignoreNulls() ? Sql.of(" AND {} IS NOT NULL", model(field)) : Sql.EMPTY,
        moves(field));
  }

  private Sql moves(MappedColumn field) {
    return field.moved(dialect, model(field), Sql.name("s", field.decided()));
  }

  private Sql heldLongEnough(MappedColumn field) {
    Stable stable = field.policy().stable().orElseThrow();
    if (stable.unit() == Stable.Unit.RUNS) {
      return stable.n() <= 1
          ? Sql.of("TRUE")
          : Sql.of(
              "COALESCE({} = {} AND {} >= {}, FALSE)",
              pending(field, "hash"),
              valueHash(field),
              pending(field, "runs"),
              Sql.number(stable.n() - 1));
    }
    Sql since = Sql.timestamp(spec.now().minus(Duration.ofHours(stable.n())));
    return Sql.of(
        "COALESCE({} = {} AND {} <= {}, FALSE)",
        pending(field, "hash"),
        valueHash(field),
        pending(field, "since"),
        since);
  }

  private Sql valueHash(MappedColumn field) {
    return Sql.of(
        "CAST({} AS VARCHAR)", dialect.hash(List.of(model(field)), List.of(field.type())));
  }

  /**
   * What the plan says besides of fields that ask (the value decided about, what the destination
   * showed) and of those that have to hold: what is to be noted of them.
   */
  Sql besides() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      if (field.asks()) {
        columns.add(
            Sql.of(
                "CASE WHEN c.op IN ({}) AND NOT ({}) OR c.op IN ({}) THEN {} ELSE {} END AS {}",
                words(KNOWN),
                sends(field),
                words(leavingUntouched(field)),
                Sql.name("s", field.seen()),
                planned(field),
                Sql.name(field.seen())));
      }
      if (field.compares()) {
        columns.add(Sql.of("{} AS {}", Sql.name("s", field.ours()), Sql.name(field.ours())));
      }
      if (field.policy().stable().isPresent()) {
        columns.addAll(pendingColumns(field));
      }
    }
    return Sql.join("", columns.stream().map(c -> Sql.of(", {}", c)).toList());
  }

  /** The same where every candidate is new. */
  Sql besidesOfAdded() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      if (field.asks()) {
        columns.add(Sql.of(", {} AS {}", model(field), Sql.name(field.seen())));
      }
      if (field.compares()) {
        columns.add(Sql.of(", CAST(NULL AS VARCHAR) AS {}", Sql.name(field.ours())));
      }
      if (field.policy().stable().isPresent()) {
        columns.add(
            Sql.of(
                ", CAST(NULL AS VARCHAR) AS {}, CAST(NULL AS BIGINT) AS {}, CAST(NULL AS"
                    + " TIMESTAMPTZ) AS {}",
                Sql.name(field.stored() + "__hash"),
                Sql.name(field.stored() + "__runs"),
                Sql.name(field.stored() + "__since")));
      }
    }
    return Sql.join("", columns);
  }

  private List<String> leavingUntouched(MappedColumn field) {
    List<String> untouched = new ArrayList<>(List.of("gone"));
    if (!writes(spec.rules().left()) || !isWritten(field, spec.rules().left())) {
      untouched.add("removed");
    }
    if (spec.rules().flag().isPresent()) {
      Leaving how = spec.rules().flag().get().how();
      if (!writes(how) || !isWritten(field, how)) {
        untouched.add("flagged");
      }
    }
    return untouched;
  }

  private List<Sql> pendingColumns(MappedColumn field) {
    // One that has held long enough as well: whether it gets its answer is not known yet.
    Sql waits = Sql.of("c.op IN ({}) AND {}", words(KNOWN), moves(field));
    Sql again = Sql.of("{} = {}", pending(field, "hash"), valueHash(field));
    return List.of(
        Sql.of(
            "CASE WHEN {} THEN {} END AS {}",
            waits,
            valueHash(field),
            Sql.name(field.stored() + "__hash")),
        Sql.of(
            "CASE WHEN {} THEN {} END AS {}",
            again,
            pending(field, "runs"),
            Sql.name(field.stored() + "__runs")),
        Sql.of(
            "CASE WHEN {} THEN {} END AS {}",
            again,
            pending(field, "since"),
            Sql.name(field.stored() + "__since")));
  }

  /** What is noted of values that wait, one row a key. */
  Sql pendingValues(Sql table, Sql recordKey) {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      if (field.policy().stable().isPresent()) {
        Sql its = Sql.literal(field.stored());
        columns.add(
            Sql.of(
                ", MAX(CASE WHEN field = {} THEN value_hash END) AS {}, MAX(CASE WHEN field = {} THEN"
                    + " runs END) AS {}, MAX(CASE WHEN field = {} THEN since END) AS {}",
                its,
                Sql.name(field.stored() + "__hash"),
                its,
                Sql.name(field.stored() + "__runs"),
                its,
                Sql.name(field.stored() + "__since")));
      }
    }
    return Sql.of(
        " LEFT JOIN (SELECT record_key{} FROM {} WHERE sync_id = {} GROUP BY record_key) u ON"
            + " u.record_key = {}",
        Sql.join("", columns),
        table,
        Sql.literal(spec.syncId()),
        recordKey);
  }

  private static Sql pending(MappedColumn field, String what) {
    return Sql.name("u", field.stored() + "__" + what);
  }

  private static Sql model(MappedColumn field) {
    return Sql.name("c", field.stored());
  }

  private static Sql state(MappedColumn field) {
    return Sql.name("s", field.stored());
  }

  private static Sql words(List<String> words) {
    return Sql.join(", ", words.stream().map(Sql::literal).toList());
  }
}
