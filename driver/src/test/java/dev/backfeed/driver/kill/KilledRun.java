package dev.backfeed.driver.kill;

import dev.backfeed.engine.RunListener;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;

/**
 * The child process: opens a warehouse through the driver, runs one statement and halts at its kill
 * point. Arguments: URL, statement, then side, step and occasion of the point. It ends with {@link
 * #REACHED} where the point was reached, else as any program.
 */
final class KilledRun {
  /** What a process that is killed ends with. */
  static final int REACHED = 137;

  private KilledRun() {}

  public static void main(String[] arguments) throws Exception {
    KillPoint point =
        new KillPoint(
            KillPoint.Side.valueOf(arguments[2]),
            RunListener.Step.valueOf(arguments[3]),
            Integer.parseInt(arguments[4]));
    Properties properties = new Properties();
    properties.put("backfeed.listener", new Halt(point));
    try (Connection connection = DriverManager.getConnection(arguments[0], properties);
        Statement statement = connection.createStatement()) {
      statement.execute(arguments[1]);
    }
    System.err.printf(Locale.ROOT, "%s was not reached%n", point);
  }

  /** Ends the process without tidying anything up. */
  private static final class Halt implements RunListener {
    private final KillPoint point;
    private int occasions;

    Halt(KillPoint point) {
      this.point = point;
    }

    @Override
    public void before(Step step) {
      haltAt(KillPoint.Side.BEFORE, step);
    }

    @Override
    public void after(Step step) {
      haltAt(KillPoint.Side.AFTER, step);
    }

    private void haltAt(KillPoint.Side side, Step step) {
      if (side == point.side() && step == point.step() && ++occasions == point.occasion()) {
        Runtime.getRuntime().halt(REACHED);
      }
    }
  }
}
