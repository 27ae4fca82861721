package dev.backfeed.engine.histories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the language page says of a sync with MATCH: its rows, the records at the destination, and
 * which of them it knows. A row is called by its number, whatever its key is at the time.
 */
final class MatchModel {
  final boolean deletes;
  final boolean sendsMail;
  final Map<Integer, Person> rows = new TreeMap<>();
  final Map<String, Held> records = new TreeMap<>();
  final Map<Integer, Known> known = new TreeMap<>();

  /**
   * New rows that a run which went wrong may have written, and none since has; where rows that
   * leave are deleted, that is remembered.
   */
  final Set<Integer> doubted = new TreeSet<>();

  boolean rekeyed;

  /** Whether the next run gives the records their new key. */
  boolean moving;

  /** A row of the query. */
  record Person(String email, String name) {}

  /**
   * A record.
   *
   * @param name its key, or what others call it
   * @param fields those that are not null
   */
  record Held(String name, Map<String, String> fields) {}

  /**
   * A record that the sync knows.
   *
   * @param live false for one whose row has left and that was kept
   */
  record Known(String id, boolean live) {}

  MatchModel(boolean deletes, boolean sendsMail) {
    this.deletes = deletes;
    this.sendsMail = sendsMail;
  }

  MatchModel copy() {
    MatchModel copy = new MatchModel(deletes, sendsMail);
    copy.rows.putAll(rows);
    copy.records.putAll(records);
    copy.known.putAll(known);
    copy.doubted.addAll(doubted);
    copy.rekeyed = rekeyed;
    copy.moving = moving;
    return copy;
  }

  String key(int row) {
    return (rekeyed ? "c" : "p") + row;
  }

  /** The row that a key stands for, the former key as well; 0 for what others call a record. */
  static int row(String key) {
    return key.matches("[pc]\\d+") ? Integer.parseInt(key.substring(1)) : 0;
  }

  /** A run that goes well; the rows that fail since their records are ambiguous. */
  Set<Integer> run() {
    boolean moves = moving;
    if (moves) {
      known.keySet().retainAll(rows.keySet());
    }
    moving = false;
    Map<String, List<String>> byMail = new HashMap<>();
    records.forEach(
        (id, held) ->
            byMail.computeIfAbsent(held.fields().get("mail"), mail -> new ArrayList<>()).add(id));
    Map<String, Integer> holders = new HashMap<>();
    known.forEach(
        (row, its) -> {
          if (its.live() && rows.containsKey(row) && has(row, its.id())) {
            holders.put(its.id(), row);
          }
        });
    Set<Integer> ambiguous = new TreeSet<>();
    rows.forEach(
        (row, person) -> {
          Known its = known.get(row);
          boolean lost = deletes && moves && doubted.contains(row);
          if (its != null && has(row, its.id())) {
            write(row, its.id());
          } else if (lost && records.containsKey(idOf("p" + row))) {
            write(row, idOf("p" + row));
          } else if (its != null && !records.containsKey(its.id())) {
            writeByKey(row);
          } else {
            List<String> found = found(person, byMail);
            if (found.isEmpty()) {
              writeByKey(row);
            } else if (found.size() > 1
                || holders.getOrDefault(found.get(0), row).intValue() != row) {
              ambiguous.add(row);
            } else {
              holders.put(found.get(0), row);
              write(row, found.get(0));
            }
          }
        });
    leave();
    doubted.retainAll(ambiguous);
    return ambiguous;
  }

  private static List<String> found(Person person, Map<String, List<String>> byMail) {
    return person.email() == null || person.email().isBlank()
        ? List.of()
        : byMail.getOrDefault(person.email(), List.of());
  }

  private boolean has(int row, String id) {
    return records.containsKey(id) && row(records.get(id).name()) == row;
  }

  private void writeByKey(int row) {
    write(row, idOf(key(row)));
  }

  /** The id of the record with this key, or that it will have. */
  String idOf(String key) {
    return records.entrySet().stream()
        .filter(record -> record.getValue().name().equals(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("rec-" + key);
  }

  /** The destination wants keys to be unique: of another record with this key nothing is left. */
  private void write(int row, String id) {
    Held before = records.get(id);
    Map<String, String> fields = new TreeMap<>(before == null ? Map.of() : before.fields());
    fields.put("name", rows.get(row).name());
    if (sendsMail) {
      fields.put("mail", rows.get(row).email());
    }
    fields.values().removeIf(Objects::isNull);
    records.values().removeIf(held -> held.name().equals(key(row)));
    records.put(id, new Held(key(row), fields));
    known.put(row, new Known(id, true));
  }

  private void leave() {
    Set<Integer> gone = new TreeSet<>(known.keySet());
    gone.addAll(deletes ? doubted : Set.of());
    gone.removeAll(rows.keySet());
    for (int row : gone) {
      if (deletes) {
        records.values().removeIf(held -> row(held.name()) == row);
        known.remove(row);
      } else {
        known.computeIfPresent(row, (n, its) -> new Known(its.id(), false));
      }
    }
  }

  /** The fields of all records by what they are called. */
  Map<String, Map<String, String>> named() {
    Map<String, Map<String, String>> named = new TreeMap<>();
    records.values().forEach(held -> named.put(held.name(), held.fields()));
    return named;
  }

  /** Keys of rows that have their record, and its id: {@code p1|rec-m1}. */
  List<String> state() {
    return known.entrySet().stream()
        .filter(e -> e.getValue().live())
        .map(e -> key(e.getKey()) + "|" + e.getValue().id())
        .toList();
  }
}
