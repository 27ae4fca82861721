package dev.backfeed.parser.command;

/**
 * {@code name = value} of a {@code WITH} clause.
 *
 * @param name as written; quoted where it holds other characters ({@code "header.X-Key"})
 * @param value what was given
 */
public record Option(Name name, OptionValue value) {}
