package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncFields;
import dev.backfeed.engine.handler.SyncChecks.Checked;
import dev.backfeed.engine.handler.SyncChecks.Seen;
import dev.backfeed.engine.plan.Backlog;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Stores a definition that was checked: a new sync, or the next version of one. */
final class SyncStore {
  private static final String BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RunEnvironment environment;

  SyncStore(RunEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Stores it, in the user's transaction where one is open. The state stays, unless the command
   * says otherwise.
   *
   * @param context what names in the query mean
   * @param before the sync that it takes the place of; it may have another name
   * @throws StatementException {@code 55006} while a run or another client is at it, {@code 42710}
   *     for a name or a field that is taken
   */
  void store(
      CreateSync command, Checked checked, SessionContext context, Optional<StoredSync> before)
      throws SQLException {
    Duration staleAfter = checked.target().syncOptions().duration("stale_after").orElseThrow();
    Definitions.change(
        environment,
        () -> {
          refuseIfChanged(command, before);
          requireFree(command.definition().name(), before);
          StoredSync sync = sync(command, checked, context, before);
          refuseSharedFields(command, checked, before);
          if (before.isEmpty()) {
            environment.syncs().insert(sync, command.text(), staleAfter, environment.now());
            new StateTable(environment.work()).create(sync);
            createBacklog(sync, checked);
          } else {
            // Another name changes nothing about it.
            boolean waiting =
                checked.seen().isEmpty()
                    || new Backlog(environment.work()).keptFor(before.get(), sync);
            replace(command, before.get(), sync);
            environment.syncs().update(sync, command.text(), staleAfter, environment.now());
            new Alerts(environment.work(), environment.schema())
                .renamed(before.get().name(), sync.name());
            moveEpoch(sync);
            if (!waiting) {
              new Backlog(environment.work()).drop(sync);
              createBacklog(sync, checked);
            }
          }
          if (checked.seen().isPresent()) {
            new SyncFields(environment.work())
                .store(sync.moved(), checked.seen().get().origins()::of);
          }
          return null;
        });
  }

  /**
   * Refuses a name that another sync has.
   *
   * @throws StatementException {@code 42710}
   */
  void requireFree(Name name, Optional<StoredSync> before) throws SQLException {
    Optional<StoredSync> other = environment.syncs().find(name.text());
    if (other.isPresent()
        && !before.map(b -> b.syncId().equals(other.get().syncId())).orElse(false)) {
      throw new StatementException(
          SqlState.DUPLICATE_OBJECT,
          "sync \"" + other.get().name() + "\" exists already: choose another name",
          name.position());
    }
  }

  /** What the statement was checked against must still be what is stored. */
  private void refuseIfChanged(CreateSync command, Optional<StoredSync> before)
      throws SQLException {
    String name = before.map(StoredSync::name).orElse(command.definition().name().text());
    Optional<StoredSync> now = environment.syncs().find(name);
    if (!now.map(StoredSync::version).equals(before.map(StoredSync::version))) {
      throw new StatementException(
          SqlState.IN_USE,
          "another client has changed sync \"" + name + "\" at this moment: try again");
    }
  }

  /**
   * Refuses a sync whose field another one writes.
   *
   * @throws StatementException {@code 42710}
   */
  void refuseSharedFields(CreateSync command, Checked checked, Optional<StoredSync> before)
      throws SQLException {
    SharedFields.refuse(
        sync(command, checked, new SessionContext("", ""), before),
        Optional.ofNullable(command.definition().name().position()),
        checked.target(),
        environment.syncs().all(),
        false);
  }

  private void replace(CreateSync command, StoredSync before, StoredSync sync) throws SQLException {
    StateTable state = new StateTable(environment.work());
    new Leases(environment.work()).lock(before, environment.now());
    if (command.resetState()) {
      ResetSyncHandler.reset(before, environment.work());
      state.drop(before);
      state.create(sync);
    } else {
      state.change(before, sync);
    }
  }

  private StoredSync sync(
      CreateSync command, Checked checked, SessionContext context, Optional<StoredSync> before)
      throws SQLException {
    String name = command.definition().name().text();
    boolean sameName = before.map(b -> b.name().equalsIgnoreCase(name)).orElse(false);
    return new StoredSync(
        before.map(StoredSync::syncId).orElseGet(SyncStore::newId),
        before.map(b -> b.version() + 1).orElse(1),
        command.definition(),
        checked.columns(),
        context,
        before.map(StoredSync::paused).orElse(false),
        sameName ? before.get().stateView() : environment.syncs().freeView(name),
        checked.nextKey());
  }

  private void createBacklog(StoredSync sync, Checked checked) throws SQLException {
    if (sync.definition().detect().by() == By.OPERATION && checked.seen().isPresent()) {
      Seen seen = checked.seen().get();
      new Backlog(environment.work())
          .create(
              new Planner(environment.work(), environment.syncs(), environment.clock())
                  .spec(sync, checked.target(), seen.schema(), seen.query(), Scope.CHANGES));
    }
  }

  private void moveEpoch(StoredSync sync) throws SQLException {
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
}
