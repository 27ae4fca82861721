/**
 * Any HTTP endpoint as a destination, and the specimen of a connector: shortest, most commented.
 * Imports the SPI and {@code connectors.http}. Read {@link
 * dev.backfeed.connectors.webhook.WebhookConnector} first, then README.md beside it.
 */
package dev.backfeed.connectors.webhook;
