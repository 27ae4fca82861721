package dev.backfeed.parser.internal.query;

import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Verbatim.Call;
import dev.backfeed.parser.internal.StatementOutline.Part;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds {@code previous(column)} and {@code drift(column)} in a condition of the warehouse's SQL.
 */
public final class OwnCalls {
  private static final List<String> FUNCTIONS = List.of("previous", "drift");
  private final String source;
  private final Part part;
  private final TextPositions positions;

  private OwnCalls(String source, Part part) {
    this.source = source;
    this.part = part;
    this.positions = new TextPositions(source);
  }

  /**
   * The calls, in order, with places relative to the part.
   *
   * @throws SyntaxFailure for a call of anything but one column
   */
  public static List<Call> in(String source, Part part) {
    return new OwnCalls(source, part).find();
  }

  private List<Call> find() {
    List<Call> calls = new ArrayList<>();
    List<Lexeme> lexemes = part.lexemes();
    for (int i = 0; i + 1 < lexemes.size(); i++) {
      Lexeme word = lexemes.get(i);
      boolean qualified = i > 0 && lexemes.get(i - 1).kind() == Kind.DOT;
      if (isFunction(word) && !qualified && lexemes.get(i + 1).kind() == Kind.OPEN) {
        calls.add(call(word, lexemes.subList(i + 2, lexemes.size())));
      }
    }
    return calls;
  }

  private boolean isFunction(Lexeme lexeme) {
    return FUNCTIONS.stream().anyMatch(f -> lexeme.word(source, f.toUpperCase(Locale.ROOT)));
  }

  private Call call(Lexeme function, List<Lexeme> rest) {
    String name = function.in(source).toLowerCase(Locale.ROOT);
    boolean column =
        rest.size() > 1
            && (rest.get(0).kind() == Kind.WORD || rest.get(0).kind() == Kind.NAME)
            && rest.get(1).kind() == Kind.CLOSE;
    if (!column) {
      throw new SyntaxFailure(
          function.start(), name + " takes the name of one column: " + name + "(column)");
    }
    Lexeme argument = rest.get(0);
    String text = argument.in(source);
    boolean quoted = argument.kind() == Kind.NAME;
    String quote = text.substring(0, 1);
    String plain =
        quoted ? text.substring(1, text.length() - 1).replace(quote + quote, quote) : text;
    return new Call(
        name,
        new Name(plain, quoted, positions.at(argument.start())),
        function.start() - part.start(),
        rest.get(1).end() - part.start());
  }
}
