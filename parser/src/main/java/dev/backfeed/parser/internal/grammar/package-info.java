/**
 * Our statements as an extension of Calcite's grammar, and what is said where one does not parse;
 * the only place that sees Calcite. Most of it is generated from {@code src/main/codegen}; the
 * hand-written classes are what its productions call. Read {@code statements.ftl} first, then
 * {@code sync.ftl} and {@link dev.backfeed.parser.internal.grammar.GrammarReader}.
 */
package dev.backfeed.parser.internal.grammar;
