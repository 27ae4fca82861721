package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.Change;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A change, ready to be bound.
 *
 * @param change where it comes from
 * @param key key columns; the same for all rows of a batch
 * @param fields columns to set, in the order the change names them
 * @param keyValues as encoded, one a key column
 * @param fieldValues as encoded, one a field; empty is null
 */
record Row(
    Change change,
    List<Column> key,
    List<Column> fields,
    List<Optional<Object>> keyValues,
    List<Optional<Object>> fieldValues) {

  /** Roughly what its values weigh on the wire. */
  long bytes() {
    return Stream.concat(keyValues.stream(), fieldValues.stream())
        .flatMap(Optional::stream)
        .mapToLong(Row::bytes)
        .sum();
  }

  private static long bytes(Object value) {
    return value instanceof byte[] bytes
        ? bytes.length
        : value.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
