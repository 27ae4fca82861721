package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.warehouse.DiffSpec.Flag;
import dev.backfeed.engine.warehouse.DiffSpec.KeyColumn;
import dev.backfeed.engine.warehouse.DiffSpec.Leaving;
import dev.backfeed.engine.warehouse.DiffSpec.Rules;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a definition says of rows beside the comparison of their fields, in the state's columns. */
final class RowRules {
  private final StoredSync sync;
  private final SyncTarget target;
  private final List<QueryColumn> query;
  private final OffsetDateTime now;
  private final LinkRules links;

  RowRules(
      StoredSync sync,
      SyncTarget target,
      List<QueryColumn> query,
      OffsetDateTime now,
      LinkRules links) {
    this.sync = sync;
    this.target = target;
    this.query = query;
    this.now = now;
    this.links = links;
  }

  Rules rules() throws SQLException {
    SyncDefinition definition = sync.definition();
    Optional<OffsetDateTime> recheck =
        definition.mode() == Mode.UPDATE
            ? target.syncOptions().duration("recheck_missing").map(now::minus)
            : Optional.empty();
    return new Rules(
        definition.mode() == Mode.INSERT,
        recheck,
        leaving(definition.onRemove().orElse(Removal.of(definition.removal()))),
        definition.deleteWhen().map(d -> new Flag(d.condition().text(), leaving(d.how()))),
        !definition.onReturn().isEmpty(),
        times(),
        links.links());
  }

  private SortedMap<String, KeyColumn> times() throws SQLException {
    SortedMap<String, KeyColumn> times = new TreeMap<>();
    for (MappedColumn field : sync.fields()) {
      if (field.policy().latestBy().isPresent()) {
        QueryColumn column =
            QueryColumn.find(query, field.policy().latestBy().get(), "KEEP LATEST BY");
        times.put(field.stored(), new KeyColumn(column.name(), column.type()));
      }
    }
    return times;
  }

  private Leaving leaving(Removal removal) {
    Map<String, Optional<String>> mapped = new HashMap<>();
    for (Assignment assignment : removal.set()) {
      column(assignment)
          .ifPresent(c -> mapped.put(c.stored(), assignment.value().map(RowRules::text)));
    }
    return new Leaving(removal.what(), mapped);
  }

  private Optional<MappedColumn> column(Assignment assignment) {
    List<String> path = assignment.field().path();
    return sync.fields().stream()
        .filter(f -> f.path().equals(path))
        .findFirst()
        .or(
            () ->
                sync.fields().stream()
                    .filter(
                        f -> String.join(".", f.path()).equalsIgnoreCase(String.join(".", path)))
                    .findFirst());
  }

  static String text(OptionValue value) {
    if (value instanceof OptionValue.Text text) {
      return text.value();
    }
    if (value instanceof OptionValue.Numeric number) {
      return number.value().toPlainString();
    }
    return value instanceof OptionValue.Flag flag ? Boolean.toString(flag.value()) : "";
  }
}
