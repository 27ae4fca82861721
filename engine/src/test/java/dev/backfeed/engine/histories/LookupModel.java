package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Firms and people as the tables have them, and what is known of them after each run. Where a call
 * was lost or a process died, whatever may be the case is fine until a good run says.
 */
final class LookupModel {
  private static final String MISSING = "MISSING";
  private static final String AMBIGUOUS = "AMBIGUOUS";

  final boolean deletesFirms;
  final boolean deletesPeople;
  final Map<String, String> firms = new TreeMap<>();
  final Map<String, Person> people = new TreeMap<>();

  /** People whose records others have deleted, until they are sent whole. */
  final Set<String> disturbed = new TreeSet<>();

  /** The firms' records. */
  Map<String, ObjectNode> companies = Map.of();

  private final Set<String> knownFirms = new TreeSet<>();
  private final Set<String> unsureFirms = new TreeSet<>();
  private final Map<String, Person> known = new TreeMap<>();
  private final Set<String> unsure = new TreeSet<>();
  private final Set<String> retried = new TreeSet<>();
  private final Map<String, String> links = new HashMap<>();

  /**
   * A row.
   *
   * @param firm that it refers to; may be null
   */
  record Person(String firm, String name) {}

  /**
   * What was noted of people.
   *
   * @param missing those whose parents are missing
   * @param ambiguous those that have failed, having several
   */
  record Notes(Set<String> missing, Set<String> ambiguous) {}

  LookupModel(boolean deletesFirms, boolean deletesPeople) {
    this.deletesFirms = deletesFirms;
    this.deletesPeople = deletesPeople;
  }

  /** Takes what came of a run of the firms; it has no status if it died. */
  void firmsRan(List<Call> calls, String status, boolean good) {
    for (Call call : of("companies", calls)) {
      Batch batch = call.batch().orElseThrow();
      for (Change change : batch.changes()) {
        String key = change.recordKey();
        Outcome.Status outcome = status == null ? null : outcome(call, change);
        if (batch.operation() == Operation.DELETE) {
          assertThat(firms).as("firms that left").doesNotContainKey(key);
        } else {
          assertThat(change.fields().path("name").asText()).isEqualTo(firms.get(key));
        }
        if (outcome == Outcome.Status.CREATED || outcome == Outcome.Status.UPDATED) {
          knownFirms.add(key);
          unsureFirms.remove(key);
        } else if (outcome == Outcome.Status.DELETED) {
          knownFirms.remove(key);
          unsureFirms.remove(key);
        } else if (call.applied()) {
          unsureFirms.add(key);
        }
      }
    }
    if (good) {
      knownFirms.clear();
      knownFirms.addAll(firms.keySet());
      unsureFirms.clear();
    } else {
      knownFirms.stream().filter(key -> !firms.containsKey(key)).forEach(unsureFirms::add);
    }
  }

  /** Takes what came of a run of the people; {@code changes}: of what differs alone. */
  void peopleRan(List<Call> calls, String status, boolean good, boolean changes, Notes notes) {
    Set<String> before = new TreeSet<>(unsure);
    before.addAll(retried);
    before.addAll(disturbed);
    Map<String, Person> state = new TreeMap<>(known);
    Set<String> sent = new TreeSet<>();
    for (Call call : of("contacts", calls)) {
      Batch batch = call.batch().orElseThrow();
      for (Change change : batch.changes()) {
        sent.add(change.recordKey());
        right(batch.operation(), change);
        take(call, change, status == null ? null : outcome(call, change));
      }
    }
    if (!good) {
      known.keySet().stream().filter(key -> !people.containsKey(key)).forEach(unsure::add);
      return;
    }
    people.forEach(
        (key, person) -> {
          Person was = before.contains(key) ? null : state.get(key);
          if (!before.contains(key)) {
            sure(key, was, sent.contains(key), changes, notes);
          }
          if (notes.missing().contains(key)) {
            assertThat(fitting(person.firm())).as("parents of " + key).contains(MISSING);
          } else if (!notes.ambiguous().contains(key)) {
            assertThat(known.containsKey(key) || unsure.contains(key)).as(key + " known").isTrue();
            known.put(key, person);
          }
        });
    assertThat(people.keySet()).as("people").containsAll(notes.missing());
    known.keySet().retainAll(people.keySet());
    unsure.retainAll(notes.missing());
    retried.clear();
  }

  /** A row of which all was known before a good run. */
  private void sure(String key, Person was, boolean sent, boolean changes, Notes notes) {
    Person person = people.get(key);
    Set<String> fitting = fitting(person.firm());
    boolean same = Objects.equals(was, person);
    if (same && changes) {
      assertThat(sent).as(key + " is sent again").isFalse();
      assertThat(notes.missing()).as("owed").doesNotContain(key);
      return;
    }
    boolean refers = !changes || was == null || !Objects.equals(was.firm(), person.firm());
    if (refers && fitting.equals(Set.of(MISSING))) {
      assertThat(sent).as(key + " is sent without its parent").isFalse();
      assertThat(notes.missing()).as("owed").contains(key);
    } else if (refers && fitting.equals(Set.of(AMBIGUOUS))) {
      assertThat(sent).as(key + " is sent with one of several parents").isFalse();
      assertThat(notes.ambiguous()).as("failed").contains(key);
    } else if (!refers || fitting.size() == 1) {
      assertThat(sent).as(key + " is sent").isTrue();
      assertThat(notes.missing()).as("owed").doesNotContain(key);
    }
  }

