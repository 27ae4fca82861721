package dev.backfeed.engine.spi;

/**
 * When two keys name one record at the destination. Rows whose keys are equal in this sense are
 * repeated keys and are rejected.
 */
public enum KeyComparison {
  EXACT,
  CASE_INSENSITIVE,
  /** Case-insensitive and without surrounding white space. */
  TRIMMED
}
