/**
 * DuckDB as a warehouse: types, expressions, appender, sessions. Imports {@code engine.spi}, {@code
 * engine.warehouse} and DuckDB's driver. Read {@link
 * dev.backfeed.engine.warehouse.duckdb.DuckDbDialect}.
 */
package dev.backfeed.engine.warehouse.duckdb;
