package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec.Call;
import dev.backfeed.engine.warehouse.DiffSpec.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Constraints as SQL. Those of rows are columns of the model: {@code violates}, the first that
 * rejects the row, and {@code x1…}, whether the row violates one that is counted. Anything but TRUE
 * violates.
 */
public final class ExpectStatements {
  private static final Sql PREVIOUS = Sql.name("_backfeed_previous");
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;

  public ExpectStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
  }

  /**
   * What the model has for them.
   *
   * @param deletion whether a row only tells that there is none, which nothing is expected of
   */
  List<Sql> modelColumns(Optional<Sql> deletion) {
    List<Sql> columns = new ArrayList<>();
    List<Sql> branches = new ArrayList<>();
    for (Expectation expectation : spec.rules().dropping()) {
      branches.add(
          Sql.of(
              "WHEN {} IS NOT TRUE THEN {}",
              condition(expectation, this::previous),
              Sql.literal(expectation.name())));
    }
    if (!branches.isEmpty()) {
      columns.add(
          Sql.of(
              "CASE {}{} END AS violates",
              deletion.map(d -> Sql.of("WHEN {} THEN NULL ", d)).orElse(Sql.EMPTY),
              Sql.join(" ", branches)));
    }
    List<Expectation> counting = spec.rules().counting();
    for (int i = 0; i < counting.size(); i++) {
      columns.add(
          Sql.of(
              "({} IS NOT TRUE) AS {}",
              condition(counting.get(i), this::previous),
              Sql.name(counter(i))));
    }
    return columns;
  }

  /** The model's column of a constraint that is counted, and the candidates' of its number. */
  public static String counter(int index) {
    return "x" + (index + 1);
  }

  /** The state beside the query, where a constraint of rows asks for it. */
  Sql previousRows() {
    boolean asks =
        spec.rules().expectations().stream()
            .filter(e -> !e.overall())
            .anyMatch(e -> e.pieces().stream().anyMatch(Call.class::isInstance));
    if (!asks) {
      return Sql.EMPTY;
    }
    List<Sql> columns = new ArrayList<>();
    List<MappedColumn> all = new ArrayList<>(spec.keys());
    all.addAll(spec.fields());
    for (MappedColumn column : all) {
      columns.add(Sql.of("{} AS {}", Sql.name(column.stored()), Sql.name(before(column.stored()))));
    }
    List<Sql> same = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      Sql model = dialect.binary(dialect.cast(Sql.name("q", key.column()), key.type()), key.type());
      same.add(Sql.of("{}.{} = {}", PREVIOUS, Sql.name(before(key.stored())), model));
    }
    return Sql.of(
        " LEFT JOIN (SELECT {} FROM {} AS state WHERE _removed_at IS NULL AND _doubt < 2) AS {} ON {}",
        Sql.join(", ", columns),
        RepairState.table(warehouse, spec),
        PREVIOUS,
        Sql.join(" AND ", same));
  }

  /** Names that no column of a query has. */
  private static String before(String stored) {
    return "_backfeed_" + stored;
  }

  private Sql previous(Call call) {
    return Sql.of("{}.{}", PREVIOUS, Sql.name(before(call.stored())));
  }

  /**
   * One row: of each constraint of the whole result, whether it holds.
   *
   * @param model the query, evaluated
   */
  public Sql overall(Sql model) {
    List<Sql> columns =
        spec.rules().overall().stream()
            .map(e -> Sql.of("({} IS TRUE)", condition(e, this::drift)))
            .toList();
    Sql flagged =
        spec.rules()
            .flag()
            .map(f -> Sql.of(" WHERE {} IS NOT TRUE", Sql.verbatim(f.condition())))
            .orElse(Sql.EMPTY);
    return Sql.of("SELECT {} FROM {} AS q{}", Sql.join(", ", columns), model, flagged);
  }

  /** Of an empty state, or one whose values are all alike, nothing drifts. */
  private Sql drift(Call call) {
    Sql column = Sql.of("CAST({} AS DOUBLE PRECISION)", Sql.name(call.stored()));
    Sql live =
        Sql.of(
            "FROM {} AS state WHERE _removed_at IS NULL AND _doubt < 2",
            RepairState.table(warehouse, spec));
    return Sql.of(
        "COALESCE((AVG(CAST({} AS DOUBLE PRECISION)) - (SELECT AVG({}) {})) / NULLIF((SELECT"
            + " STDDEV_SAMP({}) {}), 0), 0)",
        Sql.name("q", call.column()),
        column,
        live,
        column,
        live);
  }

  private static Sql condition(Expectation expectation, Function<Call, Sql> called) {
    return Sql.verbatim(
        expectation.pieces().stream()
            .map(piece -> piece instanceof Call call ? called.apply(call) : piece)
            .toList());
  }
}
