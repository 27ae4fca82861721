/**
 * The warehouse as the engine sees it: a connection that runs {@link dev.backfeed.engine.spi.Sql},
 * the statements of the diff, the paged plan. May import {@code engine.spi} and {@code
 * parser.command}; one sub-package a warehouse holds what differs. Read {@link
 * dev.backfeed.engine.warehouse.Warehouse} first.
 */
package dev.backfeed.engine.warehouse;
