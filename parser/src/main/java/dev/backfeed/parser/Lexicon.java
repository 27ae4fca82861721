package dev.backfeed.parser;

import static dev.backfeed.parser.Lexicon.Rule.BACKSLASH_ESCAPES;
import static dev.backfeed.parser.Lexicon.Rule.BACKTICK_NAMES;
import static dev.backfeed.parser.Lexicon.Rule.CONTINUED_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.DOLLAR_QUOTES;
import static dev.backfeed.parser.Lexicon.Rule.DOUBLE_QUOTED_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.ESCAPE_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.HASH_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.NESTED_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.ONLY_PARAMETER_MARKS;
import static dev.backfeed.parser.Lexicon.Rule.RAW_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.SLASH_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.TAGGED_DOLLAR_QUOTES;
import static dev.backfeed.parser.Lexicon.Rule.TRIPLE_QUOTES;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a warehouse writes literals, names and comments: as much as must be known to find where each
 * of them ends. Immutable.
 *
 * @param name the warehouse, as in {@code jdbc:backfeed:<name>:…}
 * @param rules what it has beyond {@code '…'} with {@code ''}, {@code "…"}, {@code --} and {@code
 *     /* …}
 */
public record Lexicon(String name, Set<Rule> rules) {
  /** One lexical habit. */
  public enum Rule {
    /** In a plain string a backslash takes the next character with it. */
    BACKSLASH_ESCAPES,
    /** In {@code E'…'} a backslash takes the next character with it. */
    ESCAPE_STRINGS,
    /** {@code E'…'}, a line's end and {@code '…'} are one string. */
    CONTINUED_STRINGS,
    /** In {@code r'…'} it does not. */
    RAW_STRINGS,
    /** {@code '''…'''} and {@code """…"""} are strings. */
    TRIPLE_QUOTES,
    /** {@code "…"} is a string, not a name. */
    DOUBLE_QUOTED_STRINGS,
    /** {@code `…`} is a name. */
    BACKTICK_NAMES,
    /** {@code $$…$$} is a string. */
    DOLLAR_QUOTES,
    /** {@code $tag$…$tag$} is a string as well. */
    TAGGED_DOLLAR_QUOTES,
    /** {@code #} begins a comment that the line ends. */
    HASH_COMMENTS,
    /** {@code //} begins a comment that the line ends. */
    SLASH_COMMENTS,
    /** A block comment within a block comment must be closed too. */
    NESTED_COMMENTS,
    /** {@code ?} is a parameter wherever it stands, never an operator or a quantifier. */
    ONLY_PARAMETER_MARKS
  }

  public static final Lexicon DUCKDB =
      of(
          "duckdb",
          ESCAPE_STRINGS,
          BACKTICK_NAMES,
          DOLLAR_QUOTES,
          TAGGED_DOLLAR_QUOTES,
          NESTED_COMMENTS,
          ONLY_PARAMETER_MARKS);
  public static final Lexicon POSTGRESQL =
      of(
          "postgresql",
          ESCAPE_STRINGS,
          CONTINUED_STRINGS,
          DOLLAR_QUOTES,
          TAGGED_DOLLAR_QUOTES,
          NESTED_COMMENTS);

  /** Plain strings escape by backslash, as in the old PostgreSQL it descends from. */
  public static final Lexicon REDSHIFT =
      of(
          "redshift",
          BACKSLASH_ESCAPES,
          DOLLAR_QUOTES,
          TAGGED_DOLLAR_QUOTES,
          NESTED_COMMENTS,
          ONLY_PARAMETER_MARKS);

  public static final Lexicon SNOWFLAKE =
      of("snowflake", BACKSLASH_ESCAPES, DOLLAR_QUOTES, SLASH_COMMENTS);

  /** A raw string's backslash still keeps the quote after it from ending the string. */
  public static final Lexicon BIGQUERY =
      of(
          "bigquery",
          BACKSLASH_ESCAPES,
          TRIPLE_QUOTES,
          DOUBLE_QUOTED_STRINGS,
          BACKTICK_NAMES,
          HASH_COMMENTS);

  public static final Lexicon DATABRICKS =
      of(
          "databricks",
          BACKSLASH_ESCAPES,
          RAW_STRINGS,
          DOUBLE_QUOTED_STRINGS,
          BACKTICK_NAMES,
          DOLLAR_QUOTES,
          NESTED_COMMENTS);
  public static final Lexicon TRINO = of("trino", DOLLAR_QUOTES);

  /** For a warehouse that is not listed: standard SQL, and backticks where they are met. */
  public static final Lexicon GENERIC = of("generic", BACKTICK_NAMES);

  private static final List<Lexicon> KNOWN =
      List.of(DUCKDB, POSTGRESQL, REDSHIFT, SNOWFLAKE, BIGQUERY, DATABRICKS, TRINO);

  public Lexicon {
    rules = Set.copyOf(rules);
  }

  /**
   * The rules of the warehouse behind an inner JDBC URL.
   *
   * @param url the URL without {@code jdbc:} ({@code duckdb:shop.duckdb}), or only the name before
   *     its first colon; in any case
   * @return {@link #GENERIC} for a name that is not known
   */
  public static Lexicon of(String url) {
    int colon = url.indexOf(':');
    String name = (colon < 0 ? url : url.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    return KNOWN.stream().filter(l -> l.name.equals(name)).findFirst().orElse(GENERIC);
  }

  /** Whether the warehouse has the habit. */
  public boolean has(Rule rule) {
    return rules.contains(rule);
  }

  private static Lexicon of(String name, Rule... rules) {
    return new Lexicon(name, Set.copyOf(Arrays.asList(rules)));
  }
}
