package dev.backfeed.engine.spi;

/**
 * One row of {@code TEST DESTINATION}.
 *
 * @param name what was checked: {@code credentials}, {@code permissions}, {@code quota}
 * @param ok whether it is in order
 * @param message what was found, or why not and what to do
 */
public record Check(String name, boolean ok, String message) {}
