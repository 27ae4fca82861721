/**
 * Salesforce as a destination: records upserted by external id and deleted through sObject
 * Collections. Imports the SPI and {@code connectors.http}. Read {@link
 * dev.backfeed.connectors.salesforce.SalesforceDestination} first, then README.md beside it.
 */
package dev.backfeed.connectors.salesforce;
