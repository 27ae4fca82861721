package dev.backfeed.driver.shell;

import dev.backfeed.engine.RunListener;
import java.io.PrintStream;
import java.util.Locale;

/**
 * One line on a terminal that tells how far a run is, written over and over and gone at the end.
 */
final class ProgressLine implements RunListener {
  private static final long EVERY_NANOS = 200_000_000;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private long last;
  private boolean shown;

  ProgressLine(PrintStream out) {
    this.out = out;
    this.last = System.nanoTime() - EVERY_NANOS;
  }

  @Override
  public void progress(Progress progress) {
    if (progress.finished()) {
      if (shown) {
        out.print(CLEAR);
        out.flush();
        shown = false;
      }
      return;
    }
    long now = System.nanoTime();
    if (now - last >= EVERY_NANOS) {
      last = now;
      shown = true;
      out.print(CLEAR + text(progress));
      out.flush();
    }
  }

  static String text(Progress progress) {
    double seconds = progress.elapsedMs() / 1_000.0;
    double rate = seconds > 0 ? progress.answered() / seconds : 0;
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s: %,d of %,d rows, %,.0f rows/s, %,d calls",
                progress.sync(),
                progress.answered(),
                progress.planned(),
                rate,
                progress.apiCalls()));
    if (progress.failed() > 0) {
      text.append(String.format(Locale.ROOT, ", %,d failed", progress.failed()));
    }
    if (rate > 0) {
      long left = Math.round((progress.planned() - progress.answered()) / rate);
      text.append(", ").append(left(left)).append(" left");
    }
    return text.toString();
  }

  private static String left(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3_600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds % 3_600 / 60);
  }
}
