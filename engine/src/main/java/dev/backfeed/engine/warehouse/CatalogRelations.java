package dev.backfeed.engine.warehouse;

import dev.backfeed.parser.command.Relations;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names in queries, looked up in the warehouse's own catalog. */
public final class CatalogRelations implements Relations {
  private final Warehouse warehouse;

  public CatalogRelations(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * Where a relation lies.
   *
   * @param definition null for a table, and for a view that cannot be read
   */
  private record Place(
      boolean view, String database, String schema, String name, String definition) {}

  @Override
  public Relation find(List<String> name, List<String> within) throws SQLException {
    Map<Place, List<String>> found = new LinkedHashMap<>();
    warehouse.query(
        warehouse.dialect().relations(name, full(within)),
        row -> found.computeIfAbsent(place(row), p -> new ArrayList<>()).add(row.getString(6)));
    String shown = String.join(".", name);
    if (found.size() != 1) {
      return new Unreadable(
          found.isEmpty()
              ? "no table or view " + shown + " is found"
              : "several relations are called " + shown);
    }
    Place place = found.keySet().iterator().next();
    List<String> columns = found.get(place);
    if (!place.view) {
      return new Stored(path(place), columns);
    }
    return place.definition == null
        ? new Unreadable("the definition of view " + shown + " cannot be read")
        : new View(path(place), columns, place.definition);
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(
        row.getString(1).equals("view"),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5));
  }

  /** Without the database where it is that of the connection's URL. */
  private List<String> path(Place place) {
    boolean home = warehouse.database().isEmpty() || warehouse.database().equals(place.database);
    return home
        ? List.of(place.schema, place.name)
        : List.of(place.database, place.schema, place.name);
  }

  private List<String> full(List<String> path) {
    if (path.size() != 2) {
      return path;
    }
    List<String> full = new ArrayList<>(path);
    full.add(0, warehouse.database());
    return full;
  }

  @Override
  public Set<String> userFunctions() throws SQLException {
    return new HashSet<>(
        warehouse.query(warehouse.dialect().userFunctions(), row -> row.getString(1)));
  }
}
