/**
 * PostgreSQL (14 or newer) as a warehouse: types, expressions, COPY, sessions. Imports {@code
 * engine.spi}, {@code engine.warehouse} and PostgreSQL's driver. Read {@link
 * dev.backfeed.engine.warehouse.postgresql.PostgresqlDialect}.
 */
package dev.backfeed.engine.warehouse.postgresql;
