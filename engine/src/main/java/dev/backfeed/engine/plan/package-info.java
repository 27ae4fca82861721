/**
 * From a definition to a plan: mapping columns to fields, diff, guards. May import {@code
 * engine.spi}, {@code engine.warehouse}, {@code engine.catalog}, {@code engine.state} and the
 * settings of {@code engine}. Read {@link dev.backfeed.engine.plan.Planner} first, then {@link
 * dev.backfeed.engine.plan.Mapping}.
 */
package dev.backfeed.engine.plan;
