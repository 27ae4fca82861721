/**
 * E-mail as a destination: a row is a message, over SMTP. Imports the SPI, {@code connectors.http}
 * and Jakarta Mail. Read {@link dev.backfeed.connectors.email.EmailConnector} first, then README.md
 * beside it.
 */
package dev.backfeed.connectors.email;
