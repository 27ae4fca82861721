package dev.backfeed.parser.command;

import java.util.List;
import java.util.function.Function;

/**
 * SQL of the warehouse inside one of our clauses, as written, without the parentheses around it: it
 * closes what it opens and holds no {@code ;} outside of parentheses.
 *
 * @param position where it began in the user's text
 * @param calls of the functions that are ours, in order
 */
public record Verbatim(String text, Position position, List<Call> calls) {
  public Verbatim {
    calls = List.copyOf(calls);
  }

  /** One that calls no function of ours. */
  public Verbatim(String text, Position position) {
    this(text, position, List.of());
  }

  /**
   * {@code previous(column)} or {@code drift(column)}.
   *
   * @param function in lower case
   * @param column the one argument
   * @param start index in the text of the function's first character
   * @param end index after the closing parenthesis
   */
  public record Call(String function, Name column, int start, int end) {}

  /**
   * The text cut at its calls.
   *
   * @param plain makes a piece of what lies between two calls; may be empty text
   * @param called makes a piece of a call
   */
  public <T> List<T> pieces(Function<String, T> plain, Function<Call, T> called) {
    java.util.ArrayList<T> pieces = new java.util.ArrayList<>();
    int from = 0;
    for (Call call : calls) {
      pieces.add(plain.apply(text.substring(from, call.start())));
      pieces.add(called.apply(call));
      from = call.end();
    }
    pieces.add(plain.apply(text.substring(from)));
    return pieces;
  }
}
