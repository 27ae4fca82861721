package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectingTest {
  private static final Place PLACE = Place.postgres(ConnectingTest.class);

  private final FakeCallGate gate = new FakeCallGate();

  @Test
  void testsWithTheRightPassword() {
    try (Destination d = open(guarded(PostgresServer.PASSWORD))) {
      Check check = d.test().get(0);
      assertThat(check.ok()).as(check.message()).isTrue();
      assertThat(check.message()).contains("PostgreSQL 18", "as guarded");
      assertThat(d.account())
          .isEqualTo("jdbc:localhost:" + PostgresServer.port() + "/ConnectingTest");
    }
  }

  @Test
  void aWrongPasswordIsACheckAndAnErrorAndNeverShown() {
    try (Destination d = open(guarded("wrong w/BACKFEED-SECRET"))) {
      Check check = d.test().get(0);
      assertThat(check.ok()).isFalse();
      assertThat(check.message()).contains("password").doesNotContain("BACKFEED-SECRET");
      assertThatThrownBy(() -> d.describe("users"))
          .isInstanceOfSatisfying(
              ConnectorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CREDENTIALS));
      assertThat(gate.pauses()).isEmpty();
    }
  }

  @Test
  void whatADriverRepeatsOfAPasswordIsRedacted() {
    Credentials credentials = new Credentials(guarded("s3cret w/xyz"), JdbcUrl.parse(PLACE.url()));
    assertThat(credentials.password()).contains("s3cret w/xyz");
    assertThat(credentials.redact("a s3cret w/xyz b s3cret+w%2Fxyz c czNjcmV0IHcveHl6 d"))
        .isEqualTo("a (secret) b (secret) c (secret) d");
  }

  @Test
  void aDatabaseThatIsNotThere() {
    MapOptions options = options(PostgresServer.url("nope")).with("user", "postgres");
    assertThatThrownBy(() -> open(options).describe("users"))
        .isInstanceOfSatisfying(
            ConnectorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISCONFIGURED))
        .hasMessageContaining("nope");
  }

  @Test
  void nobodyListensIsTriedAFewTimes() {
    MapOptions options =
        options("jdbc:postgresql://localhost:1/x").with("user", "u").with("max_retries", 2);
    assertThatThrownBy(() -> open(options).describe("users"))
        .isInstanceOfSatisfying(
            ConnectorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining("localhost:1/x");
    assertThat(gate.pauses()).hasSize(2);
  }

  @Test
  void theUsualRetriesTakeSecondsNotMinutes() {
    MapOptions options =
        options("jdbc:postgresql://localhost:1/x").with("user", "u").with("max_retries", 5);
    assertThatThrownBy(() -> open(options).describe("users"))
        .isInstanceOf(ConnectorException.class);
    assertThat(gate.pauses()).hasSize(5);
    assertThat(gate.pauses().stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
  }

  @Test
  void anUnknownHost() {
    assertThatThrownBy(
            () -> open(options("jdbc:postgresql://no-such-host.invalid/x")).describe("t"))
        .isInstanceOfSatisfying(
            ConnectorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void theResolvedAddressIsChecked() {
    List<String> asked = new ArrayList<>();
    EgressPolicy refuse =
        (host, address, port) -> {
          asked.add(host + " " + address.isLoopbackAddress() + " " + port);
          throw new ConnectorException(Kind.MISCONFIGURED, host + " may not be reached");
        };
    try (Destination d = open(guarded(PostgresServer.PASSWORD), refuse)) {
      assertThatThrownBy(() -> d.describe("users")).hasMessage("localhost may not be reached");
    }
    assertThat(asked).containsExactly("localhost true " + PostgresServer.port());
  }

  @Test
  void aNumberThatIsAnAddressIsCheckedAsOne() {
    List<InetAddress> asked = new ArrayList<>();
    EgressPolicy refuse =
        (host, address, port) -> {
          asked.add(address);
          throw new ConnectorException(Kind.MISCONFIGURED, "refused");
        };
    assertThatThrownBy(() -> open(options("jdbc:postgresql://2852039166/x"), refuse).describe("t"))
        .hasMessage("refused");
    assertThat(asked).singleElement().satisfies(a -> assertThat(a.isLinkLocalAddress()).isTrue());
  }

  @Test
  void aMissingDriverNamesItsJar() {
    assertThatThrownBy(() -> open(options("jdbc:mysql://localhost/x")).describe("t"))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("com.mysql:mysql-connector-j");
  }

  @Test
  void aMissingFileIsNotMade(@TempDir Path folder) {
    Path file = folder.resolve("typo.duckdb");
    assertThatThrownBy(() -> open(options("jdbc:duckdb:" + file)).describe("t"))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("typo.duckdb");
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void optionsThatMakeNoSense() {
    assertThatThrownBy(() -> open(options("jdbc:duckdb:x.duckdb").withSecret("password", "x")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("password");
    assertThatThrownBy(() -> open(options(PLACE.url()).with("sandbox", true)))
        .isInstanceOfSatisfying(
            OptionException.class, e -> assertThat(e.option()).isEqualTo("sandbox"));
  }

  @Test
  void aSchemaThatIsNotThereIsACheck() {
    try (Destination d =
        open(options(PLACE.url()).with("user", "postgres").with("schema", "nix"))) {
      assertThat(d.test()).extracting(Check::ok).containsExactly(true, false);
    }
  }

  private static MapOptions options(String url) {
    return new MapOptions(new JdbcConnector().manifest()).with("url", url);
  }

  private static MapOptions guarded(String password) {
    return options(PLACE.url())
        .with("user", PostgresServer.GUARDED_USER)
        .withSecret("password", password);
  }

  private Destination open(MapOptions options) {
    return open(options, (host, address, port) -> {});
  }

  private Destination open(MapOptions options, EgressPolicy egress) {
    return new JdbcConnector()
        .open(new DestinationContext("appdb", options, gate, egress, MemoryRecordStore::new));
  }
}
