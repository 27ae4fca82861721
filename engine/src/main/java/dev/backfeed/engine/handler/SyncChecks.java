package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.ConditionCheck;
import dev.backfeed.engine.plan.FieldOrigins;
import dev.backfeed.engine.plan.Mapping;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.plan.QueryProbe;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A definition held against warehouse and destination, as CREATE, ALTER and VALIDATE do. Stores
 * nothing; the destination is asked once what its object looks like.
 */
final class SyncChecks {
  private final RunEnvironment environment;
  private final Execution execution;

  SyncChecks(RunEnvironment environment, Execution execution) {
    this.environment = environment;
    this.execution = execution;
  }

  /**
   * A definition that passed.
   *
   * @param columns keys and fields, numbered as the state has them; keys as it still has them,
   *     where the next run is to move it
   * @param nextKey the key it is moved to, as {@link StoredSync} has it
   * @param seen what was looked at for it; empty where that is as it was
   * @param passed what was found in order, in the order of the checks
   * @param warnings what a person should know all the same
   */
  record Checked(
      SyncTarget target,
      List<MappedColumn> columns,
      Optional<List<MappedColumn>> nextKey,
      Optional<Seen> seen,
      List<Finding> passed,
      List<Finding> warnings) {
    Checked {
      passed = List.copyOf(passed);
      warnings = List.copyOf(warnings);
    }
  }

  /** The destination's object, the query's columns, and where they come from. */
  record Seen(ObjectSchema schema, List<QueryColumn> query, FieldOrigins origins) {}

  /** One thing that was looked at, and what was found. */
  record Finding(String check, String message) {}

  /**
   * Checks a definition.
   *
   * @param before the sync that it is to be put in the place of
   * @throws SQLException as the language page lists them
   */
  Checked check(CreateSync command, Optional<StoredSync> before) throws SQLException {
    SyncDefinition definition = command.definition();
    List<Finding> passed = new ArrayList<>();
    SyncTarget target = environment.target(definition);
    passed.add(new Finding("destination", target.destination().name()));
    ClauseRules.check(command, target);
    ScheduleRules.check(definition, environment.syncs());
    requireKeyFits(definition, target);
    passed.add(new Finding("mode", "MODE " + definition.mode() + ": the destination can do it"));
    ObjectSchema schema = ObjectCheck.describe(environment, execution, target, definition);
    passed.add(new Finding("object", described(schema, definition)));
    QueryProbe probe = new QueryProbe(environment.work(), environment::openKeeper);
    List<QueryColumn> query = probe.columns(definition.query(), inTransaction());
    passed.add(new Finding("query", counted(query.size(), "column")));
    ConditionCheck conditions =
        new ConditionCheck(definition, query, environment.work().dialect(), probe, inTransaction());
    conditions.check();
    Mapping mapping = new Mapping(definition, query, schema);
    mapping.pushOrder();
    mapping.idempotencyKey();
    List<MappedColumn> columns = mapping.columns(before.map(StoredSync::columns).orElse(List.of()));
    mapping.checkAssignments(command, columns);
    conditions.checkCalls(columns);
    mapping.match();
    mapping.checkLookups();
    LookupCheck.check(environment, execution, target, definition);
    passed.add(new Finding("mapping", mapped(columns)));
    KeyChange key = KeyChange.of(command, before, query, columns, environment.work());
    if (before.isPresent() && !command.resetState()) {
      requireSameIdentity(before.get(), definition, columns, key.rekeys());
      passed.add(
          new Finding(
              "state",
              key.rekeys()
                  ? "the next run moves the state of version " + before.get().version()
                  : "the state of version " + before.get().version() + " fits"));
    }
    FieldOrigins origins =
        FieldOrigins.trace(
            environment.work(), environment.settings().lineage(), definition.query(), query);
    List<Finding> warnings = DefinitionWarnings.of(definition, mapping, columns, origins);
    return new Checked(
        target,
        key.columns(),
        key.nextKey(),
        Optional.of(new Seen(schema, query, origins)),
        passed,
        warnings);
  }

  private static String described(ObjectSchema schema, SyncDefinition definition) {
    String object = definition.target().object();
    return schema.described()
        ? object + " has " + counted(schema.fields().size(), "field")
        : object + " takes any field";
  }

  private static String mapped(List<MappedColumn> columns) {
    int keys = (int) columns.stream().filter(MappedColumn::key).count();
    return "key of " + counted(keys, "column") + ", " + counted(columns.size() - keys, "field");
  }

  private static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private static void requireKeyFits(SyncDefinition definition, SyncTarget target)
      throws StatementException {
    int most = target.manifest().maxKeyFields().orElse(Integer.MAX_VALUE);
    if (definition.key().size() > most) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "destination type "
              + target.manifest().type()
              + " finds records by "
              + target.manifest().findsBy()
              + ": KEY can have "
              + most
              + (most == 1 ? " column" : " columns"),
          definition.key().get(most).column().position());
    }
  }

  private boolean inTransaction() throws SQLException {
    Warehouse work = environment.work();
    return work.connection().getAutoCommit()
        ? work.inTextTransaction()
        : execution.statementPassed();
  }

  /** The state is about certain records: another identity needs another state. */
  private static void requireSameIdentity(
      StoredSync before, SyncDefinition after, List<MappedColumn> columns, boolean rekeys)
      throws StatementException {
    List<String> changed = new ArrayList<>();
    SyncDefinition old = before.definition();
    if (!old.target().destination().folded().equals(after.target().destination().folded())) {
      changed.add("destination");
    }
    if (!old.target().object().equals(after.target().object())) {
      changed.add("object");
    }
    if (old.mode().appends() != after.mode().appends()) {
      changed.add("mode");
    }
    List<MappedColumn> keys = columns.stream().filter(MappedColumn::key).toList();
    if (!rekeys && !identity(before.keys()).equals(identity(keys))) {
      changed.add("key");
    }
    if (!changed.isEmpty()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the "
              + String.join(" and ", changed)
              + " of sync \""
              + before.name()
              + "\" would change and its state would no longer fit: add RESET STATE"
              + (changed.equals(List.of("key")) ? ", or REKEY FROM the former key's columns" : ""),
          after.name().position());
    }
  }

  private static List<List<Object>> identity(List<MappedColumn> keys) {
    return keys.stream().map(k -> List.<Object>of(k.path(), k.type())).toList();
  }
}
