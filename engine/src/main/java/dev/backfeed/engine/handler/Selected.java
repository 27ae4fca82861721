package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Selection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The syncs that a statement is about.
 *
 * @param syncs each once, as named, else by name
 * @param nothing what to say where there is none
 */
record Selected(List<StoredSync> syncs, Optional<String> nothing) {
  /**
   * Finds them.
   *
   * @throws SQLException {@code 42704} for a sync or a destination that there is not
   */
  static Selected by(Selection selection, RunEnvironment environment) throws SQLException {
    if (selection.tag().isPresent()) {
      return tagged(selection.tag().get(), environment);
    }
    if (selection.destination().isPresent()) {
      return to(environment.destinations().get(selection.destination().get()), environment);
    }
    if (selection.syncs().isEmpty()) {
      return new Selected(environment.syncs().all(), Optional.empty());
    }
    Map<String, StoredSync> byId = new LinkedHashMap<>();
    for (Name name : selection.syncs()) {
      StoredSync sync = environment.syncs().get(name);
      byId.put(sync.syncId(), sync);
    }
    return new Selected(List.copyOf(byId.values()), Optional.empty());
  }

  private static Selected to(StoredDestination destination, RunEnvironment environment)
      throws SQLException {
    List<StoredSync> syncs = environment.syncs().to(destination.name());
    return new Selected(
        syncs,
        syncs.isEmpty()
            ? Optional.of("no sync writes to destination \"" + destination.name() + "\"")
            : Optional.empty());
  }

  private static Selected tagged(String tag, RunEnvironment environment) throws SQLException {
    TreeSet<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<StoredSync> all = environment.syncs().all();
    all.forEach(sync -> known.addAll(sync.tags()));
    List<StoredSync> syncs =
        all.stream()
            .filter(sync -> sync.tags().stream().anyMatch(t -> t.equalsIgnoreCase(tag.strip())))
            .toList();
    return new Selected(
        syncs,
        syncs.isEmpty()
            ? Optional.of("no sync has the tag \"" + tag + "\"" + Nearest.hint(tag, known))
            : Optional.empty());
  }
}
