/**
 * The lineage of queries. May import {@code parser}, {@code parser.command}, the lexer and
 * Calcite's Babel, which is loaded when the first query is traced. Read {@code QueryTracer} first.
 */
package dev.backfeed.parser.internal.lineage;
