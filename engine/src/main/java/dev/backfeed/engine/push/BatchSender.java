package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.state.KeptField;
import dev.backfeed.engine.state.RowAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Takes one batch to the destination and brings home what became of each row: halves refused
 * batches until the bad row stands alone, sends vanished records whole. Safe for several threads.
 */
final class BatchSender {
  private static final int MESSAGE_LENGTH = 500;
  private static final int MOST_NAMES = 1_000;
  private final Destination destination;
  private final Operation writes;
  private final String object;
  private final boolean logValues;
  private final Optional<PresentValues> present;
  private final Optional<ParentSearch> parents;

  /** What the log says of a row's fields, by {@link PlannedRow#mask}: many rows share one text. */
  private final Map<String, String> names = new ConcurrentHashMap<>();

  /**
   * A sender.
   *
   * @param writes what rows are sent as that are not removed
   * @param present decides about fields, where the destination's present values do
   * @param parents finds records that fields refer to, where they do
   */
  BatchSender(
      Destination destination,
      Operation writes,
      String object,
      boolean logValues,
      Optional<PresentValues> present,
      Optional<ParentSearch> parents) {
    this.parents = parents;
    this.destination = destination;
    this.writes = writes;
    this.object = object;
    this.logValues = logValues;
    this.present = present;
  }

  /**
   * What came of a batch.
   *
   * @param answers of the rows that have one; the others of the batch stay owed
   * @param trouble what kept the others from theirs, if anything
   * @param doubtful all rows of the batch, if those without an answer may have been taken all the
   *     same; else none
   */
  record Delivered(
      List<RowAnswer> answers, Optional<RuntimeException> trouble, List<PlannedRow> doubtful) {}

  /**
   * Sends rows that are all written or all removed in one way. Never throws what a destination may
   * throw.
   */
  Delivered send(List<PlannedRow> rows) {
    List<PlannedRow> decided;
    try {
      decided = decided(rows);
    } catch (ConnectorException | RunStopped e) {
      // Nothing but reads was under way.
      return new Delivered(List.of(), Optional.of(e), List.of());
    }
    List<RowAnswer> answers = new ArrayList<>();
    decided.stream().filter(PlannedRow::empty).forEach(row -> answers.add(skipped(row)));
    List<PlannedRow> toSend = decided.stream().filter(row -> !row.empty()).toList();
    Delivered delivered =
        toSend.isEmpty()
            ? new Delivered(answers, Optional.empty(), List.of())
            : write(toSend, answers);
    return present.isPresent() ? lookedAt(delivered, toSend) : delivered;
  }

  /** The rows with nothing open, as the destination's present values decide. */
  List<PlannedRow> decided(List<PlannedRow> rows) {
    return present.isPresent()
        ? present.get().decide(rows)
        : rows.stream().map(PlannedRow::undecided).toList();
  }

  private Delivered write(List<PlannedRow> rows, List<RowAnswer> answers) {
    try {
      send(rows, false, answers);
      return new Delivered(answers, Optional.empty(), List.of());
    } catch (CutShort e) {
      return new Delivered(answers, Optional.of(e.trouble), rows);
    } catch (ConnectorException | RunStopped e) {
      return new Delivered(answers, Optional.of(e), mayHaveBeenTaken(e) ? rows : List.of());
    }
  }

  /** Adds to the answers what the destination shows of the fields that it took. */
  private Delivered lookedAt(Delivered delivered, List<PlannedRow> rows) {
    Map<Long, PlannedRow> taken = new HashMap<>();
    Map<Long, PlannedRow> sent = new HashMap<>();
    rows.forEach(row -> sent.put(row.seq(), row));
    for (RowAnswer answer : delivered.answers()) {
      if (answer.outcome().equals("created") || answer.outcome().equals("updated")) {
        taken.put(answer.seq(), sent.get(answer.seq()));
      }
    }
    Map<Long, ObjectNode> shown = new HashMap<>();
    try {
      shown.putAll(present.get().shown(List.copyOf(taken.values())));
    } catch (ConnectorException | RunStopped e) {
      // They were taken all the same; the next call meets the same trouble and tells of it.
      taken.forEach((seq, row) -> shown.put(seq, present.get().sent(row)));
    }
    List<RowAnswer> answers =
        delivered.answers().stream()
            .map(a -> shown.containsKey(a.seq()) ? a.holding(shown.get(a.seq())) : a)
            .toList();
    return new Delivered(answers, delivered.trouble(), delivered.doubtful());
  }

