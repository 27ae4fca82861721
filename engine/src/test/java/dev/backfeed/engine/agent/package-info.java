/** When schedules are due. */
package dev.backfeed.engine.agent;
