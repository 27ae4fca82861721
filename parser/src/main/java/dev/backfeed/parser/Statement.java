package dev.backfeed.parser;

import dev.backfeed.parser.command.Position;

/**
 * One statement of a script.
 *
 * @param text as written, from its first word or comment to its last, without the closing {@code ;}
 * @param offset where {@code text} begins in the script, in UTF-16 units from 0
 * @param position the same place as line and column
 * @param ours whether it is Backfeed's; all others are the warehouse's
 */
public record Statement(String text, int offset, Position position, boolean ours) {}
