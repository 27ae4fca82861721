package dev.backfeed.engine.histories;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code DETECT CHANGES BY COLUMN}: a run looks at a part of the rows only.
 *
 * @param lookback how far below the watermark, in minutes
 * @param reconcile after how many days everything is looked at, removals included; 0 for never
 */
record Looking(int lookback, int reconcile) implements Detects {
  /**
   * How far a sync has come.
   *
   * @param watermark the greatest time seen; empty for none: everything is to be looked at
   * @param reconciled when everything was, removals included
   */
  record Reached(Optional<Instant> watermark, Optional<Instant> reconciled) {
    static final Reached NOTHING = new Reached(Optional.empty(), Optional.empty());

    /** Under another definition. */
    Reached anew() {
      return new Reached(Optional.empty(), reconciled);
    }

    Reached after(Forecast forecast) {
      return new Reached(forecast.seen, forecast.absence ? Optional.of(forecast.now) : reconciled);
    }
  }

  @Override
  public String text() {
    return " DETECT CHANGES BY COLUMN w"
        + (lookback > 0 ? " LOOKBACK " + lookback + " MINUTES" : "")
        + (reconcile > 0 ? " RECONCILE EVERY " + reconcile + " DAYS" : "");
  }

  @Override
  public String columns() {
    return ", w";
  }

  @Override
  public Detects unhindered() {
    return new Looking(lookback, 1);
  }

  /** The rows of the result that a run looks at; what it can tell is written into the forecast. */
  List<Row> look(SyncOracle sync, List<Row> result, Forecast forecast) {
    Reached reached = sync.reached;
    boolean due =
        reconcile > 0
            && reached
                .reconciled()
                .map(at -> !at.plus(Duration.ofDays(reconcile)).isAfter(forecast.now))
                .orElse(true);
    forecast.everything =
        due || forecast.scope.name().equals("FULL") || reached.watermark().isEmpty();
    forecast.absence = forecast.everything && reconcile > 0;
    List<Row> looked = result;
    if (!forecast.everything) {
      Instant from = reached.watermark().get().minus(Duration.ofMinutes(lookback));
      Set<String> owed = owed(sync, forecast);
      looked =
          result.stream()
              .filter(
                  row ->
                      row.moved() == null
                          || !row.moved().isBefore(from)
                          || owed.contains(row.id() == null ? "" : row.id()))
              .toList();
      forecast.seen = reached.watermark();
    }
    for (Row row : looked) {
      if (row.moved() != null && forecast.seen.filter(row.moved()::isBefore).isEmpty()) {
        forecast.seen = Optional.of(row.moved());
      }
    }
    return looked;
  }

  /** Keys of rows that an earlier run has left for another. */
  private static Set<String> owed(SyncOracle sync, Forecast forecast) {
    Set<String> owed = new HashSet<>(sync.notes.keySet());
    owed.addAll(sync.rejections.keySet());
    owed.addAll(sync.lost.keySet());
    sync.holding.keys().forEach(owed::add);
    sync.state.forEach(
        (key, known) -> {
          if (sync.isUnsure(key, known, forecast.scope)) {
            owed.add(key);
          }
        });
    sync.passed.forEach(
        (key, passed) -> {
          if (!passed.exists()) {
            owed.add(key);
          }
        });
    return owed;
  }
}
