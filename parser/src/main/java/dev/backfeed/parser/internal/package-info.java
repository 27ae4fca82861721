/**
 * The way from a statement's text to the grammar: its outline, its mask, its places. May import
 * {@code parser}, {@code parser.command} and {@code parser.internal.lexer}; neither Calcite nor
 * ANTLR. Read {@link dev.backfeed.parser.internal.OutlineReader} first.
 */
package dev.backfeed.parser.internal;
