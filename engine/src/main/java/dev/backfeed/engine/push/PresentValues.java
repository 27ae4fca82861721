package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.push.PlannedRow.Decision;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.state.KeptField;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides from what the destination holds which fields of rows are sent, and reads back what it
 * shows after a write, where later decisions depend on that. Reads in bulk, and only rows about
 * which something is open. Safe for several threads.
 */
final class PresentValues {
  private final RecordReader reader;
  private final String object;
  private final DiffSpec spec;
  private final int mostKeys;

  PresentValues(RecordReader reader, String object, DiffSpec spec, int mostKeys) {
    this.reader = reader;
    this.object = object;
    this.spec = spec;
    this.mostKeys = mostKeys;
  }

  /**
   * Where policies ask for present values and the destination can be read; else every row that is
   * not known is taken for new.
   */
  static Optional<PresentValues> of(
      Destination destination, String object, DiffSpec spec, int mostKeys) {
    return spec.asks() && destination instanceof RecordReader reader
        ? Optional.of(new PresentValues(reader, object, spec, mostKeys))
        : Optional.empty();
  }

  /** The same rows with nothing open, in the same order. */
  List<PlannedRow> decide(List<PlannedRow> rows) {
    List<PlannedRow> open = rows.stream().filter(PresentValues::isOpen).toList();
    if (open.isEmpty()) {
      return rows;
    }
    Set<Integer> fields = new LinkedHashSet<>();
    open.forEach(row -> fields.addAll(positions(row.sent(), FieldLetters.OPEN)));
    Map<Long, Found> found = read(open, fields);
    return rows.stream().map(r -> isOpen(r) ? decide(r, found.get(r.seq())) : r).toList();
  }

  private static boolean isOpen(PlannedRow row) {
    return row.sent() != null && row.sent().indexOf(FieldLetters.OPEN) >= 0;
  }

  private static List<Integer> positions(String mask, char letter) {
    return IntStream.range(0, mask.length()).filter(i -> mask.charAt(i) == letter).boxed().toList();
  }

  /** The records of rows, by seq; those that are not there are missing. */
  private Map<Long, Found> read(List<PlannedRow> rows, Set<Integer> fields) {
    List<List<String>> paths = fields.stream().map(i -> spec.fields().get(i).path()).toList();
    Map<Long, Found> found = new HashMap<>();
    for (int from = 0; from < rows.size(); from += mostKeys) {
      List<PlannedRow> some = rows.subList(from, Math.min(from + mostKeys, rows.size()));
      List<Wanted> wanted = new ArrayList<>();
      for (int i = 0; i < some.size(); i++) {
        wanted.add(new Wanted(i, some.get(i).content().key(), some.get(i).destinationId()));
      }
      for (Found one : reader.read(object, wanted, paths)) {
        found.put(some.get(one.index()).seq(), one);
      }
    }
    return found;
  }

  private PlannedRow decide(PlannedRow row, Found found) {
    StringBuilder mask = new StringBuilder(row.sent());
    List<KeptField> kept = new ArrayList<>();
    ObjectNode held = Json.object();
    for (int i : positions(row.sent(), FieldLetters.OPEN)) {
      if (found == null) {
        // A record that is made, or made anew: nobody has a value there.
        mask.setCharAt(i, '1');
      } else {
        boolean sends = decide(row, i, found, kept, held);
        mask.setCharAt(i, sends ? '1' : '0');
      }
    }
    if (mask.indexOf("1") < 0 || onlyPassive(row, mask)) {
      leavePassive(row, mask, held);
    }
    return row.decided(
        mask.indexOf("0") < 0 ? null : mask.toString(),
        new Decision(List.copyOf(kept), held.isEmpty() ? null : held));
  }

  /** Passive fields go along with others; alone they wait, and stay as the state has them. */
  private static boolean onlyPassive(PlannedRow row, StringBuilder mask) {
    String letters = row.content().letters();
    return row.op().equals("changed")
        && row.constants() == null
        && IntStream.range(0, mask.length())
            .filter(i -> mask.charAt(i) == '1')
            .allMatch(i -> letters.charAt(i) == 'p' || letters.charAt(i) == 'P');
  }

  private void leavePassive(PlannedRow row, StringBuilder mask, ObjectNode held) {
    for (int i : positions(mask.toString(), '1')) {
      mask.setCharAt(i, '0');
      hold(held, spec.fields().get(i), row.content().oldValue(i));
    }
  }

  private boolean decide(
      PlannedRow row, int index, Found found, List<KeptField> kept, ObjectNode held) {
    MappedColumn field = spec.fields().get(index);
    JsonNode theirs = Json.at(found.fields(), field.path());
    JsonNode planned = row.content().value(index);
    String shown = ShownValue.of(theirs);
    if (ShownValue.same(shown, ShownValue.of(planned), field.type())) {
      hold(held, index, theirs);
      showOurs(held, field, shown);
      return false;
    }
    if (!keeps(row, index, found, shown)) {
      return true;
    }
    kept.add(
        new KeptField(
            field.field(),
            field.policy().toString(),
            Json.write(planned),
            Json.write(nullable(theirs))));
    hold(held, index, theirs);
    showOurs(held, field, ours(row, index));
    return false;
  }

