package dev.backfeed.engine.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Destination} whose records can be read back; its manifest lists {@code read}. For field
 * policies that ask for the present value, for {@code MATCH}, {@code LOOKUP} and {@code VERIFY}.
 * Used by several threads at once; its calls pass the same gate and fail in the same ways.
 */
public interface RecordReader {
  /**
   * Reads the records that are wanted. One that does not exist is not in the answer; where several
   * fit, all of them are.
   *
   * @param wanted at least one, at most the manifest's batch size of {@code read}
   * @param fields what to read of each, as paths; may be empty: then ids only
   * @return in any order
   */
  List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields);

  /**
   * A record to be found.
   *
   * @param index its place in the list, to be repeated in {@link Found#index()}
   * @param by field to value, all of which must be equal as the destination compares them; ignored
   *     where there is an id
   * @param destinationId the record's id, where known
   */
  record Wanted(int index, ObjectNode by, Optional<String> destinationId) {}

  /**
   * A record that is there.
   *
   * @param index of the {@link Wanted} it answers
   * @param destinationId its id; empty where records have none
   * @param fields the fields asked for, nested by their paths; one without a value is null
   * @param changedAt when somebody last changed it, where the manifest says {@code change_times}
   */
  record Found(
      int index, Optional<String> destinationId, ObjectNode fields, Optional<Instant> changedAt) {}
}
