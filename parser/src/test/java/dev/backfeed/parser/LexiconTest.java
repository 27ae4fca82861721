package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LexiconTest {
  @Test
  void isFoundByTheInnerUrl() {
    assertThat(Lexicon.of("duckdb:shop.duckdb")).isSameAs(Lexicon.DUCKDB);
    assertThat(Lexicon.of("duckdb:")).isSameAs(Lexicon.DUCKDB);
    assertThat(Lexicon.of("postgresql://host/db")).isSameAs(Lexicon.POSTGRESQL);
    assertThat(Lexicon.of("Snowflake")).isSameAs(Lexicon.SNOWFLAKE);
    assertThat(Lexicon.of("redshift:iam://x")).isSameAs(Lexicon.REDSHIFT);
    assertThat(Lexicon.of("bigquery://x")).isSameAs(Lexicon.BIGQUERY);
    assertThat(Lexicon.of("databricks://x")).isSameAs(Lexicon.DATABRICKS);
    assertThat(Lexicon.of("trino://x")).isSameAs(Lexicon.TRINO);
  }

  @Test
  void isStandardSqlForWhatIsNotKnown() {
    assertThat(Lexicon.of("h2:mem:")).isSameAs(Lexicon.GENERIC);
    assertThat(Lexicon.of("")).isSameAs(Lexicon.GENERIC);
  }
}
