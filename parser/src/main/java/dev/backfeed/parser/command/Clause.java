package dev.backfeed.parser.command;

/**
 * Where one clause of a CREATE SYNC stands in the statement's text.
 *
 * @param name what tells it from the others: {@code MODE}, {@code LIMIT REMOVALS}, {@code
 *     CONSTRAINT sane} (folded)
 * @param start index of its first character in {@link Command.CreateSync#text()}
 * @param end index after its last
 * @param position of its first character in what the user wrote
 */
public record Clause(String name, int start, int end, Position position) {}
