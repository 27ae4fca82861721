package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/** Calcite's parser for the SQL of other databases. */
final class BabelParser {
  /** Characters of a query; the parser takes some milliseconds for so many. */
  private static final int LONGEST = 200_000;

  private static final SqlParser.Config CONFIG =
      SqlParser.config()
          .withParserFactory(SqlBabelParserImpl.FACTORY)
          .withConformance(SqlConformanceEnum.BABEL)
          .withQuoting(Quoting.DOUBLE_QUOTE)
          .withUnquotedCasing(Casing.UNCHANGED)
          .withQuotedCasing(Casing.UNCHANGED)
          .withIdentifierMaxLength(LONGEST);

  private BabelParser() {}

  /**
   * The query's tree.
   *
   * @throws Untraceable if it is too long or nested too deeply, or is not understood
   */
  static SqlNode parse(String query, Lexicon lexicon) throws Untraceable {
    if (query.length() > LONGEST) {
      throw new Untraceable("it has more than " + LONGEST + " characters");
    }
    String readable = ReadableQuery.of(query, lexicon);
    try {
      return SqlParser.create(readable, CONFIG).parseQuery();
    } catch (SqlParseException e) {
      throw new Untraceable(
          e.getCause() instanceof StackOverflowError
              ? "it is nested too deeply"
              : "it has syntax that is not understood" + near(e, readable));
    } catch (StackOverflowError e) {
      throw new Untraceable("it is nested too deeply");
    } catch (RuntimeException | LinkageError e) {
      // What a part of the grammar needs beyond the parser itself is left out.
      throw new Untraceable("it has syntax that is not understood");
    }
  }

  /** The word at the place of the failure: a literal might be a secret. */
  private static String near(SqlParseException e, String readable) {
    if (e.getPos() == null || e.getPos().getLineNum() < 1) {
      return "";
    }
    int from = Math.min(e.getPos().getColumnNum() - 1, readable.length());
    int to = from;
    while (to < readable.length() && Character.isLetterOrDigit(readable.charAt(to))) {
      to++;
    }
    return to > from ? ", near " + readable.substring(from, to) : "";
  }
}
