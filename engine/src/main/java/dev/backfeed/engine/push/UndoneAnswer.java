package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An answer of a run that is undone, as the log has it.
 *
 * @param changes field to the values before and after; an array of names where values are not kept
 */
record UndoneAnswer(
    long seq, String recordKey, String operation, String outcome, JsonNode changes) {
  /** Whether fields of the record were cleared or set because its row had left. */
  boolean leftBehind() {
    return operation.equals("removed") && outcome.equals("updated");
  }

  /** Whether the record was deleted. */
  boolean deletes() {
    return operation.equals("removed") && !leftBehind();
  }

  /** Whether there was no such record before. */
  boolean created() {
    return outcome.equals("created");
  }

  /** The value of a field before (0) or after (1) that run; missing where it was not sent. */
  JsonNode value(MappedColumn field, int which) {
    JsonNode pair = changes.get(field.path().get(0));
    return pair == null
        ? MissingNode.getInstance()
        : Json.at(pair.path(which), field.path().subList(1, field.path().size()));
  }

  /** Whether somebody has changed the field since. */
  boolean edited(MappedColumn field, Optional<Found> found) {
    JsonNode written = value(field, 1);
    return found.isPresent()
        && !written.isMissingNode()
        && !ShownValue.same(
            ShownValue.of(written),
            ShownValue.of(Json.at(found.get().fields(), field.path())),
            field.type());
  }

  /** Fields that were set to fixed values beside the mapped ones. */
  List<String> beside(DiffSpec spec) {
    Set<String> mapped =
        spec.fields().stream().map(f -> f.path().get(0)).collect(Collectors.toSet());
    List<String> names = new ArrayList<>();
    changes.fieldNames().forEachRemaining(names::add);
    return names.stream().filter(name -> !mapped.contains(name)).toList();
  }
}