  /** Vanished records were not made whole: a skeleton of the changed fields may have been left. */
  private static final class CutShort extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient RuntimeException trouble;

    CutShort(RuntimeException trouble) {
      super(trouble);
      this.trouble = trouble;
    }
  }

  private static boolean mayHaveBeenTaken(RuntimeException e) {
    return e instanceof RunStopped stopped
        ? stopped.uncertain()
        : e instanceof ConnectorException failure
            && failure.kind() == ConnectorException.Kind.UNKNOWN_OUTCOME;
  }

  private void send(List<PlannedRow> rows, boolean whole, List<RowAnswer> answers) {
    Answer answer = destination.write(batch(rows, whole));
    if (answer instanceof Answer.Answered answered) {
      settle(rows, whole, answered.outcomes(), answers);
    } else if (answer instanceof Answer.Refused refused) {
      if (rows.size() == 1) {
        answers.add(failed(rows.get(0), whole, refused.error()));
      } else {
        send(rows.subList(0, rows.size() / 2), whole, answers);
        send(rows.subList(rows.size() / 2, rows.size()), whole, answers);
      }
    }
  }

  private void settle(
      List<PlannedRow> rows, boolean whole, List<Outcome> outcomes, List<RowAnswer> answers) {
    requireOnePerRow(rows, outcomes);
    List<PlannedRow> vanished = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      PlannedRow row = rows.get(outcome.index());
      boolean skeleton =
          outcome.status() == Outcome.Status.CREATED
              && row.kind() != Change.Kind.ADDED
              && !whole
              && !row.sentWhole();
      if (skeleton || (outcome.status() == Outcome.Status.VANISHED && !whole)) {
        vanished.add(row);
      } else if (outcome.status() == Outcome.Status.VANISHED
          || outcome.status() == Outcome.Status.FAILED) {
        answers.add(failed(row, whole, outcome.error().orElseThrow()));
      } else if (outcome.status() == Outcome.Status.MISSING
          || (outcome.status() == Outcome.Status.EXISTS && !row.unsure())) {
        answers.add(passedOver(row, outcome));
      } else {
        answers.add(taken(row, whole, outcome));
      }
    }
    parents.ifPresent(p -> p.link(vanished));
    List<PlannedRow> complete = new ArrayList<>();
    for (PlannedRow gone : vanished) {
      PlannedRow row = gone.byId() ? gone.lost(gone.sent()) : gone;
      if (parents.isPresent() && parents.get().missesSome(row, row.content().anew())) {
        answers.add(failed(row, true, ParentSearch.MISSING));
      } else {
        complete.add(row);
      }
    }
    if (!complete.isEmpty()) {
      sendWhole(complete, answers);
    }
  }

  /** A record that was gone: all of its fields, and one row created in the books. */
  private void sendWhole(List<PlannedRow> vanished, List<RowAnswer> answers) {
    try {
      send(vanished, true, answers);
    } catch (ConnectorException | RunStopped e) {
      throw new CutShort(e);
    }
  }

  /** A connector that loses a row is caught here, not in the books. */
  private void requireOnePerRow(List<PlannedRow> rows, List<Outcome> outcomes) {
    boolean[] seen = new boolean[rows.size()];
    for (Outcome outcome : outcomes) {
      if (outcome.index() < 0 || outcome.index() >= seen.length || seen[outcome.index()]) {
        throw unaccounted(outcome.index());
      }
      seen[outcome.index()] = true;
    }
    for (int i = 0; i < seen.length; i++) {
      if (!seen[i]) {
        throw unaccounted(i);
      }
    }
  }

  private ConnectorException unaccounted(int index) {
    return new ConnectorException(
        ConnectorException.Kind.UNKNOWN_OUTCOME,
        destination.account() + " gave no single answer for row " + index + " of its batch");
  }

  private Batch batch(List<PlannedRow> rows, boolean whole) {
    List<Change> changes =
        IntStream.range(0, rows.size()).mapToObj(i -> rows.get(i).change(i, whole)).toList();
    PlannedRow first = rows.get(0);
    Operation operation =
        !first.removal() ? writes : first.deletion() ? Operation.DELETE : Operation.UPDATE;
    return new Batch(operation, object, changes, idempotencyKey(operation, changes, whole));
  }

  private String idempotencyKey(Operation operation, List<Change> changes, boolean whole) {
    List<String> keys = changes.stream().map(Change::idempotencyKey).toList();
    boolean appends = operation == Operation.APPEND;
    if (appends && keys.size() == 1) {
      return keys.get(0);
    }
    String content = keys + " " + whole;
    return UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private RowAnswer taken(PlannedRow row, boolean whole, Outcome outcome) {
    // A vanished record that was sent whole may have been made by its first, partial write.
    String status =
        (whole && outcome.status() == Outcome.Status.UPDATED)
                // Of a row that may have been made by a call without answer it exists because of
                // that.
                || outcome.status() == Outcome.Status.EXISTS
            ? "created"
            : outcome.status().name().toLowerCase(Locale.ROOT);
    return answer(row, whole, status, outcome.destinationId(), Optional.empty());
  }

  /** The answer of a row that came to nothing. */
  RowAnswer failed(PlannedRow row, boolean whole, RowError error) {
    String message = error.message() == null ? "" : error.message();
    String cut = message.length() > MESSAGE_LENGTH ? message.substring(0, MESSAGE_LENGTH) : message;
    // A record that vanished and could not be made whole has to be new to the next run.
    String type = whole && !row.removal() ? "VANISHED" : error.type();
    return answer(
        row, whole, "failed", Optional.empty(), Optional.of(new RowError(type, error.code(), cut)));
  }

  private RowAnswer answer(
      PlannedRow row,
      boolean whole,
      String outcome,
      Optional<String> id,
      Optional<RowError> error) {
    return new RowAnswer(
        row.seq(),
        row.recordKey(),
        row.op(),
        outcome,
        changes(row, whole),
        id,
        error,
        row.attempts() + 1,
        logValues
            ? row.decision().kept()
            : row.decision().kept().stream().map(KeptField::unsaid).toList(),
        row.decision().held() == null ? null : Json.write(row.decision().held()));
  }

  /** The answer of a row that was to make a record, and whose record was found. */
  RowAnswer exists(PlannedRow row) {
    return passedOver(row, Outcome.exists(0, row.destinationId().orElse(null)));
  }

  /** A record that is not there to be updated, or is there and was to be created only. */
  private RowAnswer passedOver(PlannedRow row, Outcome outcome) {
    RowError why =
        outcome.status() == Outcome.Status.EXISTS
            ? new RowError(
                "EXISTS",
                null,
                row.byId()
                    ? "there is a record that matches already"
                    : "there is a record with this key already")
            : new RowError("UNKNOWN_KEY", null, "there is no record with this key");
    return answer(row, false, "skipped", outcome.destinationId(), Optional.of(why));
  }

  /** An answer for a row that no call was made for. */
  RowAnswer skipped(PlannedRow row) {
    Optional<RowError> why =
        row.superseded()
            ? Optional.of(
                new RowError("SUPERSEDED", null, "another row of the query stands for this record"))
            : Optional.empty();
    return answer(row, false, "skipped", Optional.empty(), why);
  }

  /** What would be sent for this row, if it were alone in its batch; makes no call. */
  String request(PlannedRow row) {
    return destination.request(batch(List.of(row), false));
  }

  /**
   * Field to [old, new], or to what it is set to where no column is mapped to it and what it was is
   * not known; names alone where values are not to be logged.
   */
  String changes(PlannedRow row, boolean whole) {
    if (!logValues) {
      return names(row, whole);
    }
    ObjectNode fields = row.said(whole);
    ObjectNode before = row.content().old(row.deletion() ? null : row.sent());
    return Json.write(
        out -> {
          out.writeStartObject();
          for (var field : fields.properties()) {
            JsonNode old = before.get(field.getKey());
            if (old == null && row.constants() != null && row.constants().has(field.getKey())) {
              out.writeFieldName(field.getKey());
              out.writeTree(field.getValue());
              continue;
            }
            out.writeArrayFieldStart(field.getKey());
            out.writeTree(old == null ? NullNode.getInstance() : old);
            out.writeTree(row.deletion() ? NullNode.getInstance() : field.getValue());
            out.writeEndArray();
          }
          out.writeEndObject();
        });
  }

  private String names(PlannedRow row, boolean whole) {
    String mask = row.mask(whole);
    // Constants are not in the mask.
    String known = row.constants() == null ? names.get(mask) : null;
    if (known != null) {
      return known;
    }
    ObjectNode fields = row.said(whole);
    ArrayNode all = fields.arrayNode();
    fields.fieldNames().forEachRemaining(all::add);
    String text = Json.write(all);
    if (row.constants() == null && names.size() < MOST_NAMES) {
      names.put(mask, text);
    }
    return text;
  }
}
