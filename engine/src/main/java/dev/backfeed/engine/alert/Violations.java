package dev.backfeed.engine.alert;

import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/** What was wrong when an agent looked last. */
public final class Violations {
  private Violations() {}

  /**
   * A condition that does not hold.
   *
   * @param subject the sync, or {@code destination} and its name
   */
  public record Violation(String subject, String condition, OffsetDateTime since) {
    @Override
    public String toString() {
      return subject + ": " + condition;
    }
  }

  /** Those of an alert, by subject; of syncs that are not there any more none. */
  public static List<Violation> of(StoredAlert alert, Warehouse work) throws SQLException {
    return work
        .query(
            Sql.of(
                """
                SELECT COALESCE(y.name, s.subject), s.condition, s.since, y.name, s.subject
                FROM {} s LEFT JOIN {} y ON y.sync_id = s.subject
                WHERE s.alert_id = {} AND s.violated ORDER BY 1, 2""",
                work.table("alert_states"),
                work.table("syncs"),
                Sql.literal(alert.alertId())),
            row ->
                new Found(
                    new Violation(
                        row.getString(1), row.getString(2), row.getObject(3, OffsetDateTime.class)),
                    row.getString(4),
                    row.getString(5)))
        .stream()
        .filter(found -> found.isOf(alert))
        .map(Found::violation)
        .toList();
  }

  private record Found(Violation violation, String sync, String subject) {
    boolean isOf(StoredAlert alert) {
      boolean asked =
          alert.conditions().stream().anyMatch(c -> c.toString().equals(violation.condition()));
      boolean there =
          sync == null
              ? Subject.isDestination(subject)
              : alert.onSync().map(sync::equalsIgnoreCase).orElse(true);
      return asked && there;
    }
  }
}
