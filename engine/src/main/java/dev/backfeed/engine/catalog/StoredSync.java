package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sync as the table {@code syncs} has it.
 *
 * @param syncId ten base-32 characters, for life
 * @param version from 1
 * @param definition what was written, parsed again
 * @param columns key columns first, then fields, each by number
 * @param context what names in the query mean
 * @param paused whether it was paused
 * @param stateView the view that gives the state's columns the names of their fields
 * @param nextKey of REKEY FROM: the key columns that the next run moves the state to, in the place
 *     of those in {@code columns}, whose query columns have the former key; no columns once it is
 *     moved, while records may still be there under a former key
 */
public record StoredSync(
    String syncId,
    int version,
    SyncDefinition definition,
    List<MappedColumn> columns,
    SessionContext context,
    boolean paused,
    String stateView,
    Optional<List<MappedColumn>> nextKey) {
  public StoredSync {
    columns = List.copyOf(columns);
    nextKey = nextKey.map(List::copyOf);
  }

  /** Whether the next run moves the state to another key. */
  public boolean rekeys() {
    return nextKey.isPresent() && !nextKey.get().isEmpty();
  }

  /** The same sync when its state has been moved to the key that comes, if one does. */
  public StoredSync moved() {
    return rekeys()
        ? withKey(
            Stream.concat(nextKey.get().stream(), fields().stream()).toList(),
            Optional.of(List.of()))
        : this;
  }

  /** The same sync, no record of which is there under a former key. */
  public StoredSync settled() {
    return withKey(columns, Optional.empty());
  }

  private StoredSync withKey(List<MappedColumn> changed, Optional<List<MappedColumn>> next) {
    return new StoredSync(syncId, version, definition, changed, context, paused, stateView, next);
  }

  /** The same sync with other columns. */
  public StoredSync withColumns(List<MappedColumn> changed) {
    return withKey(changed, nextKey);
  }

  public String name() {
    return definition.name().text();
  }

  /** Its tags, as written but without blanks around them. */
  public List<String> tags() {
    return SyncOptions.text(definition, "tags").map(SyncOptions::tags).stream()
        .flatMap(tags -> Arrays.stream(tags.split(",", -1)))
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  public List<MappedColumn> keys() {
    return columns.stream().filter(MappedColumn::key).toList();
  }

  public List<MappedColumn> fields() {
    return columns.stream().filter(c -> !c.key()).toList();
  }

  /** The table that holds what the destination holds. */
  public String stateTable() {
    return "_state_" + syncId;
  }

  /** The table of rows as they were planned whose fate a person has to tell. */
  public String doubtTable() {
    return "_doubt_" + syncId;
  }

  /** The table where the rows of a change feed wait for their answers. */
  public String backlogTable() {
    return "_backlog_" + syncId;
  }

  /** The table of one run's plan. */
  public static String planTable(String runId) {
    return "_plan_" + runId;
  }
}
