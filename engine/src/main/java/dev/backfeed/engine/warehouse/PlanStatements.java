package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.parser.command.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Phase 2 of the diff: the candidates compared field by field with the state, notes looked up, put
 * into push order. The result is the plan: one row for everything that is to be said about a key.
 *
 * <p>Columns: {@code seq} in push order from 1; {@code op} added, changed, removed, resent,
 * returned, unstable, null_key, repeated_key; {@code reason} null for a row that could be sent,
 * else why not; {@code action} send, wait (its turn comes in another run; nothing is noted about
 * it), hold, reject, return, note (its new values have not held long enough); {@code record_key};
 * the keys; the fields as the destination will hold them; {@code changed} one letter a field
 * ({@link FieldRules}), null for all; {@code removal} what is done with a removed row, and {@code
 * flagged} whether DELETE WHEN says so; {@code back} whether the row had left; {@code old} the
 * acknowledged values as a JSON array of texts; {@code destination_id}; {@code doubt} as the state
 * has it: where an answer about the row got lost it is sent whole; {@code attempts}; {@code owed},
 * {@code noted_at} and {@code noted_by}: whether an earlier run left it, since when and which;
 * {@code n} rows of the model. Where records may be there under a former key: {@code former_key}.
 * Where rows are appended: {@code idempotency_key}, and {@code intent}, the same if it was fixed
 * before. Numbers may have gaps where rows are not to be sent.
 */
public final class PlanStatements {
  /** What is said of leaving of a row that does not. */
  private static final Sql STAYS =
      Sql.of("CAST(NULL AS VARCHAR) AS removal, FALSE AS flagged, FALSE AS back");

  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Sql state;
  private final PushOrder order;
  private final FieldRules rules;
  private final ValueChecks values;
  private final ParentIds parents;

  public PlanStatements(Warehouse warehouse, DiffSpec spec) {
    this(warehouse, spec, RepairState.of(warehouse, spec));
  }

