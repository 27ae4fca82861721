package dev.backfeed.engine.alert;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.alert.Finding.Verdict;
import dev.backfeed.engine.alert.WatchedSyncs.Watched;
import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;

/** The table {@code alert_events}: violations and recoveries, and for each who is to be told. */
final class AlertEvents {
  private final Warehouse work;
  private final OffsetDateTime now;

  AlertEvents(Warehouse work, OffsetDateTime now) {
    this.work = work;
    this.now = now;
  }

  /**
   * Adds one, within the transaction that moves the state.
   *
   * @param lasted how long a violation that is over has lasted
   */
  void add(Watched watched, Finding finding, Duration lasted) throws SQLException {
    boolean violated = finding.verdict() == Verdict.VIOLATED;
    String id = UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
    NewlyFailing failing =
        violated && finding.runId().isPresent()
            ? NewlyFailing.since(work, watched.subject().id(), finding.runId().get())
            : NewlyFailing.NONE;
    work.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            work.table("alert_events"),
            Sql.literal(id),
            Sql.literal(watched.alert().name()),
            watched.subject().sync().map(Sql::literal).orElse(Sql.of("NULL")),
            Sql.literal(watched.subject().destination()),
            Sql.literal(watched.condition().toString()),
            Sql.literal(violated ? "violated" : "recovered"),
            Sql.of("CAST({} AS DOUBLE PRECISION)", Sql.bind(finding.value())),
            violated && finding.runId().isPresent() ? Sql.number(failing.rows()) : Sql.of("NULL"),
            Sql.literal(AlertText.of(watched, finding, lasted, failing)),
            finding.runId().map(Sql::literal).orElse(Sql.of("NULL")),
            Sql.timestamp(finding.at())));
    for (StoredAlert.Target target : watched.alert().targets()) {
      work.run(
          Sql.of(
              "INSERT INTO {} VALUES ({}, {}, {}, 'pending', 0, {}, NULL, NULL)",
              work.table("alert_notifications"),
              Sql.literal(id),
              Sql.literal(target.destination()),
              Sql.literal(target.object()),
              Sql.timestamp(now)));
    }
  }
}
