/**
 * What runs cost, as ratios to reading the model: run by {@code -Pbench}, never by the default
 * build; judges nothing. Read {@link dev.backfeed.engine.bench.DiffBench} first.
 */
package dev.backfeed.engine.bench;
