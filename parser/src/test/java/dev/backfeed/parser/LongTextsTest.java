package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.StatementException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Texts on which a reader that looks back or counts on its stack would stay for ever, or fall. */
class LongTextsTest {
  private static final String[] REPEATED = {
    "(",
    ")",
    "[",
    "'",
    "''",
    "\"",
    "`",
    "$$",
    "$a$",
    "$a$ $b$ ",
    "/*",
    "*/",
    "/* */",
    "--",
    "-- \n",
    "#",
    "//",
    "\\",
    "E'\\'",
    "E'a'\n",
    "'''",
    ";",
    "a;",
    "SYNC ",
    "CREATE SYNC s AS ",
    "AS ",
    "ORDER BY ",
    "a, ",
    "9",
    "a.",
    "\u00A0",
    "\uD83D",
    "SELECT 1; SYNC NOW a; "
  };

  @Test
  void areReadInOneGo() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (String each : REPEATED) {
            String text = each.repeat(15_000 / each.length());
            for (Lexicon lexicon : new Lexicon[] {Lexicon.POSTGRESQL, Lexicon.BIGQUERY}) {
              read(lexicon, text);
              read(lexicon, "CREATE SYNC s TO a.b KEY (k) AS SELECT " + text);
              read(lexicon, "CREATE SYNC s TO a.b KEY (k) WITH (x = " + text);
              read(lexicon, "SYNC NOW " + text);
            }
          }
        });
  }

  private static void read(Lexicon lexicon, String text) {
    StatementRouter router = new StatementRouter(lexicon);
    boolean ours = router.isOurs(text);
    assertThat(router.split(text).stream().limit(1).allMatch(s -> s.ours() == ours)).isTrue();
    try {
      new BackfeedParser(lexicon).parse(text);
    } catch (StatementException e) {
      assertThat(e.getSQLState()).isEqualTo("42601");
    }
  }
}
