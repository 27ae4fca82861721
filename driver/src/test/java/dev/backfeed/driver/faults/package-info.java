/**
 * What a whole run makes of a vendor in trouble: real connectors over HTTP to a server that fails
 * as told. Uses the engine, its test kit and the connectors that are found. Read {@link
 * dev.backfeed.driver.faults.VendorFaultsTest} first.
 */
package dev.backfeed.driver.faults;