  /**
   * A plan from candidates of a part only.
   *
   * @param state that part of the state
   */
  PlanStatements(Warehouse warehouse, DiffSpec spec, Sql state) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.state = state;
    this.order = new PushOrder(spec);
    this.rules = new FieldRules(dialect, spec);
    this.values = new ValueChecks(dialect, spec);
    this.parents = new ParentIds(warehouse, spec);
  }

  /**
   * The plan as a query.
   *
   * @param candidates a relation of {@link DiffStatements}
   * @param stateIsEmpty whether nothing need be joined
   */
  public Sql plan(Sql candidates, boolean stateIsEmpty) {
    return stateIsEmpty
            && !spec.hasPolicies()
            && !spec.notes()
            && spec.append().isEmpty()
            && spec.pace().isEmpty()
            && chosen().isEmpty()
            && spec.rekeyed().isEmpty()
            && spec.rules().links().lookups().isEmpty()
        ? everythingAdded(candidates)
        : compared(candidates, stateIsEmpty);
  }

  /** The usual first run: nothing is looked up, and warehouses do little more than copy. */
  private Sql everythingAdded(Sql candidates) {
    return Sql.of(
        """
        SELECT row_number() OVER ({}) AS seq, p.*
        FROM (SELECT c.n, {}, CAST(NULL AS VARCHAR) AS changed, CAST(NULL AS VARCHAR) AS old,
                     CAST(NULL AS VARCHAR) AS destination_id, CAST(0 AS SMALLINT) AS doubt,
                     {}, {} AS record_key,
                     CASE WHEN c.op = 'added' THEN 'added' ELSE 'null_key' END AS op,
                     CASE WHEN c.op <> 'added' THEN 'NULL_KEY' {} END AS reason, {} AS detail,
                     CASE WHEN c.op <> 'added' OR {} THEN 'reject' ELSE 'send' END AS action,
                     CAST(0 AS BIGINT) AS attempts, FALSE AS owed,
                     CAST(NULL AS TIMESTAMPTZ) AS noted_at, CAST(NULL AS VARCHAR) AS noted_by
              FROM {} AS c) p""",
        order.clause(true),
        columns(f -> Sql.name("c", f.stored())),
        STAYS,
        recordKey("c", "op"),
        values.reasons("c"),
        values.detail("c"),
        values.misfit("c"),
        candidates);
  }

  private Sql compared(Sql candidates, boolean stateIsEmpty) {
    return Sql.of(
        """
        WITH d AS {}({})
        SELECT row_number() OVER ({}) AS seq, p.*
        FROM (SELECT r.*, CASE {}WHEN r.reason IS NULL THEN 'send'
                               WHEN r.op = 'returned' THEN 'return'{}
                               WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                                 OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                               ELSE 'hold' END AS action
              FROM (SELECT e.*, {} AS reason, {} AS detail, {}{}
                    FROM (SELECT d.*, {} AS record_key, {} AS op FROM d) e{}
                    WHERE e.op <> 'same'{}) r) p""",
        // Else planners copy the comparison of all fields into every expression that needs it.
        stateIsEmpty ? Sql.EMPTY : Sql.of("MATERIALIZED "),
        stateIsEmpty ? addedRows(candidates) : comparedRows(candidates),
        order.clause(stateIsEmpty),
        waiting(),
        rules.hasStable() ? Sql.of("\n     WHEN r.op = 'unstable' THEN 'note'") : Sql.EMPTY,
        reason(),
        rejects() ? Sql.of("COALESCE(e.violates, {})", values.detail("e")) : values.detail("e"),
        noted(),
        new IdempotencyKeys(dialect, spec, payloadHash("e")).columns(),
        recordKey("d", "candidate"),
        operation(),
        spec.notes() ? notes() : Sql.EMPTY,
        stateIsEmpty ? Sql.EMPTY : notRejected());
  }

  /** A key whose row is rejected under another spelling is in the result all the same. */
  private Sql notRejected() {
    if (spec.keyComparison() == KeyComparison.EXACT || spec.append().isPresent()) {
      return Sql.EMPTY;
    }
    DiffStatements diff = new DiffStatements(warehouse, spec);
    return Sql.of(
        " AND NOT (e.op = 'removed' AND ({}) IN (SELECT {} FROM d WHERE d.candidate IN ('added',"
            + " 'unanswered', 'differs', 'returned') AND {} OR d.candidate LIKE 'violates%'))",
        diff.foldedKeys("e"), diff.foldedKeys("d"), values.misfit("d"));
  }

  private Sql noted() {
    return Sql.of("{}{}", notedBefore(), hasLookups() ? orphaned() : Sql.EMPTY);
  }

  private boolean hasLookups() {
    return !spec.rules().links().lookups().isEmpty();
  }

  /** Whether an earlier run left the row because a record that it refers to was not there. */
  private Sql orphaned() {
    return spec.notes()
        ? Sql.of(
            ", COALESCE(note.reason = 'DEFERRED' AND note.error_type = 'PARENT_MISSING', FALSE) AS"
                + " orphaned")
        : Sql.of(", FALSE AS orphaned");
  }

  private Sql notedBefore() {
    return spec.notes()
        ? Sql.of(
            // Attempts are counted while a row stays the same.
            "CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> {}{}) THEN CAST(0 AS BIGINT)"
                + " ELSE COALESCE(note.attempts, 0) END AS attempts,"
                + " note.record_key IS NOT NULL OR e.doubt = 2 AS owed,"
                + " note.first_at AS noted_at, note.run_id AS noted_by",
            payloadHash("e"),
            retry() ? Sql.of(" OR note.attempts >= {}", Sql.number(spec.maxAttempts())) : Sql.EMPTY)
        : Sql.of(
            "CAST(0 AS BIGINT) AS attempts, e.doubt = 2 AS owed, CAST(NULL AS TIMESTAMPTZ) AS noted_at,"
                + " CAST(NULL AS VARCHAR) AS noted_by");
  }

  private Sql addedRows(Sql candidates) {
    return Sql.of(
        "SELECT c.op AS candidate, c.n, {}, {} AS changed,"
            + " CAST(NULL AS VARCHAR) AS old, CAST(NULL AS VARCHAR) AS destination_id,"
            + " CAST(0 AS SMALLINT) AS doubt, {}{}{}{} FROM {} AS c{}",
        columns(f -> Sql.name("c", f.stored())),
        rules.maskOfAdded(),
        STAYS,
        spec.rekeyed().isPresent() ? Sql.of(", CAST(NULL AS VARCHAR) AS former_key") : Sql.EMPTY,
        rules.besidesOfAdded(),
        parents.columns(),
        candidates,
        parents.joins(f -> Sql.name("c", f.stored())));
  }

  private Sql comparedRows(Sql candidates) {
    List<Sql> old = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      old.add(dialect.text(Sql.name("s", field.stored()), field.type(), spec.zone()));
    }
    boolean flags = spec.rules().flag().isPresent();
    return Sql.of(
        """
        SELECT c.op AS candidate, c.n, {},
               {} AS changed,
               CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed'{}) THEN {} END AS old,
               s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, {}{}{}{}
        FROM {} AS c LEFT JOIN {} AS s ON {}{}{}
        WHERE c.op NOT IN ('gone'{}{})""",
        columns(rules::planned),
        rules.mask(),
        flags ? Sql.of(", 'flagged'") : Sql.EMPTY,
        dialect.textArray(old),
        leaving(),
        spec.rekeyed().isPresent() ? Sql.of(", s._former_key AS former_key") : Sql.EMPTY,
        rules.besides(),
        parents.columns(),
        candidates,
        state,
        keyJoin(),
        rules.hasStable()
            ? rules.pendingValues(warehouse.table("unstable_values"), keyText("c"))
            : Sql.EMPTY,
        parents.joins(rules::planned),
        spec.deletions() ? Sql.of(", 'ignored'") : Sql.EMPTY,
        spec.full() ? Sql.EMPTY : Sql.of(", 'same'"));
  }

  private Sql leaving() {
    Sql left = Sql.literal(spec.rules().left().what().name());
    return spec.rules()
        .flag()
        .map(
            flag ->
                Sql.of(
                    "CASE WHEN c.op = 'removed' THEN {} WHEN c.op = 'flagged' THEN {} END AS removal,"
                        + " c.op = 'flagged' AS flagged, c.op = 'returned' AS back",
                    left,
                    Sql.literal(flag.how().what().name())))
        .orElseGet(
            () ->
                Sql.of(
                    "CASE WHEN c.op = 'removed' THEN {} END AS removal, FALSE AS flagged,"
                        + " c.op = 'returned' AS back",
                    left));
  }

  private Sql columns(java.util.function.Function<MappedColumn, Sql> value) {
    List<Sql> columns = new ArrayList<>();
    spec.keys().forEach(k -> columns.add(Sql.name("c", k.stored())));
    spec.fields()
        .forEach(f -> columns.add(Sql.of("{} AS {}", value.apply(f), Sql.name(f.stored()))));
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(Sql.name("c", DiffStatements.besideColumn(i)));
    }
    if (rejects()) {
      columns.add(Sql.of("c.violates"));
    }
    return Sql.join(", ", columns);
  }

  private boolean rejects() {
    return !spec.rules().dropping().isEmpty();
  }

  private Sql keyJoin() {
    return Sql.join(
        " AND ",
        spec.keys().stream()
            .map(k -> Sql.of("{} = {}", Sql.name("c", k.stored()), Sql.name("s", k.stored())))
            .toList());
  }

  private Sql operation() {
    return Sql.of(
        """
        CASE d.candidate
             WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'{}
             WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'{}
             ELSE CASE {}WHEN d.candidate = 'returned' THEN 'returned'{} ELSE 'same' END END""",
        spec.rules().flag().isPresent() ? Sql.of(" WHEN 'flagged' THEN 'removed'") : Sql.EMPTY,
        rejects()
            ? Sql.of(" WHEN 'violates' THEN 'violating' WHEN 'violates new' THEN 'violating'")
            : Sql.EMPTY,
        spec.onlyMakes() ? Sql.EMPTY : sentAgain(),
        rules.hasStable()
            ? Sql.of(" WHEN lower(d.changed) LIKE '%u%' THEN 'unstable'")
            : Sql.EMPTY);
  }

  private Sql sentAgain() {
    return Sql.of(
        "WHEN d.changed LIKE '%1%'{} THEN 'changed' WHEN {} THEN 'resent' ",
        moreChanges(), spec.full() ? Sql.of("TRUE") : Sql.of("d.doubt > 0"));
  }

  private Sql moreChanges() {
    return Sql.of(
        "{}{}{}",
        spec.rekeyed().isPresent() ? Sql.of(" OR d.former_key IS NOT NULL") : Sql.EMPTY,
        spec.fields().stream().anyMatch(MappedColumn::asks)
            ? Sql.of(" OR d.changed LIKE '%K%'")
            : Sql.EMPTY,
        spec.rules().restores() ? Sql.of(" OR d.candidate = 'returned'") : Sql.EMPTY);
  }

  /** The key as text; empty where a part of it is null. */
  private Sql recordKey(String relation, String candidate) {
    return Sql.of(
        "CASE WHEN {} = 'null key' THEN '' ELSE {} END",
        Sql.name(relation, candidate),
        keyText(relation));
  }

  /** The key of a relation's row as the log shows it. */
  public Sql keyText(String relation) {
    return new DiffStatements(warehouse, spec).keyText(relation);
  }

  private Sql reason() {
    return Sql.of(
        """
        CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
             WHEN e.op = 'returned' THEN 'RETURNED'{}
             {}{}{}{} END""",
        rules.hasStable() ? Sql.of(" WHEN e.op = 'unstable' THEN 'UNSTABLE'") : Sql.EMPTY,
        spec.rekeyed().isPresent() ? keyInUse() : Sql.EMPTY,
        rejects() ? Sql.of("WHEN e.op = 'violating' THEN 'CONSTRAINT' ") : Sql.EMPTY,
        values.reasonsUnless("e", Sql.of("e.op = 'removed'")),
        spec.notes() ? heldBack() : Sql.EMPTY);
  }

  /** Another record has not given up the key yet: written now, the row would go onto that. */
  private Sql keyInUse() {
    Sql key = RekeyStatements.formerKey(warehouse, spec, "e");
    return Sql.of(
        "WHEN e.op = 'added' AND {} <> COALESCE(e.former_key, '') AND {} IN (SELECT h._former_key"
            + " FROM {} h WHERE h._former_key IS NOT NULL) THEN 'KEY_IN_USE' ",
        key,
        key,
        RepairState.table(warehouse, spec));
  }

  private Sql heldBack() {
    return Sql.of(
        """
        {}
             {}""",
        retry() ? Sql.EMPTY : failedBefore(),
        spec.repeatable() ? Sql.EMPTY : Sql.of("WHEN note.reason = 'IN_DOUBT' THEN 'IN_DOUBT'"));
  }

  private Sql failedBefore() {
    return Sql.of(
        """

             WHEN note.reason = 'FAILED' AND note.payload_hash = {} AND note.attempts >= {}
               THEN 'GIVEN_UP'
             WHEN note.reason = 'FAILED' AND note.payload_hash = {}
               AND note.next_attempt_at > {} THEN 'BACK_OFF'""",
        payloadHash("e"),
        Sql.number(spec.maxAttempts()),
        payloadHash("e"),
        Sql.timestamp(spec.now()));
  }

  private boolean retry() {
    return spec.scope() == Scope.RETRY;
  }

  /** Which of the rows that could be sent this run is about; empty for all of them. */
  private Optional<Sql> chosen() {
    return switch (spec.scope()) {
      case RETRY -> Optional.of(Sql.of("(r.owed OR r.doubt IN (1, 2))"));
      case REPAIR -> Optional.of(Sql.of("(r.doubt IN (1, 2) AND r.op <> 'removed')"));
      case CHANGES, FULL -> Optional.empty();
    };
  }

  /** Rows that could be sent and are left to another run. */
  private Sql waiting() {
    Sql sendable =
        chosen()
            .map(c -> Sql.of("r.reason IS NULL AND {}", c))
            // A row that waits for its parent is tried again, and takes no other's place.
            .orElseGet(
                () ->
                    hasLookups()
                        ? Sql.of("r.reason IS NULL AND NOT r.orphaned")
                        : Sql.of("r.reason IS NULL"));
    Sql others =
        chosen()
            .map(c -> Sql.of("WHEN r.reason IS NULL AND NOT {} THEN 'wait' ", c))
            .orElse(Sql.EMPTY);
    if (spec.rekeyed().isPresent()) {
      // A watermark does not move past rows that wait.
      others = Sql.of("WHEN r.reason = 'KEY_IN_USE' THEN 'wait' {}", others);
    }
    return spec.pace().isEmpty()
        ? others
        : Sql.of(
            "{}WHEN {} AND r.op = 'added' AND row_number() OVER (PARTITION BY {} AND r.op = 'added'"
                + " ORDER BY {}) > {} THEN 'wait' ",
            others,
            sendable,
            sendable,
            Sql.join(", ", order.terms("r")),
            Sql.number(spec.pace().getAsLong()));
  }

  private Sql notes() {
    return Sql.of(
        " LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at,"
            + " first_at, run_id, intent{} FROM {}"
            + " WHERE sync_id = {} AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note"
            + " ON note.record_key = e.record_key",
        hasLookups() ? Sql.of(", error_type") : Sql.EMPTY,
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }

  /** The values of a plan row as a short text: a note about them holds while it is the same. */
  Sql payloadHash(String table) {
    List<Sql> columns = spec.fields().stream().map(f -> Sql.name(table, f.stored())).toList();
    List<ColumnType> types = spec.fields().stream().map(MappedColumn::type).toList();
    return Sql.of(
        "({} || ':' || CAST({} AS VARCHAR))", Sql.name(table, "op"), dialect.hash(columns, types));
  }
}
