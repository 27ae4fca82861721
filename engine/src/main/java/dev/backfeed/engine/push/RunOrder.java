package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.parser.command.FieldPolicy.Lookup;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * In what order several syncs run: those that another one waits for first (it looks up their keys,
 * or is scheduled AFTER them), then a lower {@code priority}, else as they were named. Where syncs
 * wait for each other in a circle, the first of them by priority begins.
 */
public final class RunOrder {
  private static final BigDecimal DEFAULT_PRIORITY = BigDecimal.valueOf(100);
  private final RunEnvironment environment;

  public RunOrder(RunEnvironment environment) {
    this.environment = environment;
  }

  /** The same syncs, in order. */
  public List<StoredSync> of(List<StoredSync> syncs) throws SQLException {
    if (syncs.size() < 2) {
      return syncs;
    }
    Map<String, BigDecimal> priorities = new HashMap<>();
    Map<String, Set<String>> parents = new HashMap<>();
    for (StoredSync sync : syncs) {
      priorities.put(sync.syncId(), priority(sync));
      parents.put(sync.syncId(), parents(sync, syncs));
    }
    List<StoredSync> left = new ArrayList<>(syncs);
    left.sort(Comparator.comparing(sync -> priorities.get(sync.syncId())));
    Set<String> waiting = new HashSet<>(priorities.keySet());
    List<StoredSync> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      StoredSync next =
          left.stream()
              .filter(sync -> Collections.disjoint(parents.get(sync.syncId()), waiting))
              .findFirst()
              .orElse(left.get(0));
      left.remove(next);
      waiting.remove(next.syncId());
      ordered.add(next);
    }
    return ordered;
  }

  private static Set<String> parents(StoredSync sync, List<StoredSync> syncs) {
    return syncs.stream()
        .filter(other -> waitsFor(sync, other))
        .map(StoredSync::syncId)
        .collect(Collectors.toSet());
  }

  /** Whether one has to run after the other. */
  public static boolean waitsFor(StoredSync sync, StoredSync other) {
    return !sync.syncId().equals(other.syncId())
        && (runsAfter(sync, other) || looksUp(sync, other));
  }

  private static boolean runsAfter(StoredSync sync, StoredSync other) {
    Optional<Schedule> schedule = sync.definition().schedule();
    return schedule
        .flatMap(Schedule::after)
        .map(name -> name.text().equalsIgnoreCase(other.name()))
        .orElse(false);
  }

  private static boolean looksUp(StoredSync sync, StoredSync other) {
    return sync.definition()
            .target()
            .destination()
            .folded()
            .equals(other.definition().target().destination().folded())
        && sync.definition().fields().items().stream()
            .flatMap(item -> item.policy().lookup().stream())
            .map(Lookup::object)
            .anyMatch(other.definition().target().object()::equals);
  }

  /** Of one whose options are no longer right as well: its run says what is wrong. */
  private BigDecimal priority(StoredSync sync) throws SQLException {
    try {
      return environment
          .target(sync.definition())
          .syncOptions()
          .number("priority")
          .orElse(DEFAULT_PRIORITY);
    } catch (StatementException e) {
      return DEFAULT_PRIORITY;
    }
  }
}
