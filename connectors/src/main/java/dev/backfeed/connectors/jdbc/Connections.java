package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.DestinationContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Connections to one database, opened when wanted and kept for the next who asks. As many as there
 * are threads, but one on SQLite, which has one writer a file anyway. Safe for several threads;
 * nobody may borrow two at once.
 */
final class Connections implements AutoCloseable {
  private final JdbcUrl url;
  private final DestinationContext context;
  private final Credentials credentials;
  private final Duration timeout;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final Semaphore places;
  private volatile boolean closed;

  Connections(JdbcUrl url, DestinationContext context, Credentials credentials, Duration timeout) {
    this.url = url;
    this.context = context;
    this.credentials = credentials;
    this.timeout = timeout;
    this.places = new Semaphore(url.database() == Database.SQLITE ? 1 : Integer.MAX_VALUE, true);
  }

  /**
   * A connection with autocommit off, to be given back or discarded.
   *
   * @throws SQLException what the driver says
   * @throws ConnectorException before the driver is asked: no driver, host unknown or not allowed
   */
  Connection borrow() throws SQLException {
    places.acquireUninterruptibly();
    Connection connection = null;
    try {
      connection = idle.pollFirst();
      if (connection == null) {
        connection = open();
      } else if (url.database().isFile()) {
        connection.setAutoCommit(false);
      }
      return connection;
    } finally {
      if (connection == null) {
        places.release();
      }
    }
  }

  /** Takes back a connection that is outside a transaction and in order. */
  void giveBack(Connection connection) {
    if (closed || !laidToRest(connection)) {
      closeQuietly(connection);
    } else {
      idle.addFirst(connection);
    }
    places.release();
  }

  /** SQLite's driver begins the next transaction, and locks the file, right after a commit. */
  private boolean laidToRest(Connection connection) {
    try {
      if (url.database().isFile()) {
        connection.setAutoCommit(true);
      }
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Takes back a connection that is not to be used again. */
  void discard(Connection connection) {
    closeQuietly(connection);
    places.release();
  }

  @Override
  public void close() {
    closed = true;
    for (Connection c = idle.pollFirst(); c != null; c = idle.pollFirst()) {
      closeQuietly(c);
    }
  }

  private Connection open() throws SQLException {
    Driver driver = driver();
    if (url.database().isFile()) {
      checkFile();
    } else {
      checkHost();
    }
    Connection connection = driver.connect(url.driverUrl(), properties());
    if (connection == null) {
      throw new SQLException("the driver " + driver.getClass().getName() + " refused the URL");
    }
    try {
      prepare(connection);
      return connection;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  private Driver driver() throws SQLException {
    String driverUrl = url.driverUrl();
    Stream<Driver> found =
        Stream.concat(
            DriverManager.drivers(),
            Stream.of(Thread.currentThread().getContextClassLoader(), getClass().getClassLoader())
                .filter(java.util.Objects::nonNull)
                .flatMap(l -> ServiceLoader.load(Driver.class, l).stream())
                .flatMap(p -> instantiated(p).stream()));
    return found
        .filter(d -> accepts(d, driverUrl))
        .findFirst()
        .orElseThrow(
            () ->
                new ConnectorException(
                    ConnectorException.Kind.MISCONFIGURED,
                    "there is no JDBC driver for jdbc:%s: on the class path: add the jar of %s"
                        .formatted(url.database().scheme(), url.database().driverJar())));
  }

  /** A driver that cannot be loaded is no reason to miss the one we want. */
  private static Optional<Driver> instantiated(ServiceLoader.Provider<Driver> provider) {
    try {
      return Optional.of(provider.get());
    } catch (java.util.ServiceConfigurationError e) {
      return Optional.empty();
    }
  }

  private static boolean accepts(Driver driver, String driverUrl) {
    try {
      return driver.acceptsURL(driverUrl);
    } catch (SQLException e) {
      return false;
    }
  }

  /** A file that is missing would be made, empty, and then be blamed for having no table. */
  private void checkFile() {
    if (!url.inMemory()) {
      context.egress().checkFile(Path.of(url.path()));
    }
    if (!url.inMemory() && !Files.exists(Path.of(url.path()))) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED, "there is no database file " + url.path());
    }
  }

  private void checkHost() {
    try {
      for (InetAddress address : InetAddress.getAllByName(url.host())) {
        context.egress().check(url.host(), address, url.port());
      }
    } catch (UnknownHostException e) {
      throw new ConnectorException(
          ConnectorException.Kind.UNREACHABLE, "the host " + url.host() + " is not known", e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    if (!url.database().isFile()) {
      timeouts().forEach(properties::setProperty);
    }
    url.properties().forEach(properties::setProperty);
    url.database().fixedProperties().forEach(properties::setProperty);
    credentials.user().ifPresent(u -> properties.setProperty("user", u));
    // Without a password PostgreSQL's driver would look for one in the files of this machine's
    // user.
    credentials
        .password()
        .or(() -> url.database().isFile() ? Optional.empty() : Optional.of(""))
        .ifPresent(p -> properties.setProperty("password", p));
    return properties;
  }

  /** PostgreSQL's driver counts in seconds, the other two in milliseconds. */
  private Map<String, String> timeouts() {
    boolean seconds = url.database() == Database.POSTGRESQL;
    long connect = Math.max(1, Math.min(10, timeout.toSeconds()));
    // Longer than the statement's own, whose end is the cleaner one.
    long socket = timeout.toSeconds() + 10;
    return Map.of(
        "connectTimeout", Long.toString(seconds ? connect : connect * 1000),
        "socketTimeout", Long.toString(seconds ? socket : socket * 1000));
  }

  private void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : url.database().sessionStatements()) {
        statement.execute(sql);
      }
    }
    if (!url.database().isFile()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    connection.setAutoCommit(false);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is given up; that it does not even close changes nothing.
    }
  }
}
