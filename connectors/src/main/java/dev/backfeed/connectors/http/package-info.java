/**
 * Requests to destinations: connections, retries, tokens, redaction; the only place that knows
 * OkHttp and Failsafe. Imports the SPI. Read {@link dev.backfeed.connectors.http.HttpCalls} first,
 * then {@link dev.backfeed.connectors.http.RetryingCall}.
 */
package dev.backfeed.connectors.http;
