/**
 * Runs whose process is killed: a child JVM syncs through the driver to an HTTP server that
 * outlives it and dies at a chosen moment; the next run must set everything right. Uses {@code
 * java.sql}, the driver and the engine's test kit only. Read {@link
 * dev.backfeed.driver.kill.KillTest} first.
 */
package dev.backfeed.driver.kill;
