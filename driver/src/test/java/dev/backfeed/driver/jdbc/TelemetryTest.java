package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What OpenTelemetry hears of a run, with its own SDK listening. */
class TelemetryTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  @BeforeEach
  void listen() {
    GlobalOpenTelemetry.resetForTest();
    GlobalOpenTelemetry.set(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());
  }

  @AfterEach
  void forget() {
    GlobalOpenTelemetry.resetForTest();
  }

  @Test
  void aRunIsASpanAndSoAreItsCheckpointsAndCalls() throws SQLException {
    run("jdbc:backfeed:duckdb:?backfeed.telemetry=true");

    List<SpanData> finished = spans.getFinishedSpanItems();
    SpanData run =
        finished.stream().filter(s -> s.getName().equals("backfeed.run")).findFirst().orElseThrow();
    assertThat(run.getAttributes().get(AttributeKey.stringKey("backfeed.sync")))
        .isEqualTo("people");
    assertThat(run.getAttributes().get(AttributeKey.stringKey("backfeed.status")))
        .isEqualTo("succeeded");
    assertThat(run.getAttributes().get(AttributeKey.longKey("backfeed.created"))).isEqualTo(1);
    assertThat(finished)
        .filteredOn(s -> s.getParentSpanId().equals(run.getSpanId()))
        .extracting(SpanData::getName)
        .contains("backfeed.call", "backfeed.checkpoint");
  }

  @Test
  void nothingIsToldUnlessItIsAskedFor() throws SQLException {
    run("jdbc:backfeed:duckdb:");

    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  private static void run(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DESTINATION hook TYPE webhook WITH (sandbox = TRUE)");
      statement.execute("CREATE SYNC people TO hook.people KEY (id) AS SELECT 1 AS id, 2 AS n");
      statement.execute("SYNC NOW people");
    }
  }
}
