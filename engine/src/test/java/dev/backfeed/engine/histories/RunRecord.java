package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the tables say of one run.
 *
 * @param counters those that are about rows
 * @param answers of {@code sync_log}: key to operation and outcome
 * @param rejections of {@code sync_log}: key to reason
 * @param failures of {@code sync_errors}, by key
 */
record RunRecord(
    String runId,
    String status,
    Map<String, Long> counters,
    Map<String, String> answers,
    Map<String, String> rejections,
    Map<String, Failure> failures) {
  static final List<String> COUNTERS =
      List.of(
          "selected",
          "unchanged",
          "added",
          "changed",
          "removed",
          "resent",
          "created",
          "updated",
          "deleted",
          "skipped",
          "rejected",
          "failed",
          "deferred");

  /** A row that failed: answers so far, and when it may be sent again, unless it is given up. */
  record Failure(long attempts, Optional<Instant> next) {}

  /** The newest run of a sync, if it ever had one. */
  static Optional<RunRecord> newest(EngineFixture engine, String sync) throws SQLException {
    List<String> found =
        engine.query(
            "SELECT run_id, status, "
                + String.join(", ", COUNTERS)
                + " FROM backfeed.sync_runs WHERE sync = '"
                + sync
                + "' ORDER BY run_id DESC LIMIT 1");
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(read(engine, sync, found.get(0).split("\\|", -1)));
  }

  private static RunRecord read(EngineFixture engine, String sync, String[] row)
      throws SQLException {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (int i = 0; i < COUNTERS.size(); i++) {
      counters.put(COUNTERS.get(i), Long.valueOf(row[i + 2]));
    }
    Map<String, String> answers = new TreeMap<>();
    Map<String, String> rejections = new TreeMap<>();
    for (String line :
        engine.query(
            "SELECT record_key, operation || ' ' || outcome, outcome, error_type FROM"
                + " backfeed.sync_log WHERE run_id = '"
                + row[0]
                + "'")) {
      String[] parts = line.split("\\|", -1);
      String before =
          parts[2].equals("rejected")
              ? rejections.put(parts[0], parts[3])
              : answers.put(parts[0], parts[1]);
      assertThat(before).as("another log row of " + parts[0]).isNull();
    }
    return new RunRecord(row[0], row[1], counters, answers, rejections, failures(engine, sync));
  }

  private static Map<String, Failure> failures(EngineFixture engine, String sync)
      throws SQLException {
    Map<String, Failure> failures = new TreeMap<>();
    for (String line :
        engine.query(
            "SELECT record_key, attempts, CAST(ceil(EXTRACT(EPOCH FROM next_attempt_at) * 1000) AS"
                + " BIGINT) FROM backfeed.sync_errors WHERE reason <> 'REJECTED' AND sync = '"
                + sync
                + "'")) {
      String[] parts = line.split("\\|", -1);
      failures.put(
          parts[0],
          new Failure(
              Long.parseLong(parts[1]),
              parts[2].equals("null")
                  ? Optional.empty()
                  : Optional.of(Instant.ofEpochMilli(Long.parseLong(parts[2])))));
    }
    return failures;
  }

  /** Whether it came to an end by itself. */
  boolean ended() {
    return !status.equals("planning") && !status.equals("running");
  }

  /** Holds the row that SYNC NOW returned against the table. */
  void expectRow(List<Object> row) {
    assertThat(row.subList(0, 1)).as("run id").containsExactly(runId);
    assertThat(row.get(2)).as("status").isEqualTo(status);
    assertThat(row.subList(3, 16)).as("counters").isEqualTo(List.copyOf(counters.values()));
  }

  /** Holds the error that SYNC NOW raised against the table. */
  void expectError(StatementException error) {
    assertThat(error.getMessage()).contains("(run " + runId + ")");
    assertThat(Map.of("XB001", "failed", "XB002", "failed", "XB003", "blocked"))
        .as(error.getMessage())
        .containsEntry(error.getSQLState(), status);
  }

  void expect(String counter, long count) {
    assertThat(counters.get(counter)).as(counter + " of " + counters).isEqualTo(count);
  }
}
