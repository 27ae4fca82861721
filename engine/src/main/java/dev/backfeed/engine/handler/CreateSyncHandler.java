package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Backlog;
import dev.backfeed.engine.plan.Mapping;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.plan.QueryProbe;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks a definition against warehouse and destination and stores it, or a new version of it. */
final class CreateSyncHandler implements Handler<CreateSync> {
  private static final String BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern MOVING =
      Pattern.compile(
          "(?i)\\b(now|random|rand|uuid|gen_random_uuid|clock_timestamp|today)\\s*\\(|\\b(current_date|current_timestamp|localtimestamp)\\b");

  @Override
  public Result handle(CreateSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    SyncDefinition definition = command.definition();
    Optional<StoredSync> before = environment.syncs().find(definition.name().text());
    if (before.isPresent() && !command.orReplace()) {
      if (command.ifNotExists()) {
        return Result.count(0);
      }
      throw new StatementException(
          SqlState.DUPLICATE_OBJECT,
          "sync \""
              + before.get().name()
              + "\" exists already: write CREATE OR REPLACE, or IF NOT EXISTS",
          definition.name().position());
    }
    SyncTarget target = environment.target(definition);
    ClauseRules.check(definition, target);
    requireKeyFits(definition, target);
    ObjectSchema schema = ObjectCheck.describe(environment, execution, target, definition);
    List<QueryColumn> query = columns(environment, execution, definition);
    Mapping mapping = new Mapping(definition, query, schema);
    mapping.pushOrder();
    mapping.idempotencyKey();
    List<MappedColumn> columns = mapping.columns(before.map(StoredSync::columns).orElse(List.of()));
    mapping.checkAssignments(columns);
    if (before.isPresent() && !command.resetState()) {
      requireSameIdentity(before.get(), definition, columns);
    }
    store(command, environment, new Checked(target, schema, query, columns), before);
    return new Result(command.shape(), List.of(), 0, warnings(definition, mapping, columns));
  }

  /** What a definition was held against, and what became of it. */
  private record Checked(
      SyncTarget target,
      ObjectSchema schema,
      List<QueryColumn> query,
      List<MappedColumn> columns) {}

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

  private static List<QueryColumn> columns(
      RunEnvironment environment, Execution execution, SyncDefinition definition)
      throws SQLException {
    Warehouse work = environment.work();
    boolean inTransaction =
        work.connection().getAutoCommit() ? work.inTextTransaction() : execution.statementPassed();
    return new QueryProbe(work, environment::openKeeper).columns(definition.query(), inTransaction);
  }

