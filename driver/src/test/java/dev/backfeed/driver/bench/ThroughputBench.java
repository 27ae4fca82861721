package dev.backfeed.driver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A first sync to a local HTTP sink against a bare OkHttp loop that posts the same bodies at the
 * same concurrency, both in processes with 256 MB of heap, DuckDB with a {@code memory_limit} of 1
 * GB. Interleaved, median of {@code bench.rounds}. {@code bench.rows}, {@code bench.batch} and
 * {@code bench.delay} (ms an answer takes) set the size.
 */
@Tag("bench")
class ThroughputBench {
  private static final long ROWS = Long.getLong("bench.rows", 1_000_000);
  private static final int BATCH = Integer.getInteger("bench.batch", 1000);
  private static final int DELAY_MS = Integer.getInteger("bench.delay", 0);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final int CONCURRENCY = 4;

  @TempDir Path folder;

  @Test
  void firstSync() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      sink.delay(DELAY_MS);
      List<Measured> ours = new ArrayList<>();
      List<Measured> bare = new ArrayList<>();
      long calls = 0;
      for (int round = 0; round < ROUNDS; round++) {
        ours.add(engine(sink, round));
        calls = sink.requests();
        assertThat(calls).isEqualTo((ROWS + BATCH - 1) / BATCH);
        bare.add(loop(sink, calls));
        sink.forgetBodies();
        sink.requests();
      }
      String what = "HTTP sink, %,d calls, %d ms an answer".formatted(calls, DELAY_MS);
      System.out.println(Measured.compare(what, ROWS, ours, bare));
    }
  }

  private Measured engine(HttpSink sink, int round) throws Exception {
    Path file = folder.resolve("round" + round + ".duckdb");
    People.create(
        file,
        "TYPE webhook WITH (url = '"
            + sink.url()
            + "', max_concurrency = "
            + CONCURRENCY
            + (BATCH == 1 ? ")" : ", body = 'batch', batch_size = " + BATCH + ")"),
        ROWS);
    Measured measured =
        Children.run("256m", SyncProcess.class, List.of("jdbc:backfeed:duckdb:" + file));
    Files.delete(file);
    return measured;
  }

  private Measured loop(HttpSink sink, long calls) throws Exception {
    Path file = folder.resolve("bodies");
    write(sink.bodies(), file);
    return Children.run(
        "256m",
        PostLoop.class,
        List.of(sink.url(), file.toString(), Long.toString(calls), Integer.toString(CONCURRENCY)));
  }

  private static void write(List<byte[]> bodies, Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (byte[] body : bodies) {
        out.writeInt(body.length);
        out.write(body);
      }
    }
  }
}
