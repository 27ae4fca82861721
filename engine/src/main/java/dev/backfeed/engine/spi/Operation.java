package dev.backfeed.engine.spi;

/**
 * What a type of destination can be asked for; the words of a manifest's {@code operations}. The
 * engine asks for {@link #UPSERT}, {@link #APPEND} and {@link #DELETE} so far; the others keep
 * their words.
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
  /** Set fields to null. */
  CLEAR,
  /** Read records back by key. */
  READ,
  /** Put a whole result in the place of the object. */
  REPLACE,
  /** Add to and take from a list. */
  MEMBERS
}
