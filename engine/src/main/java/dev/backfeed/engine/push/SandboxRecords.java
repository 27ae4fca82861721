package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The table {@code sandbox_records} as a sandbox sees it, through a connection of its own that is
 * opened when first used. One call at a time.
 */
final class SandboxRecords implements RecordStore, AutoCloseable {
  /** Opens the connection. */
  @FunctionalInterface
  interface Source {
    Warehouse open() throws SQLException;
  }

  private final Source source;
  private final String destination;
  private Warehouse warehouse;

  SandboxRecords(Source source, String destination) {
    this.source = source;
    this.destination = destination;
  }

  /** This store, its connection opened. */
  synchronized RecordStore opened() {
    try {
      if (warehouse == null) {
        warehouse = source.open();
      }
      return this;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public synchronized List<Stored> findByKey(String object, Collection<String> keys) {
    return find(object, Sql.of("key"), keys);
  }

  @Override
  public synchronized List<Stored> findById(String object, Collection<String> ids) {
    return find(object, Sql.of("id"), ids);
  }

  @Override
  public synchronized List<Stored> all(String object) {
    return query(ofObject(object));
  }

  @Override
  public synchronized void put(String object, Collection<Stored> records) {
    if (records.isEmpty()) {
      return;
    }
    ArrayNode rows = Json.object().arrayNode();
    for (Stored stored : records) {
      ObjectNode row = rows.addObject();
      row.put("id", stored.id());
      row.put("key", stored.key());
      row.put("record", Json.write(stored.record()));
    }
    try {
      warehouse.transaction(
          () -> {
            warehouse.run(deletion(object, records.stream().map(Stored::id).toList()));
            warehouse.run(
                Sql.of(
                    "INSERT INTO {} SELECT {}, {}, x.id, x.key, {} FROM {} x",
                    table(),
                    Sql.bind(destination),
                    Sql.bind(object),
                    warehouse.dialect().toJson(Sql.of("x.record")),
                    warehouse
                        .dialect()
                        .jsonRows(Sql.bind(Json.write(rows)), List.of("id", "key", "record"))));
            return null;
          });
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public synchronized void delete(String object, Collection<String> ids) {
    try {
      if (!ids.isEmpty()) {
        warehouse.run(deletion(object, ids));
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public synchronized long count(String object) {
    try {
      return warehouse.number(
          Sql.of("SELECT COUNT(*) FROM {} WHERE {}", table(), ofObject(object)));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private List<Stored> find(String object, Sql column, Collection<String> values) {
    return values.isEmpty()
        ? List.of()
        : query(Sql.of("{} AND {} IN ({})", ofObject(object), column, binds(values)));
  }

  private List<Stored> query(Sql condition) {
    try {
      return warehouse.query(
          Sql.of("SELECT id, key, record FROM {} WHERE {}", table(), condition),
          row ->
              new Stored(
                  row.getString(1), row.getString(2), (ObjectNode) Json.read(row.getString(3))));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private Sql deletion(String object, Collection<String> ids) {
    return Sql.of("DELETE FROM {} WHERE {} AND id IN ({})", table(), ofObject(object), binds(ids));
  }

  private static Sql binds(Collection<String> values) {
    List<Sql> binds = new ArrayList<>();
    values.forEach(value -> binds.add(Sql.bind(value)));
    return Sql.join(", ", binds);
  }

  private Sql ofObject(String object) {
    return Sql.of("destination = {} AND object = {}", Sql.bind(destination), Sql.bind(object));
  }

  private Sql table() {
    return warehouse.table("sandbox_records");
  }

  private static ConnectorException failed(SQLException e) {
    return new ConnectorException(
        ConnectorException.Kind.UNREACHABLE, "the sandbox's records: " + e.getMessage(), e);
  }

  @Override
  public synchronized void close() {
    try {
      if (warehouse != null) {
        warehouse.connection().close();
        warehouse = null;
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }
}
