/**
 * The {@code jdbc} destination: tables of PostgreSQL, MySQL, MariaDB, SQLite and DuckDB, written
 * through whatever driver is on the class path. Imports {@code engine.spi}, Jackson's tree model,
 * {@code connectors.http} for redaction only, and {@code java.sql}; no driver's own classes. Read
 * {@link dev.backfeed.connectors.jdbc.JdbcDestination} first, then {@link
 * dev.backfeed.connectors.jdbc.ChunkWriter}.
 */
package dev.backfeed.connectors.jdbc;