  /** The state is about certain records: another identity needs another state. */
  private static void requireSameIdentity(
      StoredSync before, SyncDefinition after, List<MappedColumn> columns)
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
    if (!identity(before.keys()).equals(identity(keys))) {
      changed.add("key");
    }
    if (!changed.isEmpty()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the "
              + String.join(" and ", changed)
              + " of sync \""
              + before.name()
              + "\" would change and its state would no longer fit: add RESET STATE",
          after.name().position());
    }
  }

  private static List<List<Object>> identity(List<MappedColumn> keys) {
    return keys.stream().map(k -> List.<Object>of(k.path(), k.type())).toList();
  }

  private static void store(
      CreateSync command, RunEnvironment environment, Checked checked, Optional<StoredSync> before)
      throws SQLException {
    SyncTarget target = checked.target();
    Duration staleAfter = target.syncOptions().duration("stale_after").orElseThrow();
    Definitions.change(
        environment,
        () -> {
          StoredSync sync = sync(command, environment, checked.columns(), before);
          Optional<Position> place = Optional.of(command.definition().name().position());
          SharedFields.refuse(sync, place, target, environment.syncs().all(), false);
          StateTable state = new StateTable(environment.work());
          if (before.isEmpty()) {
            environment.syncs().insert(sync, command.text(), staleAfter, environment.now());
            state.create(sync);
            createBacklog(sync, environment, checked);
            return null;
          }
          new Leases(environment.work()).lock(before.get(), environment.now());
          Backlog backlog = new Backlog(environment.work());
          boolean waiting = backlog.keptFor(before.get(), sync);
          if (command.resetState()) {
            ResetSyncHandler.reset(before.get(), environment.work());
            state.drop(before.get());
            state.create(sync);
          } else {
            state.change(before.get(), sync);
          }
          environment.syncs().update(sync, command.text(), staleAfter, environment.now());
          moveEpoch(sync, environment);
          if (!waiting) {
            backlog.drop(sync);
            createBacklog(sync, environment, checked);
          }
          return null;
        });
  }

  private static void createBacklog(StoredSync sync, RunEnvironment environment, Checked checked)
      throws SQLException {
    if (sync.definition().detect().by() == By.OPERATION) {
      Planner planner = new Planner(environment.work(), environment.clock());
      new Backlog(environment.work())
          .create(
              planner.spec(
                  sync, checked.target(), checked.schema(), checked.query(), Scope.CHANGES));
    }
  }

  private static StoredSync sync(
      CreateSync command,
      RunEnvironment environment,
      List<MappedColumn> columns,
      Optional<StoredSync> before)
      throws SQLException {
    return new StoredSync(
        before.map(StoredSync::syncId).orElseGet(CreateSyncHandler::newId),
        before.map(b -> b.version() + 1).orElse(1),
        command.definition(),
        columns,
        environment.work().dialect().session(environment.work().connection()),
        before.map(StoredSync::paused).orElse(false),
        before.isPresent()
            ? before.get().stateView()
            : environment.syncs().freeView(command.definition().name().text()));
  }

  private static void moveEpoch(StoredSync sync, RunEnvironment environment) throws SQLException {
    environment
        .work()
        .run(
            Sql.of(
                "UPDATE {} SET epoch = epoch + 1 WHERE sync_id = {}",
                environment.work().table("control"),
                Sql.bind(sync.syncId())));
  }

  private static String newId() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      id.append(BASE_32.charAt(RANDOM.nextInt(BASE_32.length())));
    }
    return id.toString();
  }

  private static List<SQLWarning> warnings(
      SyncDefinition definition, Mapping mapping, List<MappedColumn> columns) {
    List<SQLWarning> warnings = new ArrayList<>();
    List<String> missing = mapping.missingRequired(columns);
    if (!missing.isEmpty()) {
      warnings.add(
          new SQLWarning(
              "new records of "
                  + definition.target().object()
                  + " need fields that this sync does not send: "
                  + String.join(", ", missing),
              SqlState.WARNING));
    }
    if (definition.removal() != OnRemove.KEEP && MOVING.matcher(definition.query().text()).find()) {
      warnings.add(
          new SQLWarning(
              "the query depends on the time or on chance: rows may leave it, and be removed at the"
                  + " destination, though no data changed",
              SqlState.WARNING));
    }
    detectionWarning(definition)
        .ifPresent(text -> warnings.add(new SQLWarning(text, SqlState.WARNING)));
    return warnings;
  }

  private static Optional<String> detectionWarning(SyncDefinition definition) {
    boolean reconciles = definition.reconcileDays() > 0;
    return switch (definition.detect().by()) {
      case COLUMN ->
          definition.removal() != OnRemove.KEEP && !reconciles
              ? Optional.of(
                  "rows that leave the query are never noticed, whatever ON REMOVE or MODE says:"
                      + " DETECT CHANGES BY COLUMN looks at changed rows only; add RECONCILE EVERY n"
                      + " DAYS")
              : Optional.empty();
      case DIFF ->
          reconciles
              ? Optional.of("RECONCILE changes nothing: every run compares everything")
              : Optional.empty();
      case OPERATION -> Optional.empty();
    };
  }
}
