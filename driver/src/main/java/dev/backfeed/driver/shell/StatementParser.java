package dev.backfeed.driver.shell;

import dev.backfeed.parser.StatementRouter;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** Lets the editor go on to another line until a statement is complete. */
final class StatementParser extends DefaultParser {
  private final StatementRouter router;

  StatementParser(StatementRouter router) {
    this.router = router;
    setEscapeChars(null);
    setQuoteChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && !complete(line.strip())) {
      throw new EOFError(-1, -1, "the statement goes on");
    }
    return super.parse(line, cursor, context);
  }

  private boolean complete(String line) {
    return line.startsWith("\\")
        || line.equalsIgnoreCase("help")
        || line.equalsIgnoreCase("quit")
        || line.equalsIgnoreCase("exit")
        || Completeness.complete(router, line);
  }
}
