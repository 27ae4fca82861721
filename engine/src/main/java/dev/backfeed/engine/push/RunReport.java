package dev.backfeed.engine.push;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.parser.command.StatementException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a run ended, for the statement that asked for it.
 *
 * @param runId null for a dry run and for a sync that is paused
 * @param message null where there is nothing to say
 * @param error what the statement raises where it is about this sync alone
 * @param warnings in the order they came up
 */
public record RunReport(
    String runId,
    String sync,
    RunStatus status,
    Counters counters,
    long durationMs,
    String message,
    Optional<StatementException> error,
    List<String> warnings) {
  public RunReport {
    warnings = List.copyOf(warnings);
  }

  /** The row of SYNC NOW, in the order of its shape. */
  public List<Object> row() {
    List<Object> row = new ArrayList<>();
    row.add(runId);
    row.add(sync);
    row.add(status.text());
    row.addAll(counters.values());
    row.add(durationMs);
    row.add(message);
    return row;
  }
}
