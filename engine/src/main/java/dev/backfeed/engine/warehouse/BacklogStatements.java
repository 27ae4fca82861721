package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.Detection.Feed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table in which the rows of a change feed wait for their answers: keys, fields and what comes
 * along, typed and named as in the model; what only constraints ask for, as {@code c_} and the
 * query's name; {@code op} as the feed says it; {@code seq} where there is a sequence; {@code
 * batch} the token of the run that took the row, and {@code line} its number in that batch.
 *
 * <p>Of the rows of a key the latest is kept: by the sequence, else by the batch; of the rows that
 * this leaves the last batch's, an upsert before a delete. Other upserts of the same rank, if their
 * values differ, stay too: the key is repeated then, until a later row tells what is true.
 */
public final class BacklogStatements {
  private static final int SHORT = 20;

  /** Before the names of the backlog's own columns, where the query's have theirs. */
  private static final String OWN = "_backfeed_b_";

  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Feed feed;

  /**
   * Of a sync that has a feed.
   *
   * @throws java.util.NoSuchElementException if it has none
   */
  public BacklogStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.feed = spec.detection().feed().orElseThrow();
  }

  /**
   * A column of the table.
   *
   * @param value what it is filled with, of the feed's row {@code q}
   * @param key whether it compares by bytes
   */
  public record Column(String name, ColumnType type, Sql value, boolean key) {}

  /** The columns that depend on the definition, in their order. */
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      Sql cast = dialect.cast(Sql.name("q", key.column()), key.type());
      columns.add(new Column(key.stored(), key.type(), dialect.binary(cast, key.type()), true));
    }
    for (MappedColumn field : spec.fields()) {
      columns.add(column(field.stored(), field.column(), field.type()));
    }
    for (int i = 0; i < feed.besides().size(); i++) {
      columns.add(
          column(DiffStatements.besideColumn(i), spec.besides().get(i), feed.besides().get(i)));
    }
    feed.judged().forEach(c -> columns.add(column(judged(c), c.column(), c.type())));
    feed.sequence().ifPresent(s -> columns.add(column("seq", s.column(), s.type())));
    return columns;
  }

  /** Long names would be cut by some warehouses. */
  private static String judged(DiffSpec.KeyColumn column) {
    String name = column.column();
    return "c_"
        + (name.length() <= SHORT
            ? name
            : name.substring(0, SHORT) + "_" + Integer.toHexString(name.hashCode()));
  }

  private Column column(String name, String from, ColumnType type) {
    return new Column(name, type, dialect.cast(Sql.name("q", from), type), false);
  }

  /** Makes the table. */
  public Sql create() {
    List<Sql> definitions = new ArrayList<>();
    for (Column column : columns()) {
      Sql type = Sql.type(column.type().name());
      definitions.add(
          Sql.of(
              "{} {}",
              Sql.name(column.name()),
              column.key() ? dialect.binary(type, column.type()) : type));
    }
    return Sql.of(
        "CREATE TABLE {} ({}, op VARCHAR, batch BIGINT NOT NULL, line BIGINT NOT NULL)",
        table(),
        Sql.join(", ", definitions));
  }

  /**
   * Moves the feed into the table. Reads the feed once: where reading it in an INSERT consumes it,
   * this does, if the transaction is committed.
   *
   * @param batch later ones have greater numbers
   */
  public Sql take(long batch) {
    return Sql.of(
        "INSERT INTO {} ({}, op, batch, line) {}",
        table(),
        Sql.join(", ", columns().stream().map(c -> Sql.name(c.name())).toList()),
        read(batch));
  }

  private Sql read(long batch) {
    List<Sql> values =
        columns().stream().map(c -> Sql.of("{} AS {}", c.value(), Sql.name(c.name()))).toList();
    return Sql.of(
        "SELECT {}, CAST({} AS VARCHAR) AS op, {} AS batch, row_number() OVER () AS line FROM {} AS"
            + " q",
        Sql.join(", ", values),
        Sql.name("q", feed.operation()),
        Sql.of("CAST({} AS BIGINT)", Sql.number(batch)),
        Sql.verbatim(spec.query()));
  }

  /** The first operation that is none, of the table or, if it is not taken yet, of the feed. */
  public Sql unknownOperation() {
    Sql op = feed.taken() ? Sql.of("op") : Sql.name("q", feed.operation());
    return Sql.of(
        "SELECT COALESCE(CAST({} AS VARCHAR), 'null') FROM {} WHERE lower(CAST({} AS VARCHAR)) IN"
            + " ('upsert', 'insert', 'update', 'delete') IS NOT TRUE LIMIT 1",
        op,
        feed.taken() ? table() : Sql.of("{} AS q", Sql.verbatim(spec.query())),
        op);
  }

  /** Drops from the table what a later row has taken the place of. */
  public Sql dropSuperseded() {
    return Sql.of(
        "DELETE FROM {} USING ({}) x WHERE NOT ({}) AND x.batch = {}.batch AND x.line = {}.line",
        table(),
        ranked(table()),
        latest("x"),
        Sql.name(feed.backlog()),
        Sql.name(feed.backlog()));
  }

  /**
   * The rows that are to be compared with the state: columns as in the model, and whether they are
   * deletions.
   */
  Sql model() {
    if (!spec.rules().expectations().isEmpty()) {
      return judged();
    }
    List<Sql> columns = new ArrayList<>();
    ofModel().forEach(name -> columns.add(Sql.name("b", name)));
    columns.add(Sql.of("lower(b.op) = 'delete' AS flagged"));
    return Sql.of("SELECT {} FROM {}", Sql.join(", ", columns), compared());
  }

  private List<String> ofModel() {
    List<String> others = new ArrayList<>(List.of("seq"));
    feed.judged().forEach(column -> others.add(judged(column)));
    return columns().stream().map(Column::name).filter(name -> !others.contains(name)).toList();
  }

  private Sql compared() {
    return feed.taken()
        ? Sql.of("{} AS b", table())
        : Sql.of("({}) AS b WHERE {}", ranked(Sql.of("({})", together())), latest("b"));
  }

  /** The same with what constraints say of each row, which see it under the query's names. */
  private Sql judged() {
    List<Sql> inner = new ArrayList<>();
    List<Sql> outer = new ArrayList<>();
    for (String name : ofModel()) {
      inner.add(Sql.of("{} AS {}", Sql.name("b", name), Sql.name(OWN + name)));
      outer.add(Sql.of("{} AS {}", Sql.name("q", OWN + name), Sql.name(name)));
    }
    Map<String, String> stored = new LinkedHashMap<>();
    spec.fields().forEach(field -> stored.putIfAbsent(field.column(), field.stored()));
    feed.judged().forEach(column -> stored.put(column.column(), judged(column)));
    stored.forEach(
        (column, name) -> inner.add(Sql.of("{} AS {}", Sql.name("b", name), Sql.name(column))));
    Sql deletion = Sql.name("q", OWN + "deletion");
    outer.add(Sql.of("{} AS flagged", deletion));
    ExpectStatements expect = new ExpectStatements(warehouse, spec);
    outer.addAll(expect.modelColumns(Optional.of(deletion)));
    return Sql.of(
        "SELECT {} FROM (SELECT {}, lower(b.op) = 'delete' AS {} FROM {}) AS q{}",
        Sql.join(", ", outer),
        Sql.join(", ", inner),
        Sql.name(OWN + "deletion"),
        compared(),
        expect.previousRows());
  }

  /** What waits and what the feed has, which stays there. */
  private Sql together() {
    Sql names = Sql.join(", ", columns().stream().map(c -> Sql.name(c.name())).toList());
    return Sql.of(
        "SELECT {}, op, batch, line FROM {} UNION ALL {}", names, table(), read(Long.MAX_VALUE));
  }

  private Sql ranked(Sql rows) {
    List<Sql> keys = spec.keys().stream().map(k -> Sql.name("b", k.stored())).toList();
    Sql partition = Sql.of("PARTITION BY {}", Sql.join(", ", keys));
    Sql rank =
        feed.sequence().isPresent() ? Sql.of("b.seq DESC NULLS LAST") : Sql.of("b.batch DESC");
    Sql order =
        Sql.of(
            "({} ORDER BY {}, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END,"
                + " b.line)",
            partition,
            rank);
    return Sql.of(
        """
        SELECT b.*, row_number() OVER {} AS nth, rank() OVER ({} ORDER BY {}) AS place,
               FIRST_VALUE(lower(b.op)) OVER {} AS latest_op, b.h AS value, FIRST_VALUE(b.h) OVER {} AS latest_value,
               row_number() OVER ({}, {}, b.h, lower(b.op) = 'delete' ORDER BY b.batch DESC, b.line) AS copy
        FROM (SELECT b.*, {} AS h FROM {} AS b) AS b""",
        order,
        partition,
        rank,
        order,
        order,
        partition,
        feed.sequence().isPresent() ? Sql.of("b.seq") : Sql.of("b.batch"),
        hash(),
        rows);
  }

  private Sql hash() {
    return dialect.hash(
        spec.fields().stream().map(f -> Sql.name("b", f.stored())).toList(),
        spec.fields().stream().map(MappedColumn::type).toList());
  }

  /** Rows without a key have nothing to do with each other. */
  private Sql latest(String ranked) {
    Sql r = Sql.name(ranked);
    return Sql.of(
        "{}.nth = 1 OR {}.place = 1 AND lower({}.op) <> 'delete' AND {}.latest_op <> 'delete' AND"
            + " {}.value <> {}.latest_value AND {}.copy = 1 OR {}",
        r,
        r,
        r,
        r,
        r,
        r,
        r,
        new DiffStatements(warehouse, spec).anyNull(ranked));
  }

  /**
   * Lets go of the rows for which nothing is to be done: they are as the state has them, or their
   * key is null and that has been told.
   *
   * @param planTable empty where there is nothing at all to be done
   */
  public Sql dropSettled(Optional<String> planTable) {
    return Sql.of(
        "DELETE FROM {} AS b{}",
        table(),
        planTable
            .map(
                plan ->
                    Sql.of(
                        " WHERE NOT EXISTS (SELECT 1 FROM {} p WHERE ({}) AND p.action <> 'return'){}",
                        warehouse.table(plan),
                        planned(),
                        mayBeAskedAgain()))
            .orElseGet(() -> asked().map(a -> Sql.of(" WHERE {}", a)).orElse(Sql.EMPTY)));
  }

  /** Lets go of the rows that a run has got answers for. */
  public Sql dropAnswered(String planTable, String runId) {
    return Sql.of(
        """
        DELETE FROM {} AS b WHERE EXISTS (
          SELECT 1 FROM {} p JOIN {} l ON l.run_id = {} AND l.seq = p.seq
          WHERE l.outcome <> 'failed' AND ({}){}){}""",
        table(),
        warehouse.table(planTable),
        warehouse.table("sync_log"),
        Sql.literal(runId),
        planned(),
        spec.fields().stream().anyMatch(f -> f.policy().stable().isPresent())
            ? Sql.of(
                " AND p.record_key NOT IN (SELECT u.record_key FROM {} u WHERE u.sync_id = {}"
                    + " AND NOT u.due)",
                warehouse.table("unstable_values"),
                Sql.literal(spec.syncId()))
            : Sql.EMPTY,
        mayBeAskedAgain());
  }

  private Sql mayBeAskedAgain() {
    return asked().map(a -> Sql.of(" AND {}", a)).orElse(Sql.EMPTY);
  }

  /** A key that the destination did not have is asked for again, with what the feed said of it. */
  private Optional<Sql> asked() {
    return spec.rules()
        .recheck()
        .map(
            before ->
                Sql.of(
                    "(lower(b.op) = 'delete' OR NOT EXISTS (SELECT 1 FROM {} s WHERE s._doubt = 3 AND"
                        + " {}))",
                    warehouse.table(spec.stateTable()),
                    sameKey("s")));
  }

  /** A deletion is planned under the state's spelling of its key. */
  private Sql planned() {
    return spec.keyComparison() == KeyComparison.EXACT
        ? sameKey("p")
        : Sql.of(
            "{} OR p.op = 'removed' AND lower(b.op) = 'delete' AND {}",
            sameKey("p"),
            new DiffStatements(warehouse, spec).sameFolded("p", "b"));
  }

  private Sql sameKey(String relation) {
    return Sql.join(
        " AND ",
        spec.keys().stream()
            .map(k -> Sql.of("{} = {}", Sql.name(relation, k.stored()), Sql.name("b", k.stored())))
            .toList());
  }

  private Sql table() {
    return warehouse.table(feed.backlog());
  }
}
