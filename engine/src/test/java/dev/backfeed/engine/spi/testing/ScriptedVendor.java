package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.RowError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The far side of a scripted destination: remembers which records there are, logs every change it
 * is sent and answers as told, else truthfully. Safe for several threads.
 *
 * <p>It can be told, each time for the next occasion only ({@code always} before the answer: until
 * {@code reset}):
 *
 * <ul>
 *   <li>{@code <record key> created|updated|deleted|skipped|missing|exists|vanished}
 *   <li>{@code <record key> failed TYPE CODE message}
 *   <li>{@code <record key> poisons TYPE CODE message}: a batch of several with it is refused,
 *       alone it fails
 *   <li>{@code batch refused TYPE CODE message}
 *   <li>{@code batch answered}: as if nothing had been said, so that a later batch is meant
 *   <li>{@code batch unreachable|credentials|throttled|quota|misconfigured message}: nothing is
 *       applied
 *   <li>{@code batch unknown_outcome message}: everything is applied and the answer lost
 *   <li>{@code read unreachable|throttled|… message}: the same for what is read
 *   <li>{@code says vanished}: from now on, some fields of a record that is not there make none
 *   <li>{@code stores <object> <field> trimmed|lowered|rounded n|cut n}: from now on
 *   <li>{@code makes <object> <record key> {…}}, {@code edits …} and {@code loses <object> <record
 *       key>}: what others do there at this moment; a record that is made has the fields given and
 *       no key beside them, and the id {@code rec-<record key>}
 *   <li>{@code reset}
 * </ul>
 */
public final class ScriptedVendor {
  private static final String BATCH = "batch";
  private static final String READ = "read";
  private static final String UNKNOWN_OUTCOME = "unknown_outcome";

  private final ScriptedAnswers answers = new ScriptedAnswers();
  private final ScriptedRecords records = new ScriptedRecords();
  private final Map<String, String> events = new LinkedHashMap<>();
  private final boolean dropsRepeats;
  private final Supplier<Instant> now;
  private final List<Call> calls = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private boolean forgetful;
  private boolean saysVanished;
  private volatile Runnable beforeWrite = () -> {};
  private OptionalLong callsRemaining = OptionalLong.empty();

  /** It tells repetitions of what it is asked to append by nothing. */
  public ScriptedVendor() {
    this(false, Instant::now);
  }

  /**
   * A vendor.
   *
   * @param dropsRepeats whether it appends once only what has one idempotency key
   * @param now what a record's change time is taken from
   */
  public ScriptedVendor(boolean dropsRepeats, Supplier<Instant> now) {
    this.dropsRepeats = dropsRepeats;
    this.now = now;
  }

  /**
   * One call.
   *
   * @param object which
   * @param batch what it was sent; empty for a look at the object
   * @param answer empty where none came
   * @param trouble what kept the answer: the first word told; empty text for nothing
   */
  public record Call(
      String object, Optional<Batch> batch, Optional<Answer> answer, String trouble) {
    /** Whether the destination did what it was asked for. */
    public boolean applied() {
      return batch.isPresent()
          && (answer.isPresent()
              ? answer.get() instanceof Answer.Answered
              : trouble.equals(UNKNOWN_OUTCOME));
    }
  }

  /** Tells it how to answer, or what happens there. */
  public synchronized void tell(String script) {
    String[] words = script.split(" ", 4);
    switch (words[0]) {
      case "reset" -> reset();
      case "says" -> saysVanished = true;
      case "stores" -> records.form(words[1], words[2], StoredForm.named(words[3]));
      case "makes" -> make(words[1], words[2], (ObjectNode) Changes.json(words[3]));
      case "edits" -> edit(words[1], words[2], (ObjectNode) Changes.json(words[3]));
      case "loses" -> lose(words[1], words[2]);
      default -> answers.tell(words[0], script.substring(words[0].length() + 1));
    }
  }

  private void reset() {
    answers.reset();
    saysVanished = false;
    records.forgetForms();
  }

  /** Done on the thread of each call before it is looked at, for instance to make it wait. */
  public void beforeWrite(Runnable what) {
    beforeWrite = what;
  }

