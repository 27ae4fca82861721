package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.CheckedOptions;
import dev.backfeed.engine.catalog.Durations;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.state.AccountRow;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A destination that was opened under a lease: rate, calls at once and quota of its account bind
 * every call that passes the gate. Used by the run's own thread.
 */
final class OpenedDestination implements AutoCloseable {
  private final RunEnvironment environment;
  private final SyncTarget target;
  private final Keeper keeper;
  private final RunGate gate;
  private final Destination destination;
  private final AccountRow account;
  private final AccountLimits limits;
  private Optional<Quota> quota = Optional.empty();

  private OpenedDestination(
      RunEnvironment environment,
      SyncTarget target,
      Lease lease,
      Keeper keeper,
      RunGate gate,
      Destination destination) {
    this.environment = environment;
    this.target = target;
    this.keeper = keeper;
    this.gate = gate;
    this.destination = destination;
    this.account = new AccountRow(keeper, lease, destination.account(), callTimeout(target));
    this.limits = limits();
  }

  /** Opens the destination of a sync. */
  static OpenedDestination open(
      RunEnvironment environment, SyncTarget target, Lease lease, Keeper keeper, RunGate gate)
      throws SQLException {
    Destination destination =
        environment.open(target.destination(), target.connector(), target.options(), gate);
    OpenedDestination opened =
        new OpenedDestination(environment, target, lease, keeper, gate, destination);
    gate.limitedBy(opened.limits);
    keeper.alsoLook(
        () -> {
          opened.account.look();
          opened.limits.look();
        });
    return opened;
  }

  /** How long one call may take. */
  static Duration callTimeout(SyncTarget target) {
    return target.options().duration("timeout").orElseThrow();
  }

  /** A whole number among the options. */
  static OptionalInt number(CheckedOptions options, String name) {
    return options.number(name).map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty());
  }

  Destination destination() {
    return destination;
  }

  /** Claims calls of the day, which are given back when this is closed if they were not made. */
  Quota claim() throws SQLException {
    OptionalLong perDay =
        target
            .options()
            .number("max_calls_per_day")
            .map(n -> OptionalLong.of(n.longValue()))
            .orElse(OptionalLong.empty());
    Optional<AccountRow> shared =
        keeper.hasOwnConnection() ? Optional.of(account) : Optional.empty();
    Quota claimed =
        new Quota(
            environment.work(),
            environment.clock(),
            gate,
            destination.account(),
            perDay,
            new Reserve(shared, ceiling()));
    quota = Optional.of(claimed);
    claimed.topUp();
    return claimed;
  }

  /** Only what somebody has set is shared, and paid for. */
  private AccountLimits limits() {
    Optional<Double> perSecond =
        target
            .options()
            .number("max_calls_per_second")
            .map(BigDecimal::doubleValue)
            .or(() -> target.manifest().callsPerSecond())
            .filter(n -> n > 0);
    OptionalInt atOnce = number(target.options(), "max_concurrency");
    boolean shared = keeper.hasOwnConnection();
    return new AccountLimits(
        perSecond.map(
            n ->
                new CallPlaces(
                    shared
                        ? nanos -> account.change(calls -> calls.takePlaces(nanos))
                        : CallPlaces.alone(),
                    n)),
        shared && atOnce.isPresent()
            ? Optional.of(new CallSlots(account, atOnce.getAsInt()))
            : Optional.empty());
  }

  /** What {@code reserve} leaves of the vendor's own remaining calls. */
  private OptionalLong ceiling() {
    Optional<BigDecimal> reserve = target.options().text("reserve").flatMap(Durations::percent);
    if (reserve.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong remaining = destination.callsRemaining();
    return remaining.isEmpty()
        ? remaining
        : OptionalLong.of(
            BigDecimal.ONE
                .subtract(reserve.get())
                .multiply(BigDecimal.valueOf(remaining.getAsLong()))
                .longValue());
  }

  @Override
  public void close() {
    try {
      if (quota.isPresent()) {
        quota.get().giveBack();
      }
    } finally {
      limits.close();
      account.close();
      destination.close();
    }
  }
}
