/**
 * Random histories of a few syncs over one table, held against a plain model of what the language
 * page promises. May import the engine's front door and the scripted destination, nothing of how
 * runs are made. Read {@link dev.backfeed.engine.histories.SyncOracle} first, then {@link
 * dev.backfeed.engine.histories.Steps}.
 */
package dev.backfeed.engine.histories;
