package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import java.util.Locale;
import java.util.Set;

/** How a warehouse finds what a name stands for, as far as warehouses differ in it. */
final class Habits {
  private static final Set<String> LOWER = Set.of("postgresql", "redshift");
  private final Lexicon lexicon;

  Habits(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  /** A name without quotes as the warehouse looks it up. */
  String fold(String word) {
    StringBuilder folded = new StringBuilder(word);
    for (int i = 0; i < word.length(); i++) {
      // Beyond ASCII the warehouse's own locale would decide.
      if (word.charAt(i) < 0x80) {
        char c = word.charAt(i);
        folded.setCharAt(
            i,
            LOWER.contains(lexicon.name())
                ? Character.toLowerCase(c)
                : lexicon.name().equals("snowflake") ? Character.toUpperCase(c) : c);
      }
    }
    return folded.toString();
  }

  /** Whether two folded names mean the same. */
  boolean same(String one, String other) {
    boolean exact = isPostgresql() || lexicon.name().equals("snowflake");
    return exact ? one.equals(other) : one.equalsIgnoreCase(other);
  }

  /** A key under which folded names that mean the same are found. */
  String key(String name) {
    return same("a", "A") ? name.toLowerCase(Locale.ROOT) : name;
  }

  /** Whether an output column can be used by those after it, under its alias. */
  boolean aliasesAreSeen() {
    return !isPostgresql();
  }

  /** Whether {@code a.b} may be field b of column a. */
  boolean dotsReachIntoColumns() {
    return !LOWER.contains(lexicon.name());
  }

  /** Whether a subquery in FROM sees those to its left without the word LATERAL. */
  boolean alwaysLateral() {
    return isDuckDb();
  }

  /** Whether the columns of USING come first in {@code *}. */
  boolean mergedColumnsFirst() {
    return !isDuckDb();
  }

  /** Whether {@code CAST(a AS t)} is called a. */
  boolean castKeepsName() {
    return LOWER.contains(lexicon.name());
  }

  /** Whether {@code current_date} cannot be a column. */
  boolean reservesFunctions() {
    return isPostgresql();
  }

  /** Whether a colon reaches into a column. */
  boolean colonIsPath() {
    return lexicon.name().equals("snowflake") || lexicon.name().equals("databricks");
  }

  boolean isDuckDb() {
    return lexicon.name().equals("duckdb");
  }

  private boolean isPostgresql() {
    return lexicon.name().equals("postgresql");
  }
}
