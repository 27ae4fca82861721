package dev.backfeed.parser.command;

/**
 * A run as a statement names it: {@code RUN '01j…'}.
 *
 * @param id as written
 */
public record RunName(String id, Position position) {}
