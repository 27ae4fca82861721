package dev.backfeed.engine.push;

import dev.backfeed.engine.push.MatchSearch.Matched;
import dev.backfeed.engine.push.ParentSearch.Unlinked;
import dev.backfeed.engine.push.ParentSearch.Value;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.RowError;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds records before rows are written: those that are there under a former key (REKEY FROM),
 * those that their fields refer to (LOOKUP), and those of keys that are not known (MATCH). Calls
 * are made by workers; what they bring decides the run's own thread, row by row in push order, so
 * that a record goes to the first key that matches it. Used by that thread only.
 */
final class RecordSearch {
  private final Optional<FormerSearch> former;
  private final Optional<ParentSearch> parents;
  private final Optional<MatchSearch> matches;
  private final boolean once;
  private final PlanPages pages;
  private final Map<String, String> claimed = new HashMap<>();

  /**
   * A search.
   *
   * @param once whether a record that is found is left alone
   * @param pages tell which key a record belongs to
   */
  RecordSearch(
      Optional<FormerSearch> former,
      Optional<ParentSearch> parents,
      Optional<MatchSearch> matches,
      boolean once,
      PlanPages pages) {
    this.former = former;
    this.parents = parents;
    this.matches = matches;
    this.once = once;
    this.pages = pages;
  }

  /** Makes calls that read, and gives what each of them brought; nothing of those that failed. */
  @FunctionalInterface
  interface Readings {
    <T> List<T> of(List<Supplier<T>> calls) throws SQLException;
  }

  /** What becomes of a row. */
  enum Verdict {
    SEND,
    /** It has its answer already. */
    FAILED,
    /** There is a record, and it is left alone. */
    EXISTS,
    /** A record that it refers to is not there. */
    PARENT_MISSING,
    /** Its records could not be looked for. */
    UNREAD
  }

  /**
   * A row that was looked at.
   *
   * @param why it is not sent
   */
  record Sought(PlannedRow row, Verdict verdict, Optional<RowError> why) {
    private static Sought sent(PlannedRow row) {
      return new Sought(row, Verdict.SEND, Optional.empty());
    }

    private static Sought not(PlannedRow row, Verdict verdict, String message) {
      String type = verdict == Verdict.PARENT_MISSING ? verdict.name() : "AMBIGUOUS_KEY";
      return new Sought(row, verdict, Optional.of(new RowError(type, null, message)));
    }

    private static Sought unread(PlannedRow row) {
      return new Sought(row, Verdict.UNREAD, Optional.empty());
    }
  }

  /** How many records this run has found so far for keys that {@link #forgetClaims} is about. */
  int claims() {
    return claimed.size();
  }

  /** Every record that was found is in the state now, or its row has failed. */
  void forgetClaims() {
    claimed.clear();
  }

  /** Whether nothing is looked for. */
  boolean idle() {
    return former.isEmpty() && parents.isEmpty() && matches.isEmpty();
  }

  /** Looks for the records of rows that are removals; the same rows in the same order. */
  List<Sought> lookForRemovals(List<PlannedRow> rows, Readings readings) throws SQLException {
    return moved(rows.stream().map(Sought::sent).toList(), readings);
  }

  /** Looks for the records of rows that are not removals; the same rows in the same order. */
  List<Sought> look(List<PlannedRow> rows, Readings readings) throws SQLException {
    List<Sought> sought = rows.stream().map(Sought::sent).toList();
    if (parents.isPresent()) {
      sought = linked(rows, readings);
    }
    sought = moved(sought, readings);
    return matches.isPresent() ? matched(sought, readings) : sought;
  }

  private List<Sought> linked(List<PlannedRow> rows, Readings readings) throws SQLException {
    ParentSearch search = parents.get();
    rows.forEach(search::linkAsPlanned);
    Map<Value, List<String>> read = new HashMap<>();
    readings.of(search.readings(rows)).forEach(read::putAll);
    List<Sought> sought = new ArrayList<>();
    for (PlannedRow row : rows) {
      sought.add(
          search
              .link(row, row.sent(), read)
              .map(unlinked -> unlinked(row, unlinked))
              .orElseGet(() -> Sought.sent(row)));
    }
    return sought;
  }

