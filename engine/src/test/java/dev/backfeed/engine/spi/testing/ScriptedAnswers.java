package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a scripted destination was told to answer. Used by one thread at a time. */
final class ScriptedAnswers {
  /** The record is gone, though nobody said so. */
  static final RowError GONE = new RowError("NOT_FOUND", "404", "the record is gone");

  private static final String ALWAYS = "always ";

  private final Map<String, Deque<String>> once = new HashMap<>();
  private final Map<String, String> always = new HashMap<>();

  void tell(String subject, String answer) {
    if (answer.startsWith(ALWAYS)) {
      always.put(subject, answer.substring(ALWAYS.length()));
    } else {
      once.computeIfAbsent(subject, s -> new ArrayDeque<>()).add(answer);
    }
  }

  void reset() {
    once.clear();
    always.clear();
  }

  /** What was told for the next occasion, which is over then. */
  Optional<String> told(String subject) {
    Deque<String> answers = once.get(subject);
    String next = answers == null ? null : answers.poll();
    return Optional.ofNullable(next == null ? always.get(subject) : next);
  }

  /** What was told for the next occasion, which is still to come. */
  Optional<String> toCome(String subject) {
    Deque<String> answers = once.get(subject);
    return Optional.ofNullable(answers == null ? always.get(subject) : answers.peek());
  }

  /** Why the batch is refused, if a row in it is poison. */
  Optional<RowError> poison(Batch batch) {
    return batch.changes().stream()
        .map(change -> always.getOrDefault(change.recordKey(), ""))
        .filter(told -> told.startsWith("poisons "))
        .map(ScriptedAnswers::error)
        .findFirst();
  }

  static Outcome outcome(String told, Change change) {
    int index = change.index();
    return switch (told.split(" ", 2)[0]) {
      case "created" -> Outcome.created(index, id(change));
      case "updated" -> Outcome.updated(index, id(change));
      case "deleted" -> Outcome.deleted(index);
      case "skipped" -> Outcome.skipped(index);
      case "missing" -> Outcome.missing(index);
      case "exists" -> Outcome.exists(index, id(change));
      case "vanished" -> Outcome.vanished(index, GONE);
      case "failed" -> Outcome.failed(index, error(told));
      default -> throw new IllegalArgumentException("cannot answer \"" + told + "\"");
    };
  }

  /** {@code … TYPE CODE message} behind the first word. */
  static RowError error(String told) {
    String[] words = told.split(" ", 4);
    return new RowError(words[1], words[2], words.length > 3 ? words[3] : "");
  }

  static String id(Change change) {
    return "rec-" + change.recordKey();
  }
}
