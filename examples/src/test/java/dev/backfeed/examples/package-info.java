/**
 * Runs every file of this folder that a reader may run, so that none of them rots; the dbt package
 * under a Jinja for the JVM ({@link dev.backfeed.examples.DbtJinja}). Imports {@code java.sql}
 * only, besides the test libraries. Read {@link dev.backfeed.examples.QuickstartTest} first.
 */
package dev.backfeed.examples;
