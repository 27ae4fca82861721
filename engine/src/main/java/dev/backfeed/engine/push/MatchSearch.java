package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks for the records of new rows by the lists of MATCH, in bulk. Safe for several threads. */
final class MatchSearch {
  private final RecordReader reader;
  private final String object;
  private final int mostKeys;
  private final boolean once;
  private final List<List<MappedColumn>> lists;

  private MatchSearch(RecordReader reader, String object, DiffSpec spec, int mostKeys) {
    this.reader = reader;
    this.object = object;
    this.mostKeys = mostKeys;
    this.once = spec.rules().once();
    this.lists = spec.matches();
  }

  /**
   * Where there is MATCH.
   *
   * @param mostKeys rows a reading
   */
  static Optional<MatchSearch> of(
      Destination destination, String object, DiffSpec spec, int mostKeys) {
    return !spec.rules().links().match().isEmpty() && destination instanceof RecordReader reader
        ? Optional.of(new MatchSearch(reader, object, spec, mostKeys))
        : Optional.empty();
  }

  /**
   * What was found for a row.
   *
   * @param ids the record's, or those of all that the first list with any found
   * @param fields of the list that found them
   */
  record Matched(Set<String> ids, String fields) {
    static final Matched NOTHING = new Matched(Set.of(), "");
  }

  /**
   * Whether the row's record is looked for. One that a lost call was to create, and nothing else,
   * is not: it was looked for before that call, and found again it would pass for another's.
   */
  boolean concerns(PlannedRow row) {
    return row.op().equals("added") && !(once && row.unsure());
  }

  /** What has to be asked for these rows, a bulk each; gives what was found by seq. */
  List<Supplier<Map<Long, Matched>>> readings(List<PlannedRow> rows) {
    List<Supplier<Map<Long, Matched>>> readings = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += mostKeys) {
      List<PlannedRow> some = rows.subList(from, Math.min(from + mostKeys, rows.size()));
      readings.add(() -> find(some));
    }
    return readings;
  }

  private Map<Long, Matched> find(List<PlannedRow> rows) {
    Map<Long, Matched> matched = new HashMap<>();
    rows.forEach(row -> matched.put(row.seq(), Matched.NOTHING));
    int from = 0;
    for (List<MappedColumn> list : lists) {
      List<PlannedRow> open =
          rows.stream().filter(row -> matched.get(row.seq()).ids().size() != 1).toList();
      find(open, list, from, matched);
      from += list.size();
    }
    return matched;
  }

  private void find(
      List<PlannedRow> rows, List<MappedColumn> list, int from, Map<Long, Matched> matched) {
    List<Wanted> wanted = new ArrayList<>();
    List<PlannedRow> asked = new ArrayList<>();
    for (PlannedRow row : rows) {
      by(row, list, from)
          .ifPresent(
              by -> {
                wanted.add(new Wanted(wanted.size(), by, Optional.empty()));
                asked.add(row);
              });
    }
    if (wanted.isEmpty()) {
      return;
    }
    Map<Long, Set<String>> ids = new HashMap<>();
    for (Found found : reader.read(object, wanted, List.of())) {
      ids.computeIfAbsent(asked.get(found.index()).seq(), seq -> new TreeSet<>())
          .add(found.destinationId().orElseThrow());
    }
    String fields = list.stream().map(MappedColumn::field).collect(Collectors.joining(", "));
    ids.forEach(
        (seq, its) -> {
          // The first list that finds one record decides, though one before has found several.
          if (its.size() == 1 || matched.get(seq).ids().isEmpty()) {
            matched.put(seq, new Matched(its, fields));
          }
        });
  }

  /** The values of a list; none where one of them is null or blank, and stands for nobody. */
  private Optional<ObjectNode> by(PlannedRow row, List<MappedColumn> list, int from) {
    int all = lists.stream().mapToInt(List::size).sum();
    String[] texts = Json.texts(row.content().asked().match(), all);
    ObjectNode by = Json.object();
    for (int i = 0; i < list.size(); i++) {
      String text = texts[from + i];
      if (text == null || text.isBlank()) {
        return Optional.empty();
      }
      Json.put(by, list.get(i).path(), RowContent.value(text, list.get(i).type()));
    }
    return Optional.of(by);
  }
}
