/**
 * Slack as a destination: a row is a message to a channel. Imports the SPI and {@code
 * connectors.http}. Read {@link dev.backfeed.connectors.slack.SlackConnector} first, then README.md
 * beside it.
 */
package dev.backfeed.connectors.slack;