  /** Allows so many more calls, and tells whoever asks how many are left. */
  public synchronized void callsRemaining(long calls) {
    callsRemaining = OptionalLong.of(calls);
  }

  synchronized OptionalLong callsRemaining() {
    return callsRemaining;
  }

  /** Keeps no records and no log from now on: every row it is sent is answered as planned. */
  public synchronized void forgetful() {
    forgetful = true;
  }

  /** What it was sent since the last look, one JSON line a change. */
  public synchronized List<String> sent() {
    return calls().stream()
        .filter(Call::applied)
        .map(call -> call.batch().orElseThrow())
        .flatMap(batch -> batch.changes().stream().map(change -> line(batch, change)))
        .toList();
  }

  /** The calls since the last look, at {@link #sent} or here. */
  public synchronized List<Call> calls() {
    List<Call> made = List.copyOf(calls);
    calls.clear();
    return made;
  }

  /** What it was asked for since the last look, one JSON line a reading. */
  public synchronized List<String> asked() {
    List<String> made = List.copyOf(asked);
    asked.clear();
    return made;
  }

  /** When the records of an object were changed last, by key as the object compares it. */
  public synchronized Map<String, Instant> changed(String object) {
    return records.changed(object);
  }

  /** The records of an object, by their key as the object compares it. */
  public synchronized Map<String, ObjectNode> records(String object) {
    return records.of(object);
  }

  /** Someone makes a record there, which has these fields and no key beside them. */
  public synchronized void make(String object, String recordKey, ObjectNode fields) {
    records.create(object, recordKey, Changes.node(), fields, now.get());
  }

  /** Someone deletes a record there. */
  public synchronized void lose(String object, String recordKey) {
    records.remove(object, recordKey);
  }

  /** Someone edits a record there, if there is one. */
  public synchronized void edit(String object, String recordKey, ObjectNode fields) {
    records.edit(object, recordKey, fields, now.get());
  }

  /** The records there are, {@code object key} each. */
  public synchronized Set<String> records() {
    return records.names();
  }

  /** What was appended, in its order: record key and fields of each. */
  public synchronized List<String> events() {
    return List.copyOf(events.values());
  }

  Answer write(Batch batch) {
    beforeWrite.run();
    return answer(batch);
  }

  private synchronized Answer answer(Batch batch) {
    if (callsRemaining.isPresent()) {
      callsRemaining = OptionalLong.of(callsRemaining.getAsLong() - 1);
    }
    if (forgetful) {
      return new Answer.Answered(
          batch.changes().stream().map(c -> asPlanned(batch.operation(), c)).toList());
    }
    Optional<RowError> poison = answers.poison(batch);
    if (poison.isPresent()) {
      return answered(batch, new Answer.Refused(poison.get()));
    }
    Optional<String> told = answers.told(BATCH).filter(t -> !t.equals("answered"));
    if (told.isPresent() && told.get().startsWith("refused ")) {
      return answered(batch, new Answer.Refused(ScriptedAnswers.error(told.get())));
    }
    if (told.isPresent() && !told.get().startsWith(UNKNOWN_OUTCOME)) {
      throw failure(batch.object(), Optional.of(batch), told.get());
    }
    Answer.Answered truth =
        new Answer.Answered(batch.changes().stream().map(c -> outcome(batch, c)).toList());
    if (told.isPresent()) {
      throw failure(batch.object(), Optional.of(batch), told.get());
    }
    return answered(batch, truth);
  }

  private Answer answered(Batch batch, Answer answer) {
    calls.add(new Call(batch.object(), Optional.of(batch), Optional.of(answer), ""));
    return answer;
  }

  private static Outcome asPlanned(Operation operation, Change change) {
    return switch (change.kind()) {
      case ADDED -> Outcome.created(change.index(), ScriptedAnswers.id(change));
      case REMOVED ->
          operation == Operation.DELETE
              ? Outcome.deleted(change.index())
              : Outcome.updated(change.index(), ScriptedAnswers.id(change));
      default -> Outcome.updated(change.index(), ScriptedAnswers.id(change));
    };
  }

