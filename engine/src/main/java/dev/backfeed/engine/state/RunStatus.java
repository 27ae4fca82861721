package dev.backfeed.engine.state;

import java.util.Locale;

/** The states of a run, as the language page lists them. */
public enum RunStatus {
  PLANNING,
  RUNNING,
  SUCCEEDED,
  PARTIAL,
  BLOCKED,
  HELD,
  FAILED,
  CANCELLED,
  PAUSED,
  INTERRUPTED,
  SUPERSEDED,
  REJECTED,
  EXPIRED,
  DRY_RUN;

  /** As tables and results show it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
