package dev.backfeed.engine;

import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.Secret;
import dev.backfeed.engine.spi.SecretProvider;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Lineage;
import dev.backfeed.parser.command.Shape;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * An engine on a real warehouse with a scripted destination: statements of ours by {@link #ours},
 * everything else by {@link #sql}.
 */
public final class EngineFixture implements AutoCloseable {
  private static final EgressPolicy ANYWHERE = (host, address, port) -> {};
  private static final SecretProvider NO_SECRETS =
      new SecretProvider() {
        @Override
        public void check(String reference) {}

        @Override
        public Secret resolve(String reference) {
          return host -> "value of " + reference;
        }
      };

  private final TestWarehouse warehouse;
  private final Connection connection;
  private final ScriptedConnector connector;
  private final Clock clock;
  private final BackfeedParser parser;
  private final BackfeedEngine engine;
  private Execution execution = Execution.PLAIN;

  private EngineFixture(
      TestWarehouse warehouse, Connection connection, ScriptedConnector connector, Clock clock) {
    this(warehouse, connection, connection, connector, clock);
  }

  private EngineFixture(
      TestWarehouse warehouse,
      Connection connection,
      Connection watched,
      ScriptedConnector connector,
      Clock clock) {
    this.warehouse = warehouse;
    this.connection = connection;
    this.connector = connector;
    this.clock = clock;
    connector.clock(clock);
    this.parser = new BackfeedParser(Lexicon.of(warehouse.name()));
    this.engine =
        new BackfeedEngine(
            watched,
            warehouse::open,
            new EngineSettings(
                "backfeed",
                List.of(connector),
                NO_SECRETS,
                ANYWHERE,
                clock,
                parser::parse,
                new Lineage(Lexicon.of(warehouse.name()))::trace));
  }

  /** A fixture on an empty warehouse, with the destination {@code crm}. */
  public static EngineFixture on(TestWarehouse warehouse) throws SQLException {
    return on(warehouse, Clock.systemUTC());
  }

  /** A fixture on a warehouse as it is, whatever is in it. */
  public static EngineFixture bare(TestWarehouse warehouse) throws SQLException {
    return new EngineFixture(
        warehouse, warehouse.open(), new ScriptedConnector(), Clock.systemUTC());
  }

  /** On an empty warehouse, with a clock. */
  public static EngineFixture on(TestWarehouse warehouse, Clock clock) throws SQLException {
    return on(warehouse, clock, new ScriptedConnector());
  }

  /** The same with a clock and a scripted destination of another kind. */
  public static EngineFixture on(TestWarehouse warehouse, Clock clock, ScriptedConnector connector)
      throws SQLException {
    EngineFixture fixture = new EngineFixture(warehouse, warehouse.open(), connector, clock);
    fixture.ours("CREATE DESTINATION crm TYPE scripted");
    return fixture;
  }

  /** The same with an engine that sees its connection through something that watches it. */
  public static EngineFixture watched(TestWarehouse warehouse, UnaryOperator<Connection> watch)
      throws SQLException {
    Connection connection = warehouse.open();
    EngineFixture fixture =
        new EngineFixture(
            warehouse,
            connection,
            watch.apply(connection),
            new ScriptedConnector(),
            Clock.systemUTC());
    fixture.ours("CREATE DESTINATION crm TYPE scripted");
    return fixture;
  }

  /** Another client of the same warehouse, with the same destinations behind it. */
  public EngineFixture another() throws SQLException {
    return new EngineFixture(warehouse, warehouse.open(), connector, clock);
  }

  /** The circumstances of the statements that follow. */
  public void execution(Execution circumstances) {
    execution = circumstances;
  }

  public ScriptedVendor vendor() {
    return connector.vendor("crm");
  }

  /** The other side of another destination. */
  public ScriptedVendor vendor(String destination) {
    return connector.vendor(destination);
  }

  public Connection connection() {
    return connection;
  }

  /** Executes a statement of ours. */
  public Result ours(String statement) throws SQLException {
    return engine.execute(parser.parse(statement), execution);
  }

  /** What an agent would work with. */
  public AgentDesk desk(String agent) throws SQLException {
    return engine.desk(agent);
  }

  /** The first row of a statement of ours, by label. */
  public Map<String, Object> row(String statement) throws SQLException {
    Result result = ours(statement);
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < result.shape().columns().size(); i++) {
      Shape.Column column = result.shape().columns().get(i);
      row.put(column.label(), result.rows().get(0).get(i));
    }
    return row;
  }

  /** The counters of one run that are not 0, as {@code name=count}, and its status. */
  public String run(String statement) throws SQLException {
    Map<String, Object> row = row(statement);
    List<String> parts = new ArrayList<>();
    parts.add(String.valueOf(row.get("status")));
    row.forEach(
        (label, value) -> {
          boolean counter = value instanceof Long && !label.equals("duration_ms");
          if (counter && (Long) value != 0 && !label.equals("api_calls")) {
            parts.add(label + "=" + value);
          }
        });
    return String.join(" ", parts);
  }

  /** Executes a statement of the warehouse's own. */
  public void sql(String statement) throws SQLException {
    try (Statement s = connection.createStatement()) {
      s.execute(statement);
    }
  }

  /** The rows of a query, values joined by {@code |}. */
  public List<String> query(String query) throws SQLException {
    List<String> result = new ArrayList<>();
    try (Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        result.add(String.join("|", values));
      }
    }
    return result;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
