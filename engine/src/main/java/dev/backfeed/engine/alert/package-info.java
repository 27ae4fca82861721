/**
 * Watches syncs as alerts ask for, and tells destinations what it has found. Imports the catalog
 * and how destinations are opened; whoever lives long enough calls it again and again. Read {@link
 * dev.backfeed.engine.alert.AlertWatch} first.
 */
package dev.backfeed.engine.alert;
