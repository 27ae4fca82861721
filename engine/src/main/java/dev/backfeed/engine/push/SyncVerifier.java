package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.FormerRun;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.Verifications;
import dev.backfeed.engine.state.Verifications.Finding;
import dev.backfeed.engine.state.Verifications.Summary;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a destination back and compares it with the state, record by record, under the sync's lease
 * and the limits of the account. Changes nothing but the tables of verifications.
 */
public final class SyncVerifier {
  private final RunEnvironment environment;
  private final Warehouse work;

  public SyncVerifier(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
  }

  /**
   * What came of it.
   *
   * @param cutShort why not all of it was checked, if so
   */
  public record Verified(String id, Summary summary, long total, Optional<String> cutShort) {}

  /**
   * Verifies one sync.
   *
   * @param sample so many records, chosen at random; empty for all
   * @throws SQLException {@code XB006, 55006}; {@code XB001, 57014, XB004} where it came to no end
   */
  public Verified verify(StoredSync sync, OptionalLong sample, Execution execution)
      throws SQLException {
    SyncTarget target = environment.target(sync.definition());
    Verifications verifications = new Verifications(work, sync, SyncRunner.newId());
    try (RunSession session = RunSession.enter(work, execution)) {
      session.apply(sync.context());
      Lease lease =
          new Leases(work)
              .take(
                  sync,
                  verifications.id(),
                  OpenedDestination.callTimeout(target),
                  (taken, former) -> {
                    if (former.isPresent()) {
                      new FormerRun(work).settle(sync, former.get(), environment.now());
                    }
                  });
      try (Keeper keeper = SyncRunner.keeper(lease, environment)) {
        return new Reading(sync, target, verifications, lease).verified(sample, execution, keeper);
      } finally {
        new Leases(work).ended(lease);
      }
    }
  }

  /** One verification that has its lease. */
  private final class Reading {
    private final StoredSync sync;
    private final SyncTarget target;
    private final Verifications verifications;
    private final Lease lease;
    private final OffsetDateTime started = environment.now();
    private long checked;
    private long differs;
    private long missing;

    Reading(StoredSync sync, SyncTarget target, Verifications verifications, Lease lease) {
      this.sync = sync;
      this.target = target;
      this.verifications = verifications;
      this.lease = lease;
    }

    Verified verified(OptionalLong sample, Execution execution, Keeper keeper) throws SQLException {
      RunGate gate = new RunGate(execution, OpenedDestination.callTimeout(target));
      gate.guardedBy(lease);
      try (OpenedDestination opened =
          OpenedDestination.open(environment, target, lease, keeper, gate)) {
        DiffSpec spec = spec();
        long total = work.transaction(() -> verifications.collect(spec, sample));
        Optional<String> cutShort = read(opened, spec, total, keeper);
        Summary summary = new Summary(checked, differs, missing, gate.calls());
        work.transaction(
            () -> {
              verifications.finish(summary, started, environment.now());
              return giveBack();
            });
        return new Verified(verifications.id(), summary, total, cutShort);
      } catch (ConnectorException | SecretException | RunStopped | SQLException e) {
        throw abandoned(e);
      }
    }

    private DiffSpec spec() throws SQLException {
      List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
      return new Planner(work, environment.syncs(), environment.clock())
          .spec(sync, target, ObjectSchema.FREE_FORM, columns, Scope.CHANGES);
    }

    /** Why it ended early, if the calls were used up. */
    private Optional<String> read(
        OpenedDestination opened, DiffSpec spec, long total, Keeper keeper) throws SQLException {
      Quota quota = opened.claim();
      Destination destination = opened.destination();
      int size = target.batchSize(Operation.READ);
      for (long after = 0; after < total; after += size) {
        keeper.betweenPages();
        quota.topUp();
        List<RowContent> rows = new ArrayList<>();
        List<String> keys = page(spec, after, size, rows);
        try {
          compare(destination, spec, keys, rows);
        } catch (ConnectorException e) {
          if (e.kind() != ConnectorException.Kind.QUOTA
              && e.kind() != ConnectorException.Kind.THROTTLED) {
            throw e;
          }
          return Optional.of(e.getMessage());
        }
      }
      return Optional.empty();
    }

    private List<String> page(DiffSpec spec, long after, int size, List<RowContent> rows)
        throws SQLException {
      return work.query(
          Sql.of(
              "SELECT record_key, key_texts, field_texts FROM {} WHERE seq > {} AND seq <= {} ORDER"
                  + " BY seq",
              verifications.table(),
              Sql.number(after),
              Sql.number(after + size)),
          row -> {
            rows.add(
                new RowContent(
                    spec,
                    row.getString(2),
                    row.getString(3),
                    null,
                    null,
                    RowContent.Asked.NOTHING));
            return row.getString(1);
          });
    }

    private void compare(
        Destination destination, DiffSpec spec, List<String> keys, List<RowContent> rows)
        throws SQLException {
      List<Wanted> wanted = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        wanted.add(new Wanted(i, rows.get(i).key(), Optional.empty()));
      }
      List<List<String>> paths = spec.fields().stream().map(MappedColumn::path).toList();
      Map<Integer, Found> found = new HashMap<>();
      ((RecordReader) destination)
          .read(sync.definition().target().object(), wanted, paths)
          .forEach(record -> found.putIfAbsent(record.index(), record));
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        finding(keys.get(i), rows.get(i).fields(null), found.get(i), spec).ifPresent(findings::add);
      }
      verifications.add(findings, environment.now());
      checked += rows.size();
      missing += findings.stream().filter(Finding::missing).count();
      differs += findings.stream().filter(f -> !f.missing()).count();
    }

    private Optional<Finding> finding(String key, ObjectNode ours, Found found, DiffSpec spec) {
      if (found == null) {
        return Optional.of(new Finding(key, true, "{}"));
      }
      ObjectNode fields = Json.object();
      for (MappedColumn field : spec.fields()) {
        JsonNode sent = Json.at(ours, field.path());
        JsonNode there = Json.at(found.fields(), field.path());
        if (!ShownValue.same(ShownValue.of(sent), ShownValue.of(there), field.type())) {
          fields
              .putArray(field.field())
              .add(sent)
              .add(there.isMissingNode() ? NullNode.getInstance() : there);
        }
      }
      return fields.isEmpty()
          ? Optional.empty()
          : Optional.of(new Finding(key, false, Json.write(fields)));
    }

    private Void giveBack() throws SQLException {
      if (!new Leases(work).giveBack(lease)) {
        throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
      }
      return null;
    }

    /** Nothing of it stays; what keeps us from tidying up is not what went wrong. */
    private StatementException abandoned(Exception e) {
      StatementException told =
          e instanceof RunStopped stopped
              ? new StatementException(SqlState.CANCELLED, stopped.getMessage())
              : asStatement(Trouble.of(e, target.destination().name()));
      told.initCause(e);
      try {
        work.transaction(
            () -> {
              verifications.forget();
              return new Leases(work).giveBack(lease);
            });
      } catch (SQLException left) {
        told.addSuppressed(left);
      }
      return told;
    }

    private StatementException asStatement(Trouble trouble) {
      return new StatementException(trouble.sqlState(), trouble.message());
    }
  }
}
