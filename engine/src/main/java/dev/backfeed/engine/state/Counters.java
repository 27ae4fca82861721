package dev.backfeed.engine.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counts of one run, as the language page names them; all in rows but the last two. Used by the
 * run's own thread only.
 */
public final class Counters {
  /** The columns of {@code sync_runs}, in their order. */
  public static final List<String> NAMES =
      List.of(
          "selected",
          "unchanged",
          "added",
          "changed",
          "removed",
          "resent",
          "created",
          "updated",
          "deleted",
          "skipped",
          "rejected",
          "failed",
          "deferred",
          "api_calls",
          "retries");

  public long selected;
  public long unchanged;
  public long added;
  public long changed;
  public long removed;
  public long resent;
  public long created;
  public long updated;
  public long deleted;
  public long skipped;
  public long rejected;
  public long failed;
  public long deferred;
  public long apiCalls;
  public long retries;

  /** Reads what a plan has counted, and the calls that it took, from columns named so. */
  static Counters planned(ResultSet row) throws SQLException {
    Counters read = new Counters();
    read.selected = row.getLong("selected");
    read.unchanged = row.getLong("unchanged");
    read.added = row.getLong("added");
    read.changed = row.getLong("changed");
    read.removed = row.getLong("removed");
    read.resent = row.getLong("resent");
    read.rejected = row.getLong("rejected");
    read.apiCalls = row.getLong("api_calls");
    read.retries = row.getLong("retries");
    return read;
  }

  /** The values in the order of {@link #NAMES}. */
  public List<Long> values() {
    return List.of(
        selected, unchanged, added, changed, removed, resent, created, updated, deleted, skipped,
        rejected, failed, deferred, apiCalls, retries);
  }

  /** The values by name. */
  public Map<String, Long> byName() {
    Map<String, Long> byName = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      byName.put(NAMES.get(i), values().get(i));
    }
    return byName;
  }

  /**
   * Counts answers.
   *
   * @param outcome as the log has it
   */
  public void count(String outcome, long rows) {
    switch (outcome) {
      case "created" -> created += rows;
      case "updated" -> updated += rows;
      case "deleted" -> deleted += rows;
      case "skipped" -> skipped += rows;
      case "failed" -> failed += rows;
      default -> throw new IllegalArgumentException("no outcome " + outcome);
    }
  }

  /** Sets the counts of answers back to none. */
  public void forgetAnswers() {
    created = 0;
    updated = 0;
    deleted = 0;
    skipped = 0;
    failed = 0;
  }

  /** Nothing is to be sent of what was planned: it counts as unchanged. */
  public void takeForUnchanged() {
    unchanged = selected - rejected;
    added = 0;
    changed = 0;
    removed = 0;
    resent = 0;
  }

  /** Rows that were to be sent. */
  public long planned() {
    return added + changed + removed + resent;
  }

  /** Rows that have an answer. */
  public long answered() {
    return acknowledged() + skipped + failed;
  }

  /** Rows the destination took. */
  public long acknowledged() {
    return created + updated + deleted;
  }

  /** What does not add up, if anything. */
  public Optional<String> imbalance() {
    if (selected != unchanged + added + changed + rejected) {
      return Optional.of(
          "selected %d is not unchanged %d + added %d + changed %d + rejected %d"
              .formatted(selected, unchanged, added, changed, rejected));
    }
    if (planned() != answered() + deferred) {
      return Optional.of(
          "added %d + changed %d + removed %d + resent %d is not created %d + updated %d"
              .concat(" + deleted %d + skipped %d + failed %d + deferred %d")
              .formatted(
                  added, changed, removed, resent, created, updated, deleted, skipped, failed,
                  deferred));
    }
    return Optional.empty();
  }
}
