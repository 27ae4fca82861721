package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Damaged statements: nothing but a syntax error may come of them, and it comes soon. */
class MutationTest {
  private static final List<String> STATEMENTS =
      List.of(
          "CREATE OR REPLACE SYNC a TO crm.\"Account\" KEY (id AS \"X__c\", b) MODE MIRROR"
              + " FIELDS (* EXCEPT (m), c AS d.e) ON REMOVE DELETE LIMIT REMOVALS TO 5 PERCENT"
              + " ALLOW EMPTY RESET STATE WITH (t = 'it''s', n = -1.5, s = SECRET 'env:A', f = TRUE)"
              + " AS /* q */ SELECT id, 'a''b', \"c\", $$x$$ FROM t WHERE (a = 1) -- c\n ORDER BY id"
              + " DESC NULLS LAST, 2, upper(b);",
          "CREATE SYNC IF NOT EXISTS `b c` KEY (k) TO a.b.c AS TABLE x.\"y\"",
          "CREATE SYNC s TO a.b KEY (k) MATCH (e AS E), (f) FIELDS (*, a KEEP LATEST BY u IGNORE"
              + " NULLS, b STABLE FOR 2 HOURS LOOKUP c BY d) ON REMOVE SET (x = 'y', z = NULL)"
              + " ON RETURN SET (x = '') DELETE WHEN (gone OR (x = ')' AND y = $$)$$)) CLEAR"
              + " DETECT CHANGES BY COLUMN u LOOKBACK 5 MINUTES RECONCILE EVERY 7 DAYS"
              + " CONSTRAINT c EXPECT (a IN (1, 2) /* ) */) ON VIOLATION DROP ROW"
              + " CONSTRAINT o EXPECT OVERALL (avg(a) > 'x''y') ON VIOLATION PAUSE"
              + " SCHEDULE EVERY 1 HOUR WINDOW '20:00' TO '06:00' TIME ZONE 'UTC' AS TABLE t",
          "ALTER SYNC s SET CONSTRAINT c EXPECT (a > ')' -- )\n) ON VIOLATION WARN",
          "ALTER SYNC s SET (a = 1, b = SECRET 'env:B')",
          "ERASE SYNC s KEY ('a', 'it''s') AND DESTINATION",
          "UNDO RUN '01h' DELETE CREATED DRY RUN",
          "CREATE DESTINATION d TYPE webhook WITH (url = 'https://x', \"header.X\" = SECRET 'env:B')",
          "SYNC NOW a, \"b c\" FULL DRY RUN LIMIT 10",
          "SHOW SYNC RUNS FOR a LIKE '%x%'",
          "DROP SYNC IF EXISTS a KEEP STATE",
          "PAUSE ALL SYNCS");

  private static final List<String> BITS =
      List.of(
          "'",
          "\"",
          "`",
          "$$",
          "$a$",
          "$",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          ";",
          ",",
          ".",
          "..",
          "--",
          "/*",
          "*/",
          "//",
          "#",
          "\\",
          "\n",
          "\r\n",
          "\u0000",
          "\uFEFF",
          "🙂",
          "\uD83D",
          "é",
          "=",
          "*",
          "-",
          "->",
          "=>",
          "?",
          "^",
          "AS",
          "TO",
          "TABLE",
          "ORDER BY",
          "E'",
          "r'",
          "N'",
          "X'",
          "U&'",
          "_utf8'",
          "'''",
          "\"\"\"",
          "1e9",
          ".5",
          "5.",
          "99999999999999999999",
          "SECRET",
          "AS AS",
          "NULLS",
          "DESC",
          "\u001A",
          "\u0007",
          "{fn",
          "/*+",
          "<",
          "|>",
          "%",
          "@",
          ":",
          "::",
          "!");

  @Test
  void giveSyntaxErrorsOnly() {
    Random random = new Random(20_261_121);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          int accepted = 0;
          for (int i = 0; i < 6_000; i++) {
            String text = mutate(STATEMENTS.get(i % STATEMENTS.size()), random);
            Lexicon lexicon = Promises.LEXICONS.get(random.nextInt(Promises.LEXICONS.size()));
            accepted += Promises.check(lexicon, text).isPresent() ? 1 : 0;
          }
          // Neither all nor nothing: the damage is small enough to be worth trying.
          assertThat(accepted).isBetween(300, 5_000);
        });
  }

  private static String mutate(String statement, Random random) {
    StringBuilder text = new StringBuilder(statement);
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + 1 + random.nextInt(6));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1, 2 -> text.insert(at, BITS.get(random.nextInt(BITS.size())));
        case 3 -> text.replace(at, end, BITS.get(random.nextInt(BITS.size())));
        case 4 -> text.insert(at, text.substring(at, end));
        default -> text.insert(at, ' ' + BITS.get(random.nextInt(BITS.size())) + ' ');
      }
    }
    return text.toString();
  }
}
