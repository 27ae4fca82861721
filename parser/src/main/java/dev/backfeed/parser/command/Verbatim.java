package dev.backfeed.parser.command;

/**
 * SQL of the warehouse inside one of our clauses, as written, without the parentheses around it: it
 * closes what it opens and holds no {@code ;} outside of parentheses.
 *
 * @param position where it began in the user's text
 */
public record Verbatim(String text, Position position) {}
