package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The far side of a scripted destination: remembers which records there are, logs every change it
 * is sent and answers as told, else truthfully. Safe for several threads.
 *
 * <p>It can be told, each time for the next occasion only ({@code always} before the answer: until
 * {@code reset}):
 *
 * <ul>
 *   <li>{@code <record key> created|updated|deleted|skipped|vanished}
 *   <li>{@code <record key> failed TYPE CODE message}
 *   <li>{@code <record key> poisons TYPE CODE message}: a batch of several with it is refused,
 *       alone it fails
 *   <li>{@code batch refused TYPE CODE message}
 *   <li>{@code batch answered}: as if nothing had been said, so that a later batch is meant
 *   <li>{@code batch unreachable|credentials|throttled|quota|misconfigured message}: nothing is
 *       applied
 *   <li>{@code batch unknown_outcome message}: everything is applied and the answer lost
 *   <li>{@code says vanished}: from now on, some fields of a record that is not there make none
 *   <li>{@code reset}
 * </ul>
 */
public final class ScriptedVendor {
  private static final String ALWAYS = "always ";
  private static final String BATCH = "batch";
  private static final String UNKNOWN_OUTCOME = "unknown_outcome";

  private final Map<String, Deque<String>> once = new HashMap<>();
  private final Map<String, String> always = new HashMap<>();
  private final Map<String, Stored> records = new TreeMap<>();
  private final Map<String, String> events = new LinkedHashMap<>();
  private final boolean dropsRepeats;
  private final List<Call> calls = new ArrayList<>();
  private boolean forgetful;
  private boolean saysVanished;
  private volatile Runnable beforeWrite = () -> {};
  private OptionalLong callsRemaining = OptionalLong.empty();

  /** It tells repetitions of what it is asked to append by nothing. */
  public ScriptedVendor() {
    this(false);
  }

