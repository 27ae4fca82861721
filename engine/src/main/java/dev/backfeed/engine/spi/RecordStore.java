package dev.backfeed.engine.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * Where a sandbox keeps its records, so that they are still there after the process has ended: the
 * table {@code backfeed.sandbox_records}. Calls are atomic each; safe for several threads.
 */
public interface RecordStore {
  /**
   * One record.
   *
   * @param id unique within the object
   * @param key what the sandbox finds it by, empty text where there is none
   * @param record its fields
   */
  record Stored(String id, String key, ObjectNode record) {}

  /** The records of an object with one of these keys, in no order. */
  List<Stored> findByKey(String object, Collection<String> keys);

  /** The records of an object with one of these ids, in no order. */
  List<Stored> findById(String object, Collection<String> ids);

  /** All records of an object, in no order. */
  List<Stored> all(String object);

  /** Adds records, or replaces those with the same id. */
  void put(String object, Collection<Stored> records);

  /** Deletes by id; an unknown id is no error. */
  void delete(String object, Collection<String> ids);

  /** How many records the object holds. */
  long count(String object);
}
