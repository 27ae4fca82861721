/**
 * One handler a command, named after it. May import every package of the engine. Read {@link
 * dev.backfeed.engine.handler.SyncNowHandler} first, then {@link
 * dev.backfeed.engine.handler.CreateSyncHandler}.
 */
package dev.backfeed.engine.handler;
