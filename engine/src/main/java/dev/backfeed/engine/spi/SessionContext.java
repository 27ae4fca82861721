package dev.backfeed.engine.spi;

/**
 * What names in a query mean: stored when a sync is made, set for each of its plans.
 *
 * @param searchPath as the warehouse's own setting has it; empty text for its default
 * @param timeZone as the warehouse's own setting has it
 */
public record SessionContext(String searchPath, String timeZone) {}
