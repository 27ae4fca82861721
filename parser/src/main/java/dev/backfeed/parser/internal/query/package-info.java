/**
 * The query of a sync and the push order at its end. May import {@code parser}, {@code
 * parser.command} and the rest of {@code parser.internal} but the grammar. Read {@code
 * TrailingOrder} first.
 */
package dev.backfeed.parser.internal.query;
