package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.engine.Trigger;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * The JDBC driver for {@code jdbc:backfeed:<the warehouse's own URL without jdbc:>}. A connection
 * behaves as the warehouse's own in everything, and understands our statements besides. Safe for
 * several threads.
 *
 * <p>Properties that begin with {@code backfeed.} are ours, all others go to the inner driver. A
 * host may put objects into the Properties: {@code backfeed.listener} (a {@link
 * dev.backfeed.engine.RunListener}), {@code backfeed.clock} (a {@link java.time.Clock}), {@code
 * backfeed.connectors} (a List of {@link dev.backfeed.engine.spi.Connector} in place of those on
 * the class path).
 */
public final class BackfeedDriver implements Driver {
  static {
    try {
      DriverManager.registerDriver(new BackfeedDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** For DriverManager and for tools that make a driver by its class name. */
  public BackfeedDriver() {}

  /**
   * Connects to the warehouse; makes nothing there.
   *
   * @return null if the URL is not one of ours
   * @throws SQLException {@code 22023} for a setting of ours that is wrong, {@code 08001} if no
   *     inner driver takes the URL, else what the inner driver throws
   */
  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    BackfeedUrl ours = BackfeedUrl.parse(url);
    ConnectionSettings settings =
        ConnectionSettings.of(
            ours.settings(), info == null ? new Properties() : info, System::getenv);
    Connection inner = InnerDrivers.connect(ours.inner(), settings.inner());
    EngineSide side = new EngineSide(inner, ours.inner(), settings);
    if (settings.host().agent().on()) {
      accompany(inner, ours.inner(), settings, side);
    }
    return ConnectionFace.open(
        inner,
        side,
        settings.listener(),
        settings.host().telemetry(),
        InnerDrivers.streams(ours.inner(), settings.inner()),
        Trigger.MANUAL);
  }

  private static void accompany(
      Connection inner, String url, ConnectionSettings settings, EngineSide side)
      throws SQLException {
    try {
      side.accompaniedBy(SharedAgents.of(inner, url, settings));
    } catch (SQLException e) {
      inner.close();
      throw e;
    }
  }

  @Override
  public boolean acceptsURL(String url) {
    return BackfeedUrl.accepts(url);
  }

  /**
   * Our own settings with the values they have or would have, then what the inner driver says of
   * its own, where the URL names one.
   */
  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
    Properties given = info == null ? new Properties() : info;
    boolean names = acceptsURL(url) && !url.equals(BackfeedUrl.PREFIX);
    BackfeedUrl ours = names ? BackfeedUrl.parse(url) : null;
    Map<String, String> inUrl = ours == null ? Map.of() : ours.settings();
    List<DriverPropertyInfo> all = new ArrayList<>();
    all.add(
        property(
            ConnectionSettings.SCHEMA,
            "schema of Backfeed's own tables",
            inUrl.getOrDefault(ConnectionSettings.SCHEMA, ConnectionSettings.DEFAULT_SCHEMA),
            given));
    HostSettings.DESCRIPTIONS.forEach((name, text) -> all.add(property(name, text, null, given)));
    if (ours != null) {
      Properties inner = ConnectionSettings.inner(given);
      for (Driver driver : InnerDrivers.of(ours.inner())) {
        all.addAll(List.of(driver.getPropertyInfo(ours.inner(), inner)));
      }
    }
    return all.toArray(DriverPropertyInfo[]::new);
  }

  @Override
  public int getMajorVersion() {
    return BackfeedVersion.part(0);
  }

  @Override
  public int getMinorVersion() {
    return BackfeedVersion.part(1);
  }

  /** What the inner driver is, this one is too; none is asked before a URL is known. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  /** This driver logs nothing. */
  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("Backfeed does not log", "0A000");
  }

  private static DriverPropertyInfo property(
      String name, String text, String otherwise, Properties given) {
    DriverPropertyInfo property = new DriverPropertyInfo(name, given.getProperty(name, otherwise));
    property.description = text;
    return property;
  }
}
