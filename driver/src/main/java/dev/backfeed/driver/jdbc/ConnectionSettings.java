package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.agent.AgentListener;
import dev.backfeed.driver.host.AgentSettings;
import dev.backfeed.driver.host.HostEgress;
import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What a connection is made with beyond the warehouse's own properties.
 *
 * @param schema where our tables lie
 * @param host what this host allows
 * @param listener told of runs
 * @param clock as the engine's settings say
 * @param connectors given by the host; empty to find them on the class path
 * @param agentListener told of the agent that comes with the connection
 * @param inner the properties for the inner driver
 */
record ConnectionSettings(
    String schema,
    HostSettings host,
    RunListener listener,
    Clock clock,
    Optional<List<Connector>> connectors,
    AgentListener agentListener,
    Properties inner) {
  static final String OURS = "backfeed.";
  static final String SCHEMA = "backfeed.schema";
  private static final String LISTENER = "backfeed.listener";
  private static final String CLOCK = "backfeed.clock";
  private static final String CONNECTORS = "backfeed.connectors";
  private static final String AGENT_LISTENER = "backfeed.agent.listener";
  static final String DEFAULT_SCHEMA = "backfeed";
  private static final Set<String> KNOWN =
      Set.of(SCHEMA, LISTENER, CLOCK, CONNECTORS, HostSettings.TELEMETRY, AgentSettings.AGENT);

  /**
   * Reads the properties of a connection.
   *
   * @param url its settings are overruled by a property of the same name
   * @param given as passed to the driver; objects for listener, clock and connectors
   * @param environment looks up an environment variable, null if it is not set
   * @throws SQLException {@code 22023} naming a setting that is unknown or has a wrong value
   */
  static ConnectionSettings of(
      Map<String, String> url, Properties given, UnaryOperator<String> environment)
      throws SQLException {
    Properties ours = new Properties();
    ours.putAll(url);
    copy(given, true, ours);
    for (String name : names(ours)) {
      requireKnown(name);
    }
    return new ConnectionSettings(
        schema(ours),
        host(ours, environment),
        object(ours, LISTENER, RunListener.class).orElse(RunListener.NONE),
        object(ours, CLOCK, Clock.class).orElseGet(Clock::systemUTC),
        connectors(ours),
        object(ours, AGENT_LISTENER, AgentListener.class).orElse(AgentListener.NONE),
        inner(given));
  }

  /** The same for the connections of an agent, which takes statements from others. */
  ConnectionSettings forAgent() {
    return new ConnectionSettings(
        schema, host.forAgent(), listener, clock, connectors, agentListener, inner);
  }

  /** What the inner driver gets of the properties of a connection. */
  static Properties inner(Properties given) {
    Properties inner = new Properties();
    copy(given, false, inner);
    return inner;
  }

  private static void copy(Properties given, boolean ours, Properties to) {
    for (String name : names(given)) {
      if (name.toLowerCase(Locale.ROOT).startsWith(OURS) == ours) {
        to.put(name, value(given, name));
      }
    }
  }

  /**
   * Checks the name of a setting of ours.
   *
   * @throws SQLException {@code 22023} listing the names there are
   */
  static void requireKnown(String name) throws SQLException {
    if (!KNOWN.contains(name) && !HostSettings.isHostSide(name)) {
      Set<String> all = new TreeSet<>(HostSettings.NAMES);
      all.add(SCHEMA);
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "there is no setting " + name + ": the settings are " + String.join(", ", all));
    }
  }

  private static Set<String> names(Properties properties) {
    Set<String> names = new TreeSet<>(properties.stringPropertyNames());
    properties.keySet().forEach(key -> names.add(key.toString()));
    return names;
  }

  private static Object value(Properties given, String name) {
    Object value = given.get(name);
    return value != null ? value : given.getProperty(name);
  }

  private static String schema(Properties ours) throws SQLException {
    String schema = ours.getProperty(SCHEMA, DEFAULT_SCHEMA);
    if (schema.isBlank()) {
      throw new StatementException(
          SqlState.INVALID_VALUE, SCHEMA + " is empty: name a schema, or leave the setting out");
    }
    return schema;
  }

  private static HostSettings host(Properties ours, UnaryOperator<String> environment)
      throws SQLException {
    try {
      return HostSettings.of(ours, HostEgress.Reach.OPEN, environment);
    } catch (IllegalArgumentException e) {
      throw new StatementException(SqlState.INVALID_VALUE, e.getMessage(), e);
    }
  }

  private static Optional<List<Connector>> connectors(Properties ours) throws SQLException {
    Optional<List<?>> given = object(ours, CONNECTORS, List.class).map(list -> (List<?>) list);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    for (Object connector : given.get()) {
      requireType(CONNECTORS, connector, Connector.class);
    }
    return Optional.of(given.get().stream().map(Connector.class::cast).toList());
  }

  private static <T> Optional<T> object(Properties ours, String name, Class<T> type)
      throws SQLException {
    Object value = ours.get(name);
    if (value == null) {
      return Optional.empty();
    }
    requireType(name, value, type);
    return Optional.of(type.cast(value));
  }

  private static void requireType(String name, Object value, Class<?> type) throws SQLException {
    if (!type.isInstance(value)) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          name
              + " takes an object of type "
              + type.getName()
              + ", put into the Properties in code");
    }
  }
}
