package dev.backfeed.engine.catalog;

import dev.backfeed.parser.command.AlertCondition;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An alert as the table {@code alerts} has it.
 *
 * @param alertId stays the same when the alert is replaced
 * @param onSync the name of the sync it watches, which need not be there any more; empty for all
 * @param updatedAt what happened before is not looked at
 */
public record StoredAlert(
    String alertId,
    String name,
    Optional<String> onSync,
    List<AlertCondition> conditions,
    List<Target> targets,
    OffsetDateTime updatedAt) {
  public StoredAlert {
    conditions = List.copyOf(conditions);
    targets = List.copyOf(targets);
  }

  /** Who is told: an object of a destination that appends. */
  public record Target(String destination, String object) {
    @Override
    public String toString() {
      return destination + "." + object;
    }
  }

  /** The same alert on a sync that has another name now. */
  StoredAlert onSync(String sync) {
    return new StoredAlert(alertId, name, Optional.of(sync), conditions, targets, updatedAt);
  }

  /** The conditions as they are written, with OR between them. */
  public String when() {
    return conditions.stream().map(AlertCondition::toString).collect(Collectors.joining(" OR "));
  }

  /** The statement that makes it. */
  public String definition() {
    return "CREATE SYNC ALERT %s ON %s WHEN %s NOTIFY %s"
        .formatted(
            quoted(name),
            onSync.map(sync -> "SYNC " + quoted(sync)).orElse("ALL SYNCS"),
            when(),
            targets.stream()
                .map(target -> quoted(target.destination()) + "." + quoted(target.object()))
                .collect(Collectors.joining(", ")));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
