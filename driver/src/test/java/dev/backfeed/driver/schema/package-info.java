/**
 * Our schema in the user's warehouse, seen through connections: when it is made, where it lies, and
 * what happens when others make it too. Imports {@code java.sql} and the other test packages only.
 * Read {@link dev.backfeed.driver.schema.SchemaTest}.
 */
package dev.backfeed.driver.schema;
