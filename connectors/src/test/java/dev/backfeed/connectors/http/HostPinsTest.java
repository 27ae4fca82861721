package dev.backfeed.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.ConnectorException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPinsTest {
  private final HostPins pins =
      new HostPins(
          List.of("*.salesforce.com", "exact.example"),
          List.of(
              URI.create("http://localhost:8080/x"), URI.create("https://proxy.acme.com:8443")));

  @ParameterizedTest
  @CsvSource({
    "https://acme.my.salesforce.com/services, https://acme.my.salesforce.com",
    "https://ACME.my.salesforce.com:443, https://acme.my.salesforce.com",
    "https://exact.example/a, https://exact.example",
    "http://localhost:8080/y, http://localhost:8080",
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "https://proxy.acme.com:8443/z, https://proxy.acme.com:8443"
  })
  void knownHosts(String url, String origin) {
    assertThat(pins.origin(url)).isEqualTo(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.com",
        "https://salesforce.com.evil.com",
        "https://evilsalesforce.com",
        "https://salesforce.com",
        "http://acme.my.salesforce.com",
        "https://a.salesforce.com:8443",
        "https://user@acme.my.salesforce.com",
        "https://acme.my.salesforce.com@evil.com/",
        "http://localhost:8081",
        "https://localhost:8080",
        "https://proxy.acme.com",
        "//acme.my.salesforce.com",
        "/relative",
        "not a url",
        ""
      })
  void others(String url) {
    assertThatThrownBy(() -> pins.origin(url))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("known hosts");
  }
}
