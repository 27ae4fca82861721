/**
 * The agent: takes due runs and requests from the warehouse and carries them out as a client of our
 * own JDBC connections. Imports the engine's front, {@code parser.command} and {@code driver.host}.
 * Read {@link dev.backfeed.driver.agent.Agent} first.
 */
package dev.backfeed.driver.agent;
