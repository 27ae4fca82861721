/**
 * Text to commands: which statements are ours, where they end, and what they say. Imports {@code
 * parser.command} and its own {@code parser.internal}, nothing else of ours; no type of Calcite or
 * ANTLR appears in what is public here. Read {@link dev.backfeed.parser.BackfeedParser} first, then
 * {@link dev.backfeed.parser.StatementRouter}.
 */
package dev.backfeed.parser;
