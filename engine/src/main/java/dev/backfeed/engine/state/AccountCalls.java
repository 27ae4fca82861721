package dev.backfeed.engine.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The content of an account's row at one moment, to be edited: from when on calls may be made, what
 * is left of the vendor's quota above the reserve, and the runs that take part. Used by one thread.
 */
public final class AccountCalls {
  private static final String OWNER = "owner";
  private static final String UNTIL = "until";

  private final Seen seen;
  private final OffsetDateTime formerNextAt;
  private final Long formerBudget;
  private final ObjectNode formerRuns;
  private final Alive alive;
  private final ObjectNode runs;
  private OffsetDateTime nextAt;
  private Long budget;

  /**
   * What was read and does not change.
   *
   * @param turn how often the row was changed
   * @param now the warehouse's clock
   * @param nanos this process's clock when the answer came
   * @param runId of the run that looks
   * @param owner of its lease
   * @param life of its entry
   */
  record Seen(
      long turn, OffsetDateTime now, long nanos, String runId, String owner, Duration life) {}

  /** Whether an owner lives; null where nobody knows. */
  @FunctionalInterface
  interface Alive {
    Boolean test(JsonNode owner) throws SQLException;
  }

  AccountCalls(Seen seen, OffsetDateTime nextAt, Long budget, ObjectNode runs, Alive alive) {
    this.seen = seen;
    this.nextAt = nextAt;
    this.formerNextAt = nextAt;
    this.budget = budget;
    this.formerBudget = budget;
    this.runs = runs;
    this.formerRuns = runs.deepCopy();
    this.alive = alive;
  }

  Seen seen() {
    return seen;
  }

  OffsetDateTime nextAt() {
    return nextAt;
  }

  /** Milliseconds by the warehouse's clock. */
  public long nowMillis() {
    return seen.now().toInstant().toEpochMilli();
  }

  /**
   * Takes the next places in the row of calls.
   *
   * @param nanos how long they last together
   * @return when they begin, by this process's {@link System#nanoTime}
   */
  public long takePlaces(long nanos) {
    OffsetDateTime begin = nextAt.isAfter(seen.now()) ? nextAt : seen.now();
    nextAt = begin.plusNanos(nanos);
    return seen.nanos() + Duration.between(seen.now(), begin).toNanos();
  }

  /** Calls that may still be claimed by the runs that keep a reserve; empty for no limit. */
  public OptionalLong budget() {
    return budget == null ? OptionalLong.empty() : OptionalLong.of(budget);
  }

  public void budget(long calls) {
    budget = calls;
  }

  /** This run's entry, which it may write into. */
  public ObjectNode mine() {
    JsonNode mine = runs.get(seen.runId());
    return mine == null ? runs.putObject(seen.runId()).put(OWNER, seen.owner()) : (ObjectNode) mine;
  }

  /** The entries of the other runs that have not expired. */
  public List<JsonNode> others() {
    List<JsonNode> others = new ArrayList<>();
    runs.properties()
        .forEach(
            run -> {
              if (!run.getKey().equals(seen.runId())
                  && run.getValue().path(UNTIL).asLong() > nowMillis()) {
                others.add(run.getValue());
              }
            });
    return others;
  }

  /** Strikes out runs that are known to be dead, or have given no sign for too long. */
  public void sweep() throws SQLException {
    List<String> gone = new ArrayList<>();
    for (var run : runs.properties()) {
      boolean expired = run.getValue().path(UNTIL).asLong() <= nowMillis();
      boolean other = !run.getKey().equals(seen.runId());
      if (other && (expired || Boolean.FALSE.equals(alive.test(run.getValue().path(OWNER))))) {
        gone.add(run.getKey());
      }
    }
    runs.remove(gone);
  }

  ObjectNode runs() {
    return runs;
  }

  boolean takesPart() {
    return runs.has(seen.runId());
  }

  void renew() {
    mine().put(UNTIL, nowMillis() + seen.life().toMillis());
  }

  void leave() {
    runs.remove(seen.runId());
  }

  boolean changed() {
    return !nextAt.equals(formerNextAt)
        || !Objects.equals(budget, formerBudget)
        || !Json.write(runs).equals(Json.write(formerRuns));
  }
}
