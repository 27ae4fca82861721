/**
 * One run: lease, plan, guards, then page, push, checkpoint until nothing is left. May import every
 * package of the engine but {@code engine.handler}. Read {@link
 * dev.backfeed.engine.push.SyncRunner} first, then {@code ActiveRun}, {@code Delivery} and {@code
 * BatchSender}: a run in four pages.
 */
package dev.backfeed.engine.push;
