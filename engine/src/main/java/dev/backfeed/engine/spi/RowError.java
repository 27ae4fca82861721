package dev.backfeed.engine.spi;

/**
 * Why a row failed or was rejected.
 *
 * @param type our word for the class of trouble, upper case: {@code VALIDATION}, {@code CONFLICT},
 *     {@code TRANSIENT}, {@code PERMISSION}, {@code TOO_LARGE}, {@code REPEATED_KEY} …
 * @param code the vendor's own code, or the HTTP status; empty text where there is none
 * @param message the vendor's message, from which the connector has taken every secret; the engine
 *     cuts it at 500 characters
 */
public record RowError(String type, String code, String message) {}
