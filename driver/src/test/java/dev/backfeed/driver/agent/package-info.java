/** The agent on real warehouses: schedules, requests, several agents, what must be refused. */
package dev.backfeed.driver.agent;