  private static Sought unlinked(PlannedRow row, Unlinked unlinked) {
    if (unlinked.ids() == null) {
      return Sought.unread(row);
    }
    String by = unlinked.lookup().object() + " by " + String.join(".", unlinked.lookup().path());
    return unlinked.ids().isEmpty()
        ? Sought.not(row, Verdict.PARENT_MISSING, "LOOKUP " + by + " finds no record")
        : Sought.not(row, Verdict.FAILED, several("LOOKUP " + by, unlinked.ids()));
  }

  private static String several(String what, Iterable<String> ids) {
    return what + " finds several records: " + String.join(", ", ids);
  }

  private List<Sought> moved(List<Sought> sought, Readings readings) throws SQLException {
    List<PlannedRow> unknown =
        sought.stream()
            .filter(s -> s.verdict() == Verdict.SEND)
            .map(Sought::row)
            .filter(row -> former.isPresent() && former.get().concerns(row))
            .toList();
    if (unknown.isEmpty()) {
      return sought;
    }
    Map<Long, Set<String>> found = new HashMap<>();
    readings.of(former.get().readings(unknown)).forEach(found::putAll);
    Set<String> ids = new HashSet<>();
    found.values().forEach(ids::addAll);
    Map<String, String> holders = pages.holders(ids);
    List<Sought> decided = new ArrayList<>();
    for (Sought each : sought) {
      boolean concerned = each.verdict() == Verdict.SEND && former.get().concerns(each.row());
      decided.add(concerned ? moved(each.row(), found.get(each.row().seq()), holders) : each);
    }
    return decided;
  }

  /** Records that have come to the key since belong to others. */
  private Sought moved(PlannedRow row, Set<String> found, Map<String, String> holders) {
    if (found == null) {
      return Sought.unread(row);
    }
    List<String> free =
        found.stream()
            .filter(id -> holders.getOrDefault(id, row.recordKey()).equals(row.recordKey()))
            .filter(id -> claimed.getOrDefault(id, row.recordKey()).equals(row.recordKey()))
            .toList();
    if (free.size() > 1) {
      return Sought.not(row, Verdict.FAILED, several("the former key", free));
    }
    if (free.isEmpty()) {
      boolean known = row.kind() != Change.Kind.ADDED && !row.removal();
      return Sought.sent(known ? row.lost(FieldLetters.sent(row.content().letters(), true)) : row);
    }
    claimed.put(free.get(0), row.recordKey());
    return Sought.sent(row.matched(free.get(0)));
  }

  private List<Sought> matched(List<Sought> sought, Readings readings) throws SQLException {
    MatchSearch search = matches.get();
    List<PlannedRow> unknown =
        sought.stream().filter(s -> isSought(s, search)).map(Sought::row).toList();
    Map<Long, Matched> found = new HashMap<>();
    readings.of(search.readings(unknown)).forEach(found::putAll);
    Set<String> ids = new HashSet<>();
    found.values().stream()
        .filter(matched -> matched.ids().size() == 1)
        .forEach(matched -> ids.addAll(matched.ids()));
    Map<String, String> holders = once ? Map.of() : pages.holders(ids);
    List<Sought> decided = new ArrayList<>();
    for (Sought each : sought) {
      decided.add(
          isSought(each, search)
              ? matched(each.row(), found.get(each.row().seq()), holders)
              : each);
    }
    return decided;
  }

  private static boolean isSought(Sought sought, MatchSearch search) {
    return sought.verdict() == Verdict.SEND
        && !sought.row().byId()
        && search.concerns(sought.row());
  }

  private Sought matched(PlannedRow row, Matched found, Map<String, String> holders) {
    if (found == null) {
      return Sought.unread(row);
    }
    if (found.ids().isEmpty()) {
      return Sought.sent(row);
    }
    if (found.ids().size() > 1) {
      return Sought.not(row, Verdict.FAILED, several("MATCH by " + found.fields(), found.ids()));
    }
    String id = found.ids().iterator().next();
    if (once) {
      return new Sought(row.matched(id), Verdict.EXISTS, Optional.empty());
    }
    String holder = holders.containsKey(id) ? holders.get(id) : claimed.get(id);
    if (holder != null && !holder.equals(row.recordKey())) {
      return Sought.not(
          row,
          Verdict.FAILED,
          "MATCH by "
              + found.fields()
              + " finds record "
              + id
              + ", which belongs to key "
              + holder);
    }
    claimed.put(id, row.recordKey());
    return Sought.sent(row.matched(id));
  }
}
