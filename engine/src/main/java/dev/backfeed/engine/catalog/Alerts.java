package dev.backfeed.engine.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table {@code alerts}. Names are compared without case. */
public final class Alerts {
  private final Warehouse warehouse;
  private final Schema schema;

  public Alerts(Warehouse warehouse, Schema schema) {
    this.warehouse = warehouse;
    this.schema = schema;
  }

  /** The alert of that name. */
  public Optional<StoredAlert> find(String name) throws SQLException {
    return all().stream().filter(alert -> alert.name().equalsIgnoreCase(name)).findFirst();
  }

  /**
   * The alert of that name.
   *
   * @throws StatementException {@code 42704} with the nearest name
   */
  public StoredAlert get(Name name) throws SQLException {
    Optional<StoredAlert> found = find(name.text());
    if (found.isPresent()) {
      return found.get();
    }
    String hint = Nearest.hint(name.text(), all().stream().map(StoredAlert::name).toList());
    throw new StatementException(
        SqlState.UNDEFINED_OBJECT,
        "there is no alert \""
            + name
            + "\""
            + (hint.isEmpty() ? ": make it with CREATE SYNC ALERT, or see SHOW SYNC ALERTS" : hint),
        name.position());
  }

  /** All of them by name. */
  public List<StoredAlert> all() throws SQLException {
    return schema.exists()
        ? warehouse.query(
            Sql.of(
                "SELECT alert_id, name, on_sync, conditions, notify, updated_at FROM {} ORDER BY"
                    + " lower(name)",
                table()),
            Alerts::read)
        : List.of();
  }

  /** The names of those that tell a destination. */
  public List<String> telling(String destination) throws SQLException {
    return all().stream()
        .filter(
            alert ->
                alert.targets().stream()
                    .anyMatch(t -> t.destination().equalsIgnoreCase(destination)))
        .map(StoredAlert::name)
        .toList();
  }

  /** Adds one; the name must be free. */
  public void insert(StoredAlert alert) throws SQLException {
    warehouse.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, {}, {}, CURRENT_USER, {})",
            table(),
            Sql.bind(alert.alertId()),
            Sql.bind(alert.name()),
            Sql.bind(alert.definition()),
            onSync(alert),
            conditions(alert),
            targets(alert),
            Sql.bind(alert.updatedAt()),
            Sql.bind(alert.updatedAt())));
  }

  /** Replaces the one with that id. */
  public void update(StoredAlert alert) throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET name = {}, definition = {}, on_sync = {}, conditions = {}, notify = {},"
                + " updated_at = {} WHERE alert_id = {}",
            table(),
            Sql.bind(alert.name()),
            Sql.bind(alert.definition()),
            onSync(alert),
            conditions(alert),
            targets(alert),
            Sql.bind(alert.updatedAt()),
            Sql.bind(alert.alertId())));
  }

  /** The sync that some watch has another name. */
  public void renamed(String from, String to) throws SQLException {
    if (from.equals(to)) {
      return;
    }
    for (StoredAlert alert : all()) {
      if (alert.onSync().filter(from::equalsIgnoreCase).isPresent()) {
        update(alert.onSync(to));
      }
    }
  }

  /** Deletes it; what it has found stays. */
  public void delete(StoredAlert alert) throws SQLException {
    warehouse.run(Sql.of("DELETE FROM {} WHERE alert_id = {}", table(), Sql.bind(alert.alertId())));
  }

  private Sql table() {
    return warehouse.table("alerts");
  }

  private static Sql onSync(StoredAlert alert) {
    return Sql.of("CAST({} AS VARCHAR)", Sql.bind(alert.onSync().orElse(null)));
  }

  private Sql conditions(StoredAlert alert) {
    ArrayNode all = Json.object().arrayNode();
    for (AlertCondition condition : alert.conditions()) {
      ObjectNode node = all.addObject();
      node.put("condition", condition.toString());
      node.put("kind", condition.kind().name());
      node.put("amount", condition.amount());
      condition.unit().ifPresent(unit -> node.put("unit", unit.name()));
      node.put("rows", condition.rows());
    }
    return warehouse.dialect().toJson(Sql.bind(Json.write(all)));
  }

  private Sql targets(StoredAlert alert) {
    ArrayNode all = Json.object().arrayNode();
    alert
        .targets()
        .forEach(
            t -> all.addObject().put("destination", t.destination()).put("object", t.object()));
    return warehouse.dialect().toJson(Sql.bind(Json.write(all)));
  }

  private static StoredAlert read(ResultSet row) throws SQLException {
    List<AlertCondition> conditions = new ArrayList<>();
    for (JsonNode node : Json.read(row.getString(4))) {
      conditions.add(
          new AlertCondition(
              AlertCondition.Kind.valueOf(node.path("kind").asText()),
              node.path("amount").asLong(),
              node.hasNonNull("unit")
                  ? Optional.of(AlertCondition.Unit.valueOf(node.path("unit").asText()))
                  : Optional.empty(),
              node.path("rows").asLong(),
              null));
    }
    List<StoredAlert.Target> targets = new ArrayList<>();
    for (JsonNode node : Json.read(row.getString(5))) {
      targets.add(
          new StoredAlert.Target(node.path("destination").asText(), node.path("object").asText()));
    }
    return new StoredAlert(
        row.getString(1),
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        conditions,
        targets,
        row.getObject(6, OffsetDateTime.class));
  }
}