  /** The records that are wanted, or the trouble it was told to have. */
  List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
    beforeWrite.run();
    synchronized (this) {
      callsRemaining.ifPresent(calls -> callsRemaining = OptionalLong.of(calls - 1));
      Optional<String> told = answers.told(READ);
      if (told.isPresent()) {
        throw failure(object, Optional.empty(), told.get());
      }
      asked.add(line(object, wanted, fields));
      return records.read(object, wanted, fields);
    }
  }

  private static String line(String object, List<Wanted> wanted, List<List<String>> fields) {
    ObjectNode line = Changes.node().put("op", READ).put("object", object);
    ArrayNode by = line.putArray("by");
    wanted.forEach(w -> w.destinationId().ifPresentOrElse(by::add, () -> by.add(w.by())));
    ArrayNode names = line.putArray("fields");
    fields.forEach(path -> names.add(String.join(".", path)));
    return line.toString();
  }

  /** Throws what a batch would meet, where that is about reaching the destination at all. */
  synchronized void failIfTold(String object) {
    Optional<String> told = answers.toCome(BATCH);
    if (told.isPresent() && told.get().matches("(unreachable|credentials|quota).*")) {
      throw failure(object, Optional.empty(), answers.told(BATCH).orElseThrow());
    }
  }

  private Outcome outcome(Batch batch, Change change) {
    Optional<String> told = answers.told(change.recordKey());
    if (told.isPresent()) {
      Outcome outcome = ScriptedAnswers.outcome(told.get(), change);
      if (outcome.status() == Outcome.Status.VANISHED) {
        records.remove(batch.object(), change);
      }
      return outcome;
    }
    return batch.operation() == Operation.APPEND
        ? append(change)
        : truth(batch.operation(), batch.object(), change);
  }

  private Outcome append(Change change) {
    String key = change.idempotencyKey() + (dropsRepeats ? "" : " " + events.size());
    events.putIfAbsent(key, change.recordKey() + " " + change.fields());
    return Outcome.created(change.index(), null);
  }

  private Outcome truth(Operation operation, String object, Change change) {
    int index = change.index();
    Optional<String> found = records.find(object, change).map(ScriptedRecords.Stored::id);
    if (operation == Operation.DELETE) {
      records.remove(object, change);
      return Outcome.deleted(index);
    }
    if (found.isEmpty()) {
      return absent(operation, object, change);
    }
    if (operation == Operation.INSERT) {
      return Outcome.exists(index, found.get());
    }
    records.update(object, change, now.get());
    return Outcome.updated(index, found.get());
  }

  /** What comes of a change whose record is not there; by an id no record can be made. */
  private Outcome absent(Operation operation, String object, Change change) {
    if (operation == Operation.UPDATE) {
      return Outcome.missing(change.index());
    }
    if (change.byId() && change.whole()) {
      return Outcome.failed(change.index(), ScriptedAnswers.GONE);
    }
    if (change.byId() || (saysVanished && change.known() && !change.whole())) {
      return Outcome.vanished(change.index(), ScriptedAnswers.GONE);
    }
    String id =
        records.create(object, change.recordKey(), change.key(), change.fields(), now.get()).id();
    return Outcome.created(change.index(), id);
  }

  static String line(Batch batch, Change change) {
    return "{\"op\":\""
        + batch.operation().name().toLowerCase(Locale.ROOT)
        + "\",\"object\":\""
        + batch.object()
        + "\",\"kind\":\""
        + change.kind().name().toLowerCase(Locale.ROOT)
        + (change.byId() ? "\",\"id\":\"" + change.destinationId().orElseThrow() : "")
        + "\",\"key\":"
        + change.key()
        + ",\"fields\":"
        + change.fields()
        + "}";
  }

  private ConnectorException failure(String object, Optional<Batch> batch, String told) {
    String[] words = told.split(" ", 2);
    calls.add(new Call(object, batch, Optional.empty(), words[0]));
    return new ConnectorException(
        ConnectorException.Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
        words.length > 1 ? words[1] : "as the case says");
  }
}
