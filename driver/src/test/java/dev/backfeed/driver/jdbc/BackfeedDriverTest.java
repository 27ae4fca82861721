package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.engine.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connecting: the URL, the properties, the inner driver. */
class BackfeedDriverTest {
  private final BackfeedDriver driver = new BackfeedDriver();

  @Test
  void isRegistered() throws SQLException {
    Driver registered = DriverManager.getDriver("jdbc:backfeed:duckdb:");
    assertThat(registered).isInstanceOf(BackfeedDriver.class);
    assertThat(registered.getMajorVersion()).isZero();
    assertThat(registered.getMinorVersion()).isEqualTo(1);
  }

  @Test
  void leavesOtherUrlsToOthers() throws SQLException {
    assertThat(driver.acceptsURL("jdbc:duckdb:")).isFalse();
    assertThat(driver.acceptsURL(null)).isFalse();
    assertThat(driver.connect("jdbc:duckdb:", new Properties())).isNull();
  }

  @Test
  void takesOnlyThePrefixAway() throws SQLException {
    assertThat(BackfeedUrl.parse("jdbc:backfeed:duckdb:/tmp/jdbc:backfeed:x").inner())
        .isEqualTo("jdbc:duckdb:/tmp/jdbc:backfeed:x");
  }

  @Test
  void takesOurSettingsOutOfTheUrl() throws SQLException {
    assertParsed("postgresql://h/db?backfeed.schema=bf", "jdbc:postgresql://h/db");
    assertParsed("postgresql://h/db?a=1&backfeed.schema=bf", "jdbc:postgresql://h/db?a=1");
    assertParsed("postgresql://h/db?backfeed.schema=bf&a=1", "jdbc:postgresql://h/db?a=1");
    assertParsed("postgresql://h/db?a=1&backfeed.schema=bf&b=2", "jdbc:postgresql://h/db?a=1&b=2");
    assertParsed("duckdb:x.duckdb;backfeed.schema=bf;b=2", "jdbc:duckdb:x.duckdb;b=2");
  }

