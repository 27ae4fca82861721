/**
 * What users copy into programs of their own. Imports {@code java.sql} only: the driver is found by
 * its URL. Read {@link dev.backfeed.examples.SyncFromJava} first.
 */
package dev.backfeed.examples;
