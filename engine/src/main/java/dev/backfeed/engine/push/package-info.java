/**
 * One run: lease, plan, guards, then page, push, checkpoint until nothing is left. May import every
 * package of the engine but {@code engine.handler}. Read {@link
 * dev.backfeed.engine.push.SyncRunner} first: it is the whole run on one page.
 */
package dev.backfeed.engine.push;
