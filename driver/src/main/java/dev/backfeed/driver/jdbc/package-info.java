/**
 * The JDBC driver: {@code jdbc:backfeed:} in front of any warehouse's own URL, foreign SQL
 * untouched, our statements through the engine. Imports {@code driver.host}, {@code parser} and
 * {@code engine}; connectors are found by ServiceLoader. Read {@link
 * dev.backfeed.driver.jdbc.BackfeedDriver} first, then {@link dev.backfeed.driver.jdbc.JdbcProxy},
 * then {@link dev.backfeed.driver.jdbc.StatementCalls}.
 */
package dev.backfeed.driver.jdbc;
