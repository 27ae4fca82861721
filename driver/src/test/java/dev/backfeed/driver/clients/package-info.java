/**
 * The driver under clients that know JDBC and nothing of us: what a user of each relies on. SQLLine
 * and the pool are in {@code driver.jdbc}. Read {@link dev.backfeed.driver.clients.Shop} first.
 */
package dev.backfeed.driver.clients;
