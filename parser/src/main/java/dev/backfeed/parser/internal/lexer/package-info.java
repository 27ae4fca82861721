/**
 * Words, literals and comments of every warehouse's SQL; the only place that sees ANTLR. May import
 * {@code parser}, {@code parser.command} and {@code parser.internal}. Read {@code BackfeedLexer.g4}
 * first, then {@link dev.backfeed.parser.internal.lexer.StatementMode}.
 */
package dev.backfeed.parser.internal.lexer;
