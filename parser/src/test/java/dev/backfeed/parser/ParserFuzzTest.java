package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.StatementException;
import java.nio.charset.StandardCharsets;

/**
 * Texts nobody would write. In the build each input kept under {@code ParserFuzzTestInputs} is
 * tried once; DESIGN.md tells how to look for new ones.
 */
class ParserFuzzTest {
  /**
   * Any text at all.
   *
   * @param input a byte whose last three bits choose the warehouse ({@code 0} DuckDB, {@code 1}
   *     PostgreSQL and so on, as in {@link Promises#LEXICONS}), then the text in UTF-8
   */
  @FuzzTest(maxDuration = "15m")
  @DictionaryFile(resourcePath = "words.dict")
  void keepsItsPromises(byte[] input) {
    if (input.length > 1) {
      String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
      Promises.check(Promises.LEXICONS.get(input[0] & 7), text);
    }
  }

  /** A command that is known, written with any names, strings, blanks and comments. */
  @FuzzTest(maxDuration = "15m")
  void readsWhatWasMeant(FuzzedDataProvider data) throws StatementException {
    Lexicon lexicon = data.pickValue(Promises.LEXICONS);
    MadeCommand made = MadeCommand.of(data, lexicon);
    assertThat(new StatementRouter(lexicon).isOurs(made.text())).as(made.text()).isTrue();
    Command read = Promises.check(lexicon, made.text()).orElse(null);
    if (read == null) {
      throw new AssertionError(lexicon.name() + ": " + made.text(), refusal(lexicon, made.text()));
    }
    assertThat(CommandPrinter.meaning(read))
        .as(made.text())
        .isEqualTo(CommandPrinter.meaning(made.command()));
  }

  private static StatementException refusal(Lexicon lexicon, String text) {
    try {
      new BackfeedParser(lexicon).parse(text);
      return null;
    } catch (StatementException e) {
      return e;
    }
  }
}
