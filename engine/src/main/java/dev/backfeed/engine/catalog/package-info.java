/**
 * Definitions as the warehouse stores them: destinations, syncs, and the schema they lie in. May
 * import {@code engine.spi}, {@code engine.warehouse} and {@code parser.command}. Read {@link
 * dev.backfeed.engine.catalog.Schema} first, then {@link dev.backfeed.engine.catalog.Syncs}.
 */
package dev.backfeed.engine.catalog;
