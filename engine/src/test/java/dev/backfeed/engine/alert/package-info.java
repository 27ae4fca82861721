/** Alerts on real warehouses: what is found, what is told, and by whom. */
package dev.backfeed.engine.alert;
