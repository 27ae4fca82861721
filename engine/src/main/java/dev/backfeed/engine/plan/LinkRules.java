package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncOptions;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.warehouse.DiffSpec.Links;
import dev.backfeed.engine.warehouse.DiffSpec.Lookup;
import dev.backfeed.engine.warehouse.DiffSpec.Parent;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What MATCH and LOOKUP of a definition mean in the query's columns and in the states there are.
 */
public final class LinkRules {
  private final Mapping mapping;
  private final StoredSync sync;
  private final Syncs syncs;

  LinkRules(Mapping mapping, StoredSync sync, Syncs syncs) {
    this.mapping = mapping;
    this.sync = sync;
    this.syncs = syncs;
  }

  Links links() throws SQLException {
    List<Lookup> lookups = new ArrayList<>();
    for (MappedColumn field : sync.fields()) {
      if (field.policy().lookup().isPresent()) {
        lookups.add(lookup(field, field.policy().lookup().get()));
      }
    }
    return new Links(mapping.match(), lookups);
  }

  private Lookup lookup(MappedColumn field, FieldPolicy.Lookup lookup) throws SQLException {
    List<Parent> parents = new ArrayList<>();
    for (StoredSync parent : parents(syncs, sync.definition().target().destination(), lookup)) {
      parents.add(new Parent(parent.stateTable(), parent.keys().get(0), zone(parent.definition())));
    }
    return new Lookup(field.stored(), lookup.object(), lookup.field().path(), parents);
  }

  private static String zone(SyncDefinition definition) {
    return SyncOptions.text(definition, "time_zone").orElse("UTC");
  }

  /** The syncs whose states know the ids of an object's records by that field. */
  public static List<StoredSync> parents(Syncs syncs, Name destination, FieldPolicy.Lookup lookup)
      throws SQLException {
    return syncs.to(destination.text()).stream()
        .filter(s -> !s.definition().mode().appends())
        .filter(s -> s.definition().target().object().equalsIgnoreCase(lookup.object()))
        .filter(s -> s.keys().size() == 1)
        .filter(s -> s.keys().get(0).field().equalsIgnoreCase(lookup.field().text()))
        .toList();
  }
}