  /** A call says what the row says, and refers to the record that the row names. */
  private void right(Operation operation, Change change) {
    String key = change.recordKey();
    Person person = people.get(key);
    if (operation == Operation.DELETE) {
      assertThat(person).as(key + " is deleted").isNull();
      return;
    }
    assertThat(person).as(key + " is sent").isNotNull();
    if (change.fields().has("name")) {
      assertThat(change.fields().get("name").asText()).isEqualTo(person.name());
    }
    if (change.fields().has("firm_id")) {
      assertThat(fitting(person.firm()))
          .as("what " + key + " may refer to")
          .contains(link(change.fields()));
    }
  }

  private void take(Call call, Change change, Outcome.Status outcome) {
    String key = change.recordKey();
    boolean whole = change.fields().has("firm_id") && change.fields().has("name");
    if (outcome == Outcome.Status.DELETED) {
      known.remove(key);
      unsure.remove(key);
      links.remove(key);
      disturbed.remove(key);
    } else if (outcome == Outcome.Status.CREATED || outcome == Outcome.Status.UPDATED) {
      known.put(key, people.get(key));
      if (change.fields().has("firm_id")) {
        links.put(key, link(change.fields()));
      }
      if (whole) {
        unsure.remove(key);
        disturbed.remove(key);
      }
    } else if (call.applied() && outcome == null) {
      unsure.add(key);
    } else if (outcome == Outcome.Status.FAILED) {
      retried.add(key);
    }
  }

  /** What is known of, is there as it was sent last. */
  void atRecords(Map<String, ObjectNode> contacts) {
    known.forEach(
        (key, person) -> {
          if (!unsure.contains(key) && !disturbed.contains(key) && !retried.contains(key)) {
            assertThat(contacts).containsKey(key);
            assertThat(contacts.get(key).path("name").asText()).isEqualTo(person.name());
            assertThat(link(contacts.get(key))).as("firm of " + key).isEqualTo(links.get(key));
          }
        });
  }

  /** All is sent whole that can be; the rest is owed or has failed. */
  void atEnd(Map<String, ObjectNode> contacts) {
    people.forEach(
        (key, person) -> {
          Set<String> fitting = fitting(person.firm());
          assertThat(fitting).as("what " + key + " refers to").hasSize(1);
          if (!fitting.contains(MISSING) && !fitting.contains(AMBIGUOUS)) {
            assertThat(contacts).containsKey(key);
            assertThat(contacts.get(key).path("name").asText()).isEqualTo(person.name());
            assertThat(link(contacts.get(key))).as("firm of " + key).isIn(fitting);
          }
        });
    if (deletesPeople) {
      assertThat(people.keySet()).as("people").containsAll(contacts.keySet());
    }
    if (deletesFirms) {
      Set<String> ours = new TreeSet<>(companies.keySet());
      ours.removeIf(key -> key.startsWith("made"));
      assertThat(ours).as("firms").isEqualTo(firms.keySet());
    }
  }

  /** What a call may refer to for a firm, or why there is none: the state's word counts first. */
  private Set<String> fitting(String firm) {
    if (firm == null) {
      return Set.of("null");
    }
    Set<String> fitting = new TreeSet<>();
    if (knownFirms.contains(firm) || unsureFirms.contains(firm)) {
      fitting.add("rec-" + firm);
    }
    if (!knownFirms.contains(firm) || unsureFirms.contains(firm)) {
      Set<String> found = new TreeSet<>();
      companies.forEach(
          (name, fields) -> {
            if ((name.startsWith("made") ? fields.path("ext").asText() : name).equals(firm)) {
              found.add("rec-" + name);
            }
          });
      fitting.add(
          switch (found.size()) {
            case 0 -> MISSING;
            case 1 -> found.iterator().next();
            default -> AMBIGUOUS;
          });
    }
    return fitting;
  }

  private static String link(ObjectNode fields) {
    JsonNode link = fields.path("firm_id");
    return link.isMissingNode() ? "nothing" : link.asText();
  }

  private static List<Call> of(String object, List<Call> calls) {
    return calls.stream()
        .filter(call -> call.object().equals(object) && call.batch().isPresent())
        .toList();
  }

  /** What was answered for a change; null where nobody knows. */
  private static Outcome.Status outcome(Call call, Change change) {
    if (call.answer().isEmpty()) {
      return null;
    }
    return call.answer().get() instanceof Answer.Answered answered
        ? answered.outcomes().get(change.index()).status()
        : Outcome.Status.FAILED;
  }
}
