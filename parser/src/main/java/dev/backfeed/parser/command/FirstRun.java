package dev.backfeed.parser.command;

import java.util.OptionalLong;

/**
 * {@code ON FIRST RUN …}: what happens until everything was at the destination once.
 *
 * @param baseline whether the first run records the present as synced and sends nothing
 * @param pace most new rows a UTC day, at least 1; empty for no limit
 */
public record FirstRun(boolean baseline, OptionalLong pace) {
  /** {@code BACKFILL}: everything is sent, as fast as it can be. */
  public static final FirstRun BACKFILL = new FirstRun(false, OptionalLong.empty());

  /** {@code BASELINE}. */
  public static final FirstRun BASELINE = new FirstRun(true, OptionalLong.empty());

  /** {@code BACKFILL AT n ROWS PER DAY}. */
  public static FirstRun paced(long rowsPerDay) {
    return new FirstRun(false, OptionalLong.of(rowsPerDay));
  }
}
