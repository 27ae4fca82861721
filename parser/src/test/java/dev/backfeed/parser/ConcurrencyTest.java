package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Command;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  @Test
  void oneParserServesManyThreads() throws Exception {
    BackfeedParser parser = new BackfeedParser(Lexicon.DUCKDB);
    String statement = "CREATE SYNC s TO a.b KEY (k) AS SELECT 1 ORDER BY x";
    Command expected = parser.parse(statement);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Command>> calls =
          IntStream.range(0, 500)
              .<Callable<Command>>mapToObj(i -> () -> parser.parse(statement))
              .toList();
      for (Future<Command> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
