/**
 * What agents share in the warehouse: signs of life, due runs, requests. Imports the catalog and
 * the order of runs; knows neither JDBC clients nor threads. Read {@link
 * dev.backfeed.engine.agent.Desk} first.
 */
package dev.backfeed.engine.agent;
