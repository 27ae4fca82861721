package dev.backfeed.engine;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What agents share in a warehouse: who of them lives, and which due run or request is whose.
 * Several agents may use one warehouse; each task is taken by exactly one, and by another one when
 * its agent has shown no sign of life for {@link #PATIENCE_SECONDS}. Not safe for several threads.
 */
public interface AgentDesk {
  /** An agent that was not seen for this long, by the warehouse's clock, is taken for dead. */
  int PATIENCE_SECONDS = 15;

  /** Something to be done once. */
  sealed interface Task {
    /** What its runs are told. */
    Trigger trigger();

    /** Whether another agent has had it before, and died or handed it back. */
    boolean again();
  }

  /**
   * A row of {@code requests}.
   *
   * @param id its id
   * @param statement as it was written, not looked at yet
   */
  record Request(String id, String statement, Trigger trigger, boolean again) implements Task {}

  /**
   * A scheduled run.
   *
   * @param syncId the sync
   * @param sync its name
   * @param turn which taking of this sync's schedule it is
   * @param dueAt since when it is due
   * @param open how long its window is still open: then the run has to stop
   */
  record Due(
      String syncId,
      String sync,
      long turn,
      Instant dueAt,
      Optional<Duration> open,
      Trigger trigger,
      boolean again)
      implements Task {}

  /**
   * What became of a request.
   *
   * @param status {@code succeeded, partial, failed, refused}
   * @param runId the run, where there was one
   * @param result JSON, what the statement gave
   * @param error why it did not succeed
   */
  record Answer(
      String status, Optional<String> runId, Optional<String> result, Optional<String> error) {}

  /**
   * Makes our schema where it is missing and signs in.
   *
   * @throws SQLException what the warehouse says; {@code XB005} if the schema is newer
   */
  void enter(String host, long pid, String version) throws SQLException;

  /** A sign of life, for every few seconds. */
  void beat() throws SQLException;

  /** Signs out. */
  void leave() throws SQLException;

  /**
   * Takes requests, the oldest first.
   *
   * @param urgent only those that stop something: PAUSE and CANCEL
   */
  List<Request> takeRequests(int most, boolean urgent) throws SQLException;

  /** Takes due runs: parents and lower {@code priority} first. */
  List<Due> takeDue(int most) throws SQLException;

  /**
   * The run that an agent before has brought to an end for this task, though it did not get to say
   * so; empty where there is none.
   */
  Optional<Answer> settled(Task task) throws SQLException;

  /** The task is done. Does nothing if it was taken over meanwhile. */
  void done(Task task, Answer answer) throws SQLException;

  /** The task is left to whoever comes, this agent included. */
  void handBack(Task task) throws SQLException;

  /** Gives up requests older than an hour that nobody took; how many. */
  long expire() throws SQLException;

  /** Deletes what the settings say is kept no longer. */
  void retain() throws SQLException;

  /**
   * Looks at what the alerts ask for and tells whom they name: for every few seconds, and not on
   * the thread that takes tasks, since destinations are called.
   *
   * @param stopped asked between calls, whether to begin no more
   */
  void watch(BooleanSupplier stopped) throws SQLException;

  /** Numbers about the warehouse, for monitoring. */
  List<Gauge> gauges() throws SQLException;

  /**
   * A number at this moment.
   *
   * @param metric in snake case, without a prefix
   * @param label what the number is broken down by
   * @param of which of these
   */
  record Gauge(String metric, String label, String of, double value) {}
}
