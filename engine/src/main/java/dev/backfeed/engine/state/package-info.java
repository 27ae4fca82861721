/**
 * What is true of a run: its lease, its counters, its answers, and what a run that died left
 * behind. May import {@code engine.spi}, {@code engine.warehouse}, {@code engine.catalog} and the
 * types of {@code engine} that callers pass in. Read {@link dev.backfeed.engine.state.Lease} first,
 * then {@link dev.backfeed.engine.state.Checkpoints}.
 */
package dev.backfeed.engine.state;
