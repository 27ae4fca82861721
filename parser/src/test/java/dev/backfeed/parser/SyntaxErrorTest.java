package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.parser.command.StatementException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is said of statements that cannot be read: {@code syntax-errors.txt} holds it word by word.
 */
class SyntaxErrorTest {
  private final BackfeedParser parser = new BackfeedParser(Lexicon.POSTGRESQL);

  /** Cases are apart by an empty line; a case's last line is the message. */
  static Stream<String> cases() throws IOException {
    try (InputStream in = SyntaxErrorTest.class.getResourceAsStream("syntax-errors.txt")) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(all.strip().split("\n\n"));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysWhatIsWrongAndWhere(String text) {
    int last = text.lastIndexOf("\n=> ");
    StatementException e = failure(text.substring(0, last));
    assertThat(e.getMessage()).isEqualTo(text.substring(last + 4));
    assertThat(e.getSQLState()).isEqualTo("42601");
    assertThat(e.getMessage()).endsWith("(" + e.position().orElseThrow() + ")");
  }

  @Test
  void neverRepeatsAString() {
    for (String statement :
        new String[] {
          "CREATE DESTINATION d TYPE t WITH (password 'hunter2')",
          "CREATE DESTINATION d TYPE t WITH ('hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = SECRET = 'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = N'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = X'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = E'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = U&'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = _utf8'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = 'a' 'hunter2')",
          "CREATE DESTINATION d TYPE t WITH (password = 'hunter2",
          "SYNC NOW 'hunter2'",
        }) {
      assertThat(failure(statement).getMessage()).as(statement).doesNotContain("hunter2");
    }
  }

  @Test
  void placesAreThoseOfTheTextAsGiven() {
    StatementException e =
        failure("\uFEFF-- ünï\r\n/* 🙂\r*/\tCREATE SYNC s\n\t TO a.b KEY (k) MDOE x AS SELECT 1");
    assertThat(e.position().orElseThrow().toString()).isEqualTo("line 4, column 18");
  }

  @Test
  void placesAreRightFarIntoALongStatement() {
    StringBuilder numbered = new StringBuilder("CREATE DESTINATION d TYPE t WITH (\n");
    for (int i = 0; i < 3_000; i++) {
      numbered.append("o").append(i).append(" = 'väl''ue' ,\n");
    }
    numbered.append("\t\tx y)");
    assertThat(failure(numbered.toString()).getMessage())
        .isEqualTo("expected \"=\", found \"y\" (line 3002, column 5)");
  }

  @Test
  void namesHaveALimit() {
    assertThat(failure("RESET SYNC " + "x".repeat(256)).getMessage())
        .isEqualTo("this name is longer than 255 characters (line 1, column 12)");
    assertThat(failure("RESET SYNC \"" + "x".repeat(256) + '"').getMessage())
        .isEqualTo("this name is longer than 255 characters (line 1, column 12)");
  }

  private StatementException failure(String statement) {
    return catchThrowableOfType(StatementException.class, () -> parser.parse(statement));
  }
}
