package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffSpec.Lookup;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds the records that fields with LOOKUP refer to: by the ids that the plan has from states,
 * else by asking the destination once a value, in bulk. What it was told is kept while the run
 * lasts, up to a number of values. Safe for several threads.
 */
final class ParentSearch {
  static final RowError MISSING =
      new RowError(
          "PARENT_MISSING",
          null,
          "its record is gone, and one that it refers to is not there to make it anew");

  /** Values that are remembered; the longest unused is forgotten first. */
  private static final int MOST = 100_000;

  private final Optional<RecordReader> reader;
  private final String object;
  private final int mostKeys;
  private final List<Link> links = new ArrayList<>();
  private final Map<Value, List<String>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Value, List<String>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * A field that refers to records.
   *
   * @param index among the fields
   * @param number whether an id is sent as a number
   */
  private record Link(int index, Lookup lookup, boolean number) {}

  /**
   * A value of such a field.
   *
   * @param link among the links
   */
  record Value(int link, JsonNode value) {}

  private ParentSearch(
      Optional<RecordReader> reader, String object, DiffSpec spec, ObjectSchema schema, int most) {
    this.reader = reader;
    this.object = object;
    this.mostKeys = most;
    List<MappedColumn> fields = spec.fields();
    for (Lookup lookup : spec.rules().links().lookups()) {
      int index = fields.stream().map(MappedColumn::stored).toList().indexOf(lookup.stored());
      List<String> path = fields.get(index).path();
      boolean number =
          path.size() == 1
              && schema.field(path.get(0)).filter(f -> f.type() == FieldType.NUMBER).isPresent();
      links.add(new Link(index, lookup, number));
    }
  }

  /**
   * Where there are fields with LOOKUP.
   *
   * @param readable whether the destination can be asked
   * @param mostKeys values a reading
   */
  static Optional<ParentSearch> of(
      Destination destination,
      boolean readable,
      String object,
      DiffSpec spec,
      ObjectSchema schema,
      int mostKeys) {
    Optional<RecordReader> reader =
        readable && destination instanceof RecordReader r ? Optional.of(r) : Optional.empty();
    return spec.rules().links().lookups().isEmpty()
        ? Optional.empty()
        : Optional.of(new ParentSearch(reader, object, spec, schema, mostKeys));
  }

  /** Takes the ids that the plan has. */
  void linkAsPlanned(PlannedRow row) {
    String[] ids = Json.texts(row.content().asked().links(), links.size());
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != null) {
        link(row, links.get(i), ids[i]);
      }
    }
  }

  private static void link(PlannedRow row, Link link, String id) {
    boolean number = link.number() && id.matches("-?\\d+");
    row.content()
        .link(
            link.index(), number ? DecimalNode.valueOf(new BigDecimal(id)) : TextNode.valueOf(id));
  }

  /** Whether a call with these fields would refer to a record that was not found. */
  boolean missesSome(PlannedRow row, String mask) {
    return !open(row, mask).isEmpty();
  }

  /** Values in these fields whose records were not found yet; a null refers to none. */
  private List<Value> open(PlannedRow row, String mask) {
    List<Value> open = new ArrayList<>();
    for (int i = 0; i < links.size(); i++) {
      int field = links.get(i).index();
      boolean sent = mask == null || mask.charAt(field) != '0';
      if (sent && !row.content().linked(field) && !row.content().said(field).isNull()) {
        open.add(new Value(i, row.content().said(field)));
      }
    }
    return open;
  }

  /** What has to be asked for these rows, a bulk each. */
  List<Supplier<Map<Value, List<String>>>> readings(Collection<PlannedRow> rows) {
    return readings(rows, false);
  }

  private List<Supplier<Map<Value, List<String>>>> readings(
      Collection<PlannedRow> rows, boolean anew) {
    Map<Integer, Set<Value>> wanted = new LinkedHashMap<>();
    for (PlannedRow row : rows) {
      for (Value value : open(row, anew ? row.content().anew() : row.sent())) {
        if (known(value).isEmpty()) {
          wanted.computeIfAbsent(value.link(), l -> new LinkedHashSet<>()).add(value);
        }
      }
    }
    List<Supplier<Map<Value, List<String>>>> readings = new ArrayList<>();
    for (Set<Value> values : wanted.values()) {
      List<Value> all = List.copyOf(values);
      for (int from = 0; from < all.size(); from += mostKeys) {
        List<Value> some = all.subList(from, Math.min(from + mostKeys, all.size()));
        readings.add(() -> read(some));
      }
    }
    return readings;
  }

  private Map<Value, List<String>> read(List<Value> values) {
    Map<Value, List<String>> ids = new HashMap<>();
    values.forEach(value -> ids.put(value, new ArrayList<>()));
    if (reader.isPresent()) {
      Lookup lookup = links.get(values.get(0).link()).lookup();
      List<Wanted> wanted = new ArrayList<>();
      for (Value value : values) {
        wanted.add(new Wanted(wanted.size(), by(lookup.path(), value.value()), Optional.empty()));
      }
      for (Found found : reader.get().read(lookup.object(), wanted, List.of())) {
        ids.get(values.get(found.index())).add(found.destinationId().orElseThrow());
      }
    }
    synchronized (known) {
      ids.forEach(
          (value, its) -> {
            // A record of the same object may be made by this very run.
            boolean own = links.get(value.link()).lookup().object().equalsIgnoreCase(object);
            if (!its.isEmpty() || !own) {
              known.put(value, its);
            }
          });
    }
    return ids;
  }

  private static ObjectNode by(List<String> path, JsonNode value) {
    ObjectNode by = Json.object();
    Json.put(by, path, value);
    return by;
  }

  private Optional<List<String>> known(Value value) {
    synchronized (known) {
      return Optional.ofNullable(known.get(value));
    }
  }

  /**
   * Links a row to what was read.
   *
   * @return the first value that could not be linked: no record or several, or it was not read
   */
  Optional<Unlinked> link(PlannedRow row, String mask, Map<Value, List<String>> read) {
    Optional<Unlinked> unlinked = Optional.empty();
    for (Value value : open(row, mask)) {
      List<String> ids = read.containsKey(value) ? read.get(value) : known(value).orElse(null);
      if (ids != null && ids.size() == 1) {
        link(row, links.get(value.link()), ids.get(0));
      } else if (unlinked.isEmpty()) {
        unlinked = Optional.of(new Unlinked(links.get(value.link()).lookup(), ids));
      }
    }
    return unlinked;
  }

  /**
   * A value without a single record.
   *
   * @param ids none or several; null where it was not read
   */
  record Unlinked(Lookup lookup, List<String> ids) {}

  /** Finds at once whatever these rows refer to, for a call that sends them whole. */
  void link(List<PlannedRow> rows) {
    Map<Value, List<String>> read = new HashMap<>();
    readings(rows, true).forEach(reading -> read.putAll(reading.get()));
    rows.forEach(row -> link(row, row.content().anew(), read));
  }
}
