package dev.backfeed.engine.push;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Progress;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.push.BatchSender.Delivered;
import dev.backfeed.engine.push.RecordSearch.Sought;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.engine.state.Checkpoints;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.RowAnswer;
import dev.backfeed.parser.command.OnRemove;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Carries a plan out: reads it page by page, cuts pages into batches, keeps the workers busy and
 * writes what they bring home. Workers do HTTP only; pages and checkpoints are the run's own
 * thread's. Writes go first, then removals, when every write has its answer.
 */
final class Delivery implements AutoCloseable {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Rows that wait for a worker: a checkpoint must not leave workers without any. */
  private static final int ROWS_AHEAD = 10_000;

  /** Records found by MATCH that are remembered until a checkpoint has put them into the state. */
  private static final int MOST_CLAIMS = 50_000;

  private static final Duration SHUTDOWN = Duration.ofSeconds(1);

  private final RunParts parts;
  private final BatchSender sender;
  private final ExecutorService workers;
  private final Queue<Delivered> home = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outstanding = new AtomicInteger();
  private final Thread owner = Thread.currentThread();
  private final Breaker breaker = new Breaker();
  private final BitSet orphans = new BitSet();
  private int unsettled;
  private long taken;
  private boolean interrupted;
  private Optional<Stop> stop = Optional.empty();
  private Optional<Stop> unanswered = Optional.empty();

  /**
   * What a delivery works with.
   *
   * @param pages the plan
   * @param checkpoints where answers go
   * @param intents writes down what is about to be sent, or has lost its answer
   * @param search finds records before rows are written, where that is needed
   * @param announces whether pages are announced: their calls may not be repeated
   * @param failures how many are too many
   * @param limit most rows to be sent
   * @param writeBatch rows a write
   * @param updateBatch rows a removal that clears or sets fields
   * @param removeBatch rows a deletion
   * @param concurrency calls at once
   * @param callsAFailure calls that a batch without answer has cost
   */
  record RunParts(
      String sync,
      PlanPages pages,
      Checkpoints checkpoints,
      Keeper keeper,
      RunGate gate,
      Counters counters,
      Execution execution,
      Intents intents,
      Optional<RecordSearch> search,
      boolean announces,
      Quota quota,
      FailureLimit failures,
      long limit,
      int writeBatch,
      int updateBatch,
      int removeBatch,
      int concurrency,
      int callsAFailure,
      long startedNanos) {}

  /**
   * Why the delivery ended early.
   *
   * @param reason for the notes of what is left: {@code QUOTA}, {@code BREAKER}, {@code NO_ANSWER},
   *     {@code FAILURES}
   * @param cause what happened
   */
  record Stop(String reason, RuntimeException cause) {}

