package dev.backfeed.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
  private final AtomicInteger fetched = new AtomicInteger();

  @Test
  void manyThreadsRenewOnce() throws Exception {
    TokenSource<String> tokens = new TokenSource<>(() -> "t" + fetched.incrementAndGet());
    String first = tokens.current();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> renewed = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        renewed.add(threads.submit(() -> tokens.newerThan(first)));
      }
      for (Future<String> token : renewed) {
        assertThat(token.get()).isEqualTo("t2");
      }
    } finally {
      threads.shutdown();
    }
    assertThat(fetched).hasValue(2);
  }

  @Test
  void refusedCredentialsAreNotTriedAgain() {
    TokenSource<String> tokens = failing(Kind.CREDENTIALS);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(tokens::current).isInstanceOf(ConnectorException.class).hasMessage("no");
    }
    assertThat(fetched).hasValue(1);
  }

  @Test
  void aFailedConnectionIs() {
    TokenSource<String> tokens = failing(Kind.UNREACHABLE);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(tokens::current).isInstanceOf(ConnectorException.class);
    }
    assertThat(fetched).hasValue(3);
  }

  private TokenSource<String> failing(Kind kind) {
    return new TokenSource<>(
        () -> {
          fetched.incrementAndGet();
          throw new ConnectorException(kind, "no");
        });
  }
}
