package dev.backfeed.parser.command;

/**
 * {@code DELETE WHEN (condition) [CLEAR | SET (…)]}: rows of the query that are deletions.
 *
 * @param condition over the query's output columns; a row for which it is null is not flagged
 * @param how {@code DELETE}, {@code CLEAR} or {@code SET}
 */
public record DeleteWhen(Verbatim condition, Removal how) {}