  private boolean keeps(PlannedRow row, int index, Found found, String shown) {
    MappedColumn field = spec.fields().get(index);
    return switch (field.policy().wins()) {
      case ON_CREATE_ONLY -> true;
      case KEEP_EXISTING -> !shown.isEmpty();
      case KEEP_EDITS -> edited(row, index, shown);
      case KEEP_LATEST ->
          (edited(row, index, shown) || (isNew(row) && !shown.isEmpty()))
              && isLater(row, index, found);
      case OVERWRITE -> false;
    };
  }

  private static boolean isNew(PlannedRow row) {
    return row.op().equals("added") && !row.unsure();
  }

  /** Whether somebody changed it since our last write; before our first write nobody did. */
  private boolean edited(PlannedRow row, int index, String shown) {
    MappedColumn field = spec.fields().get(index);
    String ours = ours(row, index);
    if (ours == null || ShownValue.same(shown, ours, field.type())) {
      return false;
    }
    return lost(row, index).stream()
        .noneMatch(sent -> ShownValue.mayComeFrom(shown, sent, field.type()));
  }

  private String ours(PlannedRow row, int index) {
    String ours = row.content().asked().ours();
    return ours == null ? null : Json.texts(ours, spec.fields().size())[index];
  }

  /** What calls without an answer may have left there. */
  private List<String> lost(PlannedRow row, int index) {
    String lost = row.content().asked().lost();
    if (lost == null) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (JsonNode texts : Json.read(lost)) {
      JsonNode text = texts.get(index);
      values.add(text.isNull() ? "" : '=' + text.textValue());
    }
    return values;
  }

  /** Whether the record was changed after the query's value came to be; equal: the warehouse. */
  private boolean isLater(PlannedRow row, int index, Found found) {
    String times = row.content().asked().times();
    String time = times == null ? null : Json.texts(times, spec.fields().size())[index];
    if (time == null || found.changedAt().isEmpty()) {
      return true;
    }
    return ShownValue.time(time).map(t -> found.changedAt().get().isAfter(t)).orElse(true);
  }

  /**
   * Reads back what the destination shows of fields that it has just been sent, so that what it
   * made of them is not taken for somebody's edit. Gives what the checkpoint is to hold, by seq.
   */
  Map<Long, ObjectNode> shown(List<PlannedRow> written) {
    List<PlannedRow> rows = written.stream().filter(r -> !compared(r).isEmpty()).toList();
    Set<Integer> fields = new LinkedHashSet<>();
    rows.forEach(row -> fields.addAll(compared(row)));
    Map<Long, ObjectNode> held = new HashMap<>();
    if (rows.isEmpty()) {
      return held;
    }
    Map<Long, Found> found = read(rows, fields);
    for (PlannedRow row : rows) {
      ObjectNode node = heldOf(row);
      for (int i : compared(row)) {
        MappedColumn field = spec.fields().get(i);
        Found record = found.get(row.seq());
        JsonNode theirs =
            record == null ? row.content().value(i) : Json.at(record.fields(), field.path());
        hold(node, field, theirs);
        showOurs(node, field, ShownValue.of(theirs));
      }
      held.put(row.seq(), node);
    }
    return held;
  }

  /** The same where it could not be read back: it is taken for what was sent. */
  ObjectNode sent(PlannedRow row) {
    ObjectNode node = heldOf(row);
    for (int i : compared(row)) {
      showOurs(node, spec.fields().get(i), ShownValue.of(row.content().value(i)));
    }
    return node;
  }

  private static ObjectNode heldOf(PlannedRow row) {
    ObjectNode held = row.decision().held();
    return held == null ? Json.object() : held.deepCopy();
  }

  private List<Integer> compared(PlannedRow row) {
    if (row.deletion()) {
      return List.of();
    }
    return IntStream.range(0, spec.fields().size())
        .filter(i -> spec.fields().get(i).compares())
        .filter(i -> row.sent() == null || row.sent().charAt(i) == '1')
        .boxed()
        .toList();
  }

  /** The state has the key that the query refers by, never an id. */
  private void hold(ObjectNode held, int index, JsonNode theirs) {
    MappedColumn field = spec.fields().get(index);
    if (field.policy().lookup().isEmpty()) {
      hold(held, field, theirs);
    }
  }

  private static void hold(ObjectNode held, MappedColumn field, JsonNode value) {
    JsonNode shown = nullable(value);
    if (ShownValue.fits(shown, field.type())) {
      held.withObjectProperty(field.stored()).set("value", shown);
    }
  }

  private static void showOurs(ObjectNode held, MappedColumn field, String ours) {
    if (field.compares()) {
      held.withObjectProperty(field.stored()).put("ours", ours);
    }
  }

  private static JsonNode nullable(JsonNode value) {
    return value == null || value.isMissingNode() ? NullNode.getInstance() : value;
  }
}