  Delivery(RunParts parts, BatchSender sender) {
    this.parts = parts;
    this.sender = sender;
    this.workers =
        Executors.newFixedThreadPool(
            parts.concurrency(),
            task -> {
              Thread thread = new Thread(task, "backfeed-push");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Why it ended early, if it did; rows without an answer are then owed. */
  Optional<Stop> run() throws SQLException {
    parts.quota().keepsUp();
    deliver(false);
    if (stop.isEmpty() && parts.counters().removed > 0) {
      deliver(true);
    }
    return stop;
  }

  private void deliver(boolean removals) throws SQLException {
    long after = removals ? parts.pages().beforeRemovals() : 0;
    while (parts.pages().hasMore(after) && stop.isEmpty() && taken < parts.limit()) {
      parts.keeper().betweenPages();
      checkMayGoOn();
      List<PlannedRow> page = parts.pages().read(after, removals);
      after = PlanPages.next(after);
      if (!page.isEmpty()) {
        parts.checkpoints().reach(page.get(page.size() - 1).seq());
        checkpointIfDue();
        pushLimited(page, removals);
      }
    }
    await(0);
    checkpoint();
  }

  /** Rows that wait for another record take no other's place under the limit. */
  private void pushLimited(List<PlannedRow> page, boolean removals) throws SQLException {
    int from = 0;
    while (from < page.size() && taken < parts.limit() && stop.isEmpty()) {
      int to = (int) Math.min(page.size(), from + parts.limit() - taken);
      List<PlannedRow> some = page.subList(from, to);
      List<PlannedRow> found = parts.search().isEmpty() ? some : found(some, removals);
      if (!found.isEmpty()) {
        push(found, removals);
      }
      from = to;
    }
  }

  /** Rows that can be sent, with the records that they are about or refer to. */
  private List<PlannedRow> found(List<PlannedRow> rows, boolean removals) throws SQLException {
    RecordSearch search = parts.search().get();
    if (search.claims() > MOST_CLAIMS) {
      await(0);
      checkpoint();
      search.forgetClaims();
    }
    List<PlannedRow> toSend = new ArrayList<>();
    List<RowAnswer> answers = new ArrayList<>();
    List<Sought> looked =
        removals ? search.lookForRemovals(rows, this::read) : search.look(rows, this::read);
    for (Sought sought : looked) {
      PlannedRow row = sought.row();
      switch (sought.verdict()) {
        case SEND -> toSend.add(row);
        case FAILED -> answers.add(sender.failed(row, false, sought.why().orElseThrow()));
        case EXISTS -> answers.add(sender.exists(row));
        case PARENT_MISSING -> orphans.set((int) row.seq());
        case UNREAD -> {}
      }
    }
    taken += answers.size();
    parts.checkpoints().add(answers);
    return toSend;
  }

  /** Has workers make calls that read, and waits for them and for whatever else is under way. */
  private <T> List<T> read(List<Supplier<T>> calls) throws SQLException {
    List<CompletableFuture<T>> readings = new ArrayList<>();
    for (Supplier<T> call : calls) {
      parts.quota().topUp();
      outstanding.incrementAndGet();
      CompletableFuture<T> reading = new CompletableFuture<>();
      readings.add(reading);
      workers.execute(
          () -> {
            try {
              reading.complete(call.get());
            } catch (RuntimeException | Error e) {
              reading.completeExceptionally(e);
            }
            outstanding.decrementAndGet();
            LockSupport.unpark(owner);
          });
    }
    await(0);
    List<T> brought = new ArrayList<>();
    for (CompletableFuture<T> reading : readings) {
      try {
        brought.add(reading.join());
      } catch (CompletionException e) {
        trouble(told(e.getCause()));
      }
    }
    return brought;
  }

  private static RuntimeException told(Throwable e) {
    return e instanceof ConnectorException
            || e instanceof RunStopped
            || e instanceof SecretException
        ? (RuntimeException) e
        : new ConnectorException(
            ConnectorException.Kind.MISCONFIGURED, "the connector failed: " + e, e);
  }

  /** The numbers of rows that wait for a record that they refer to. */
  BitSet orphans() {
    return orphans;
  }

  private void push(List<PlannedRow> page, boolean removals) throws SQLException {
    taken += page.size();
    if (parts.announces()) {
      parts.execution().listener().before(Step.INTENT);
      parts.intents().announce(page);
      parts.execution().listener().after(Step.INTENT);
    }
    List<PlannedRow> toSend = new ArrayList<>();
    List<PlannedRow> toDelete = new ArrayList<>();
    List<RowAnswer> skipped = new ArrayList<>();
    for (PlannedRow row : page) {
      if (row.superseded() || row.leaving().filter(l -> l == OnRemove.KEEP).isPresent()) {
        skipped.add(sender.skipped(row));
      } else {
        (row.deletion() ? toDelete : toSend).add(row);
      }
    }
    parts.checkpoints().add(skipped);
    parts.execution().listener().before(Step.WRITE);
    submit(toSend, removals ? parts.updateBatch() : parts.writeBatch());
    submit(toDelete, parts.removeBatch());
    if (parts.announces()) {
      await(0);
    }
    parts.execution().listener().after(Step.WRITE);
    checkpointIfDue();
  }

  private void submit(List<PlannedRow> rows, int size) throws SQLException {
    for (int from = 0; from < rows.size() && stop.isEmpty(); from += size) {
      submit(List.copyOf(rows.subList(from, Math.min(from + size, rows.size()))));
    }
  }

  private void submit(List<PlannedRow> batch) throws SQLException {
    int most = Math.max(2 * parts.concurrency(), ROWS_AHEAD / batch.size());
    if (outstanding.get() >= most) {
      await(most / 2);
    } else if (unsettled >= most) {
      takeHome();
    }
    parts.quota().topUp();
    unsettled++;
    outstanding.incrementAndGet();
    workers.execute(
        () -> {
          boolean ends = bringHome(batch);
          if (outstanding.decrementAndGet() <= most / 2 || ends) {
            LockSupport.unpark(owner);
          }
        });
  }

  /**
   * The next batch may be begun before this one is looked at, so what ends the run does so here,
   * but comes home before anything that was stopped by it.
   *
   * @return whether it did
   */
  private boolean bringHome(List<PlannedRow> batch) {
    Delivered delivered = sendSafely(batch);
    home.add(delivered);
    boolean ends =
        delivered.trouble().filter(Delivery::concernsAll).isPresent()
            || parts.failures().exceededBy(delivered.answers());
    if (ends) {
      parts.gate().end();
    }
    return ends;
  }

  private static boolean concernsAll(RuntimeException trouble) {
    return !(trouble instanceof ConnectorException failure)
        || switch (failure.kind()) {
          case CREDENTIALS, MISCONFIGURED, THROTTLED -> true;
          case QUOTA, UNREACHABLE, UNKNOWN_OUTCOME -> false;
        };
  }

  /** Whatever a connector throws must come home, or the run would wait for it for ever. */
  private Delivered sendSafely(List<PlannedRow> batch) {
    try {
      return sender.send(batch);
    } catch (SecretException e) {
      return new Delivered(List.of(), Optional.of(e), List.of());
    } catch (RuntimeException | Error e) {
      return new Delivered(List.of(), Optional.of(told(e)), batch);
    }
  }

  /** Returns when at most so many batches are with the workers; the others are settled. */
  private void await(int most) throws SQLException {
    while (outstanding.get() > most) {
      parts.quota().topUp();
      LockSupport.parkNanos(POLL_NANOS);
      takeHome();
    }
    takeHome();
  }

  private void takeHome() throws SQLException {
    for (Delivered delivered = home.poll(); delivered != null; delivered = home.poll()) {
      unsettled--;
      settle(delivered);
    }
    checkpointIfDue();
    if (Thread.interrupted()) {
      // Calls in flight bring their answers all the same; close() passes the interrupt on.
      interrupted = true;
      stop(new Stop("CANCELLED", new RunStopped(RunStopped.Reason.CANCELLED, "interrupted")));
    }
  }

  private void settle(Delivered delivered) throws SQLException {
    if (!delivered.doubtful().isEmpty()) {
      parts.intents().doubt(delivered.doubtful());
    }
    parts.checkpoints().add(delivered.answers());
    boolean answered = !delivered.answers().isEmpty();
    if (answered) {
      breaker.count(false, 1);
    }
    delivered.trouble().ifPresent(this::trouble);
    parts
        .failures()
        .verdict(parts.counters(), false)
        .ifPresent(exceeded -> stop(new Stop("FAILURES", exceeded)));
    progress(false);
  }

  private void trouble(RuntimeException trouble) {
    if (trouble instanceof RunStopped stopped) {
      stop(new Stop(stopped.reason().name(), stopped));
    } else if (trouble instanceof ConnectorException failure) {
      switch (failure.kind()) {
        case CREDENTIALS, MISCONFIGURED -> stop(new Stop(failure.kind().name(), failure));
        // Other workers may hold calls that the day still has: they go on.
        case QUOTA -> note(new Stop("QUOTA", failure));
        case THROTTLED -> stop(new Stop("QUOTA", failure));
        case UNREACHABLE, UNKNOWN_OUTCOME -> {
          unanswered = Optional.of(new Stop("NO_ANSWER", failure));
          breaker.count(true, parts.callsAFailure());
          if (breaker.open()) {
            stop(new Stop("BREAKER", failure));
          }
        }
      }
    } else {
      stop(new Stop("SECRET", trouble));
    }
  }

  /** The last batch that got no answer though the run went on. */
  Optional<Stop> unanswered() {
    return unanswered;
  }

  /** What waits for a worker is owed: refused credentials, say, must not be tried once more. */
  private void stop(Stop why) {
    note(why);
    parts.gate().end();
  }

  private void note(Stop why) {
    if (stop.isEmpty()) {
      stop = Optional.of(why);
    }
  }

  private void checkMayGoOn() {
    try {
      parts.gate().check();
    } catch (RunStopped e) {
      stop(new Stop(e.reason().name(), e));
    }
  }

  private void checkpointIfDue() throws SQLException {
    if (parts.checkpoints().due()) {
      checkpoint();
    }
  }

  private void checkpoint() throws SQLException {
    parts.execution().listener().before(Step.CHECKPOINT);
    parts.checkpoints().write();
    parts.execution().listener().after(Step.CHECKPOINT);
    progress(false);
  }

  void progress(boolean finished) {
    Counters counters = parts.counters();
    parts
        .execution()
        .listener()
        .progress(
            new Progress(
                parts.sync(),
                Math.min(counters.planned(), parts.limit()),
                counters.answered(),
                counters.failed,
                parts.gate().calls(),
                (System.nanoTime() - parts.startedNanos()) / 1_000_000,
                finished));
  }

  /** Returns when no call is in flight any more: the lease may be given back only then. */
  @Override
  public void close() {
    parts.gate().end();
    workers.shutdownNow();
    try {
      long most = parts.gate().callTimeout().plus(SHUTDOWN).toMillis();
      if (!workers.awaitTermination(most, TimeUnit.MILLISECONDS)) {
        // A connector that heeds neither interrupts nor its time-out cannot be waited for.
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
