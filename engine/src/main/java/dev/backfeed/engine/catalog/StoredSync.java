package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.Arrays;
import java.util.List;

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
 */
public record StoredSync(
    String syncId,
    int version,
    SyncDefinition definition,
    List<MappedColumn> columns,
    SessionContext context,
    boolean paused,
    String stateView) {
  public StoredSync {
    columns = List.copyOf(columns);
  }

  /** The same sync with other columns. */
  public StoredSync withColumns(List<MappedColumn> changed) {
    return new StoredSync(syncId, version, definition, changed, context, paused, stateView);
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
