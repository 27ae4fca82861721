/**
 * The front door of the engine: a command goes in, a result comes out. May import every package
 * below it and {@code parser.command}; nothing below imports this package but for {@link
 * dev.backfeed.engine.Execution}, {@link dev.backfeed.engine.Result} and {@link
 * dev.backfeed.engine.RunListener}. Read {@link dev.backfeed.engine.BackfeedEngine} first.
 */
package dev.backfeed.engine;
