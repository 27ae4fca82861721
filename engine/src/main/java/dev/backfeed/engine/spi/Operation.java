package dev.backfeed.engine.spi;

/**
 * What a type of destination can be asked for; the words of a manifest's {@code operations}. {@link
 * #REPLACE} and {@link #MEMBERS} keep their words, nothing asks for them so far.
 */
public enum Operation {
  /** Create the record or update it, found by its key. */
  UPSERT,
  /** Update a record that exists. */
  UPDATE,
  /** Create a record that does not exist. */
  INSERT,
  /** Add an event, message or line; nothing is found by key, and the answer is {@code CREATED}. */
  APPEND,
  /** Delete or archive the record; one that is already gone counts as deleted. */
  DELETE,
  /** Set fields to null; sent as an {@link #UPDATE}. */
  CLEAR,
  /** Read records back: the destination is a {@link RecordReader}. */
  READ,
  /** Put a whole result in the place of the object. */
  REPLACE,
  /** Add to and take from a list. */
  MEMBERS
}
