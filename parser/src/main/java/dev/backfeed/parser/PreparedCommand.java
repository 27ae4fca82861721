package dev.backfeed.parser;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.grammar.Arguments;
import dev.backfeed.parser.internal.grammar.GrammarReader;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A statement of ours that was read once and waits for the values of its {@code ?}. Immutable and
 * thread-safe.
 */
public final class PreparedCommand {
  private final StatementOutline outline;
  private final Lexicon lexicon;
  private final Shape shape;
  private final List<Parameter> parameters;

  /** Reads a statement with stand-ins for its values, to learn what each must be. */
  PreparedCommand(StatementOutline outline, Lexicon lexicon) {
    this.outline = outline;
    this.lexicon = lexicon;
    Arguments standIns = Arguments.standIns(outline.parameters().size());
    this.shape = GrammarReader.read(outline, lexicon, standIns).shape();
    TextPositions positions = new TextPositions(outline.source());
    this.parameters =
        IntStream.range(0, outline.parameters().size())
            .mapToObj(
                i -> new Parameter(standIns.kind(i), positions.at(outline.parameters().get(i))))
            .toList();
  }

  /** The result columns, which no value changes. */
  public Shape shape() {
    return shape;
  }

  /** One for each {@code ?}, in order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The command with values. None is ever repeated in an error: it may be a secret.
   *
   * @param values one for each parameter, of the types that its kind takes
   * @throws StatementException {@code 22023} for a value that its place does not take, {@code
   *     42601} for one that makes no sense there
   */
  public Command bind(List<?> values) throws StatementException {
    Object[] checked = new Object[parameters.size()];
    for (int i = 0; i < checked.length; i++) {
      Parameter parameter = parameters.get(i);
      checked[i] = Arguments.checked(parameter.kind(), values.get(i));
      if (checked[i] == null) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "parameter %d takes %s: set it to one".formatted(i + 1, parameter.kind().words()),
            parameter.position());
      }
    }
    try {
      return GrammarReader.read(outline, lexicon, Arguments.of(checked));
    } catch (SyntaxFailure e) {
      throw BackfeedParser.refused(outline.source(), e);
    }
  }
}