  @Test
  void refusesHostSettingsInTheUrl() {
    for (String setting :
        List.of("backfeed.secrets.allow", "backfeed.egress.allow", "backfeed.agent.requests")) {
      assertThatThrownBy(
              () -> DriverManager.getConnection("jdbc:backfeed:duckdb:;" + setting + "=env:*"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
          .hasMessageContaining(setting)
          .hasMessageContaining("BACKFEED_CONFIG");
    }
  }

  @Test
  void refusesUnknownAndIllTypedSettings() {
    Properties unknown = new Properties();
    unknown.setProperty("backfeed.shema", "x");
    assertRefused(unknown, "22023", "backfeed.schema");
    Properties wrongType = new Properties();
    wrongType.put("backfeed.clock", "noon");
    assertRefused(wrongType, "22023", Clock.class.getName());
    Properties unreadable = new Properties();
    unreadable.setProperty("backfeed.secrets.allow", "everything");
    assertRefused(unreadable, "22023", "everything");
    Properties missing = new Properties();
    missing.setProperty("backfeed.config", "/nowhere/at/all.properties");
    assertRefused(missing, "22023", "/nowhere/at/all.properties");
  }

  @Test
  void passesTheRestOfThePropertiesOn() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("threads", "1");
    properties.setProperty("backfeed.schema", "bf");
    properties.put("backfeed.listener", RunListener.NONE);
    properties.put("backfeed.clock", Clock.systemUTC());
    properties.put("backfeed.connectors", List.of());
    try (Connection connection = DriverManager.getConnection("jdbc:backfeed:duckdb:", properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_setting('threads')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void readsPropertiesBehindProperties() throws SQLException {
    Properties defaults = new Properties();
    defaults.setProperty("threads", "1");
    defaults.setProperty("backfeed.schema", "behind");
    ConnectionSettings settings =
        ConnectionSettings.of(Map.of(), new Properties(defaults), name -> null);
    assertThat(settings.schema()).isEqualTo("behind");
    assertThat(settings.inner()).containsOnlyKeys("threads");
  }

  @Test
  void readsHostSettingsFromTheConfigurationFile(@TempDir Path dir)
      throws IOException, SQLException {
    Path file = dir.resolve("host.properties");
    Files.writeString(file, "backfeed.secrets.allow = env:SHÖP_*, env:SHOP_KEY\n");
    ConnectionSettings settings =
        ConnectionSettings.of(
            Map.of(),
            new Properties(),
            Map.of("BACKFEED_CONFIG", file.toString(), "SHOP_KEY", "v")::get);
    assertThat(settings.host().secrets().resolve("env:SHOP_KEY").revealTo("h")).isEqualTo("v");
    Files.writeString(file, "backfeed.schema = x\n");
    assertThatThrownBy(
            () ->
                ConnectionSettings.of(
                    Map.of(), new Properties(), Map.of("BACKFEED_CONFIG", file.toString())::get))
        .hasMessageContaining("backfeed.schema");
  }

  @Test
  void namesTheJarThatIsMissing() {
    assertThatThrownBy(
            () -> DriverManager.getConnection("jdbc:backfeed:snowflake://a.b.com/?password=geheim"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"))
        .hasMessageContaining("net.snowflake:snowflake-jdbc")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:backfeed:"))
        .hasMessageContaining("names no warehouse");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:backfeed:backfeed:duckdb:"))
        .hasMessageContaining("names no warehouse");
  }

  @Test
  void describesItsPropertiesAndTheInnerDrivers() throws SQLException {
    Properties given = new Properties();
    given.setProperty("backfeed.egress.allow", "10.0.0.1");
    given.setProperty("user", "ada");
    Map<String, DriverPropertyInfo> all =
        described("jdbc:backfeed:postgresql://h/db?backfeed.schema=bf&ssl=true", given);
    assertThat(all.keySet())
        .startsWith(
            "backfeed.schema",
            "backfeed.config",
            "backfeed.secrets.allow",
            "backfeed.secrets.dir",
            "backfeed.egress.allow")
        .contains("ssl", "ApplicationName");
    assertThat(all.values()).allSatisfy(p -> assertThat(p.description).isNotBlank());
    assertThat(all.get("backfeed.schema").value).isEqualTo("bf");
    assertThat(all.get("backfeed.egress.allow").value).isEqualTo("10.0.0.1");
    assertThat(all.get("ssl").value).isEqualTo("true");
    assertThat(all.get("user").value).isEqualTo("ada");
    assertThat(described("jdbc:backfeed:duckdb:", null)).containsKey("jdbc_stream_results");
    for (String unfinished : List.of("jdbc:backfeed:", "jdbc:backfeed:nothing:", "jdbc:other:x")) {
      assertThat(described(unfinished, null)).as(unfinished).hasSize(1 + HostSettings.NAMES.size());
    }
    assertThat(described("jdbc:backfeed:", null).get("backfeed.schema").value)
        .isEqualTo("backfeed");
  }

  @Test
  void aDuckDbInMemoryHasASecondConnection() throws SQLException {
    try (Connection inner = Warehouses.DUCKDB.inner();
        Statement statement = inner.createStatement()) {
      statement.execute("CREATE TABLE seen AS SELECT 5 AS a");
      try (Connection keeper = Keeper.open(inner, "jdbc:duckdb:", new Properties());
          Statement other = keeper.createStatement();
          ResultSet rows = other.executeQuery("SELECT a FROM seen")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(5);
      }
    }
  }

  @Test
  void aPostgresKeeperIsAConnectionOfItsOwn() throws SQLException {
    try (Connection inner = Warehouses.POSTGRESQL.inner();
        Connection keeper = Keeper.open(inner, Warehouses.POSTGRESQL.url(), new Properties())) {
      assertThat(backend(keeper)).isNotEqualTo(backend(inner));
    }
  }

  private Map<String, DriverPropertyInfo> described(String url, Properties given)
      throws SQLException {
    return Arrays.stream(driver.getPropertyInfo(url, given))
        .collect(Collectors.toMap(p -> p.name, p -> p, (one, other) -> other, LinkedHashMap::new));
  }

  private static int backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void assertParsed(String rest, String inner) throws SQLException {
    BackfeedUrl url = BackfeedUrl.parse("jdbc:backfeed:" + rest);
    assertThat(url.inner()).isEqualTo(inner);
    assertThat(url.settings()).containsExactly(Map.entry("backfeed.schema", "bf"));
  }

  private static void assertRefused(Properties properties, String state, String words) {
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:backfeed:duckdb:", properties))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state))
        .hasMessageContaining(words);
  }
}
