package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.parser.command.OnRemove;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Looks for the records of rows that get another key and whose id is not known, by the key under
 * which they are there so far. Safe for several threads.
 */
final class FormerSearch {
  private final RecordReader reader;
  private final String object;
  private final int mostKeys;

  private FormerSearch(RecordReader reader, String object, int mostKeys) {
    this.reader = reader;
    this.object = object;
    this.mostKeys = mostKeys;
  }

  /**
   * Where records may be there under a former key.
   *
   * @param mostKeys rows a reading
   */
  static Optional<FormerSearch> of(
      Destination destination, String object, DiffSpec spec, int mostKeys) {
    return spec.rekeyed().isPresent() && destination instanceof RecordReader reader
        ? Optional.of(new FormerSearch(reader, object, mostKeys))
        : Optional.empty();
  }

  /** Whether the row's record is looked for. */
  boolean concerns(PlannedRow row) {
    return row.content().asked().former() != null
        && row.destinationId().isEmpty()
        && row.leaving().filter(l -> l == OnRemove.KEEP).isEmpty();
  }

  /** What has to be asked for these rows, a bulk each; gives the ids that were found by seq. */
  List<Supplier<Map<Long, Set<String>>>> readings(List<PlannedRow> rows) {
    List<Supplier<Map<Long, Set<String>>>> readings = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += mostKeys) {
      List<PlannedRow> some = rows.subList(from, Math.min(from + mostKeys, rows.size()));
      readings.add(() -> find(some));
    }
    return readings;
  }

  private Map<Long, Set<String>> find(List<PlannedRow> rows) {
    Map<Long, Set<String>> ids = new HashMap<>();
    List<Wanted> wanted = new ArrayList<>();
    for (PlannedRow row : rows) {
      ids.put(row.seq(), new TreeSet<>());
      ObjectNode by = key(row.content().asked().former());
      wanted.add(new Wanted(wanted.size(), by, Optional.empty()));
    }
    for (Found found : reader.read(object, wanted, List.of())) {
      ids.get(rows.get(found.index()).seq()).add(found.destinationId().orElseThrow());
    }
    return ids;
  }

  /** Key field to value. */
  static ObjectNode key(String former) {
    JsonNode mark = Json.read(former);
    ObjectNode key = Json.object();
    for (int i = 0; i < mark.path("fields").size(); i++) {
      List<String> path = new ArrayList<>();
      mark.path("fields").path(i).forEach(segment -> path.add(segment.asText()));
      String kind = mark.path("kinds").path(i).asText();
      ColumnType type = new ColumnType(ColumnType.Kind.valueOf(kind), kind);
      Json.put(key, path, RowContent.value(mark.path("values").path(i).asText(), type));
    }
    return key;
  }
}