  /**
   * A vendor.
   *
   * @param dropsRepeats whether it appends once only what has one idempotency key
   */
  public ScriptedVendor(boolean dropsRepeats) {
    this.dropsRepeats = dropsRepeats;
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

  private record Stored(String id, ObjectNode fields) {}

  /** Tells it how to answer. */
  public synchronized void tell(String script) {
    if (script.equals("reset")) {
      once.clear();
      always.clear();
      saysVanished = false;
      return;
    }
    if (script.equals("says vanished")) {
      saysVanished = true;
      return;
    }
    int blank = script.indexOf(' ');
    String subject = script.substring(0, blank);
    String answer = script.substring(blank + 1);
    if (answer.startsWith(ALWAYS)) {
      always.put(subject, answer.substring(ALWAYS.length()));
    } else {
      once.computeIfAbsent(subject, s -> new ArrayDeque<>()).add(answer);
    }
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

  /** The records of an object, by their key as the object compares it. */
  public synchronized Map<String, ObjectNode> records(String object) {
    Map<String, ObjectNode> held = new TreeMap<>();
    records.forEach(
        (record, stored) -> {
          if (record.startsWith(object + " ")) {
            held.put(record.substring(object.length() + 1), stored.fields().deepCopy());
          }
        });
    return held;
  }

  /** Someone deletes a record there. */
  public synchronized void lose(String object, String recordKey) {
    records.remove(record(object, recordKey));
  }

  /** Someone edits a record there, if there is one. */
  public synchronized void edit(String object, String recordKey, ObjectNode fields) {
    Stored stored = records.get(record(object, recordKey));
    if (stored != null) {
      stored.fields().setAll(fields);
    }
  }

  /** The records there are, {@code object key} each. */
  public synchronized Set<String> records() {
    return new TreeSet<>(records.keySet());
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
      return new Answer.Answered(batch.changes().stream().map(ScriptedVendor::asPlanned).toList());
    }
    Optional<String> poison = poison(batch);
    if (poison.isPresent()) {
      return answered(batch, new Answer.Refused(error(poison.get())));
    }
    Optional<String> told = told(BATCH).filter(t -> !t.equals("answered"));
    if (told.isPresent() && told.get().startsWith("refused ")) {
      return answered(batch, new Answer.Refused(error(told.get())));
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

  private Optional<String> poison(Batch batch) {
    return batch.changes().stream()
        .map(change -> always.getOrDefault(change.recordKey(), ""))
        .filter(told -> told.startsWith("poisons "))
        .findFirst();
  }

  private static Outcome asPlanned(Change change) {
    return switch (change.kind()) {
      case ADDED -> Outcome.created(change.index(), id(change));
      case REMOVED -> Outcome.deleted(change.index());
      default -> Outcome.updated(change.index(), id(change));
    };
  }

  /** Throws what a batch would meet, where that is about reaching the destination at all. */
  synchronized void failIfTold(String object) {
    String told = once.containsKey(BATCH) ? once.get(BATCH).peek() : always.get(BATCH);
    if (told != null && told.matches("(unreachable|credentials|quota).*")) {
      throw failure(object, Optional.empty(), told(BATCH).orElseThrow());
    }
  }

  private Outcome outcome(Batch batch, Change change) {
    String record = record(batch.object(), change.recordKey());
    Optional<String> told = told(change.recordKey());
    if (told.isEmpty()) {
      return truth(batch.operation(), change, record);
    }
    int index = change.index();
    String word = told.get().split(" ", 2)[0];
    return switch (word) {
      case "created" -> Outcome.created(index, id(change));
      case "updated" -> Outcome.updated(index, id(change));
      case "deleted" -> Outcome.deleted(index);
      case "skipped" -> Outcome.skipped(index);
      case "vanished" -> vanished(index, record);
      case "failed" -> Outcome.failed(index, error(told.get()));
      default -> throw new IllegalArgumentException("cannot answer \"" + told.get() + "\"");
    };
  }

  private Outcome truth(Operation operation, Change change, String record) {
    int index = change.index();
    if (operation == Operation.APPEND) {
      String key = change.idempotencyKey() + (dropsRepeats ? "" : " " + events.size());
      events.putIfAbsent(key, change.recordKey() + " " + change.fields());
      return Outcome.created(index, null);
    }
    Stored stored = records.get(record);
    if (operation == Operation.DELETE) {
      records.remove(record);
      return Outcome.deleted(index);
    }
    if (stored != null) {
      stored.fields().setAll(change.fields());
      return Outcome.updated(index, stored.id());
    }
    if (operation == Operation.UPDATE) {
      return Outcome.skipped(index);
    }
    if (saysVanished && change.known() && !change.whole()) {
      return vanished(index, record);
    }
    records.put(record, new Stored(id(change), change.fields().deepCopy()));
    return Outcome.created(index, id(change));
  }

  private Outcome vanished(int index, String record) {
    records.remove(record);
    return Outcome.vanished(index, new RowError("NOT_FOUND", "404", "the record is gone"));
  }

  private Optional<String> told(String subject) {
    Deque<String> answers = once.get(subject);
    String next = answers == null ? null : answers.poll();
    return Optional.ofNullable(next == null ? always.get(subject) : next);
  }

  private static String line(Batch batch, Change change) {
    return "{\"op\":\""
        + batch.operation().name().toLowerCase(Locale.ROOT)
        + "\",\"object\":\""
        + batch.object()
        + "\",\"kind\":\""
        + change.kind().name().toLowerCase(Locale.ROOT)
        + "\",\"key\":"
        + change.key()
        + ",\"fields\":"
        + change.fields()
        + "}";
  }

  private static String id(Change change) {
    return "rec-" + change.recordKey();
  }

  /** {@code … TYPE CODE message} behind the first word. */
  private static RowError error(String told) {
    String[] words = told.split(" ", 4);
    return new RowError(words[1], words[2], words.length > 3 ? words[3] : "");
  }

  private ConnectorException failure(String object, Optional<Batch> batch, String told) {
    String[] words = told.split(" ", 2);
    calls.add(new Call(object, batch, Optional.empty(), words[0]));
    return new ConnectorException(
        ConnectorException.Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
        words.length > 1 ? words[1] : "as the case says");
  }

  /** Objects that begin with {@code Folded} compare their keys without case. */
  private static String record(String object, String recordKey) {
    String key = object.startsWith("Folded") ? recordKey.toLowerCase(Locale.ROOT) : recordKey;
    return object + " " + key;
  }
}
