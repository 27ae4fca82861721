package dev.backfeed.engine.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code destinations}. Names are compared without case. */
public final class Destinations {
  private static final Sql COLUMNS = Sql.of("name, type, options, tags, paused");
  private final Warehouse warehouse;
  private final Schema schema;

  public Destinations(Warehouse warehouse, Schema schema) {
    this.warehouse = warehouse;
    this.schema = schema;
  }

  /** The destination of that name. */
  public Optional<StoredDestination> find(String name) throws SQLException {
    return schema.exists()
        ? warehouse.queryOne(
            Sql.of(
                "SELECT {} FROM {} WHERE lower(name) = lower({})",
                COLUMNS,
                table(),
                Sql.bind(name)),
            Destinations::read)
        : Optional.empty();
  }

  /**
   * The destination of that name.
   *
   * @throws StatementException {@code 42704} with the nearest name
   */
  public StoredDestination get(Name name) throws SQLException {
    Optional<StoredDestination> found = find(name.text());
    if (found.isPresent()) {
      return found.get();
    }
    List<String> names = all().stream().map(StoredDestination::name).toList();
    String hint = Nearest.hint(name.text(), names);
    throw new StatementException(
        SqlState.UNDEFINED_OBJECT,
        "there is no destination \""
            + name
            + "\""
            + (hint.isEmpty()
                ? ": make it with CREATE DESTINATION, or see SHOW DESTINATIONS"
                : hint),
        name.position());
  }

  /** All of them by name. */
  public List<StoredDestination> all() throws SQLException {
    return schema.exists()
        ? warehouse.query(
            Sql.of("SELECT {} FROM {} ORDER BY lower(name)", COLUMNS, table()), Destinations::read)
        : List.of();
  }

  /** Adds one; the name must be free. */
  public void insert(StoredDestination d, OffsetDateTime now) throws SQLException {
    warehouse.run(
        Sql.of(
            "INSERT INTO {} (name, type, options, tags, paused, max_calls_per_day, cost_per_call,"
                + " created_at, created_by, updated_at) VALUES ({}, {}, {}, {}, FALSE, {}, {}, {},"
                + " CURRENT_USER, {})",
            table(),
            Sql.bind(d.name()),
            Sql.bind(d.type()),
            options(d),
            Sql.bind(d.tags()),
            Sql.bind(number(d, "max_calls_per_day").map(BigDecimal::longValue).orElse(null)),
            Sql.bind(number(d, "cost_per_call").map(BigDecimal::doubleValue).orElse(null)),
            Sql.bind(now),
            Sql.bind(now)));
  }

  /** Replaces type, options and tags of the one with that name. */
  public void update(StoredDestination d, OffsetDateTime now) throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET name = {}, type = {}, options = {}, tags = {}, max_calls_per_day = {},"
                + " cost_per_call = {}, updated_at = {} WHERE lower(name) = lower({})",
            table(),
            Sql.bind(d.name()),
            Sql.bind(d.type()),
            options(d),
            Sql.bind(d.tags()),
            Sql.bind(number(d, "max_calls_per_day").map(BigDecimal::longValue).orElse(null)),
            Sql.bind(number(d, "cost_per_call").map(BigDecimal::doubleValue).orElse(null)),
            Sql.bind(now),
            Sql.bind(d.name())));
  }

  /**
   * Sets the flag that runs look at. Whoever is about to take the lease of a sync to it comes
   * before or after: the control rows are written, though nothing in them changes.
   */
  public void setPaused(StoredDestination d, boolean paused) throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET paused = {} WHERE lower(name) = lower({})",
            table(),
            Sql.bind(paused),
            Sql.bind(d.name())));
    warehouse.run(
        Sql.of(
            "UPDATE {} SET paused = paused WHERE sync_id IN (SELECT s.sync_id FROM {} s WHERE"
                + " lower(s.destination) = lower({}))",
            warehouse.table("control"),
            warehouse.table("syncs"),
            Sql.bind(d.name())));
  }

  /** Deletes it, with the records of its sandbox. */
  public void delete(String name) throws SQLException {
    warehouse.run(Sql.of("DELETE FROM {} WHERE lower(name) = lower({})", table(), Sql.bind(name)));
    warehouse.run(
        Sql.of(
            "DELETE FROM {} WHERE lower(destination) = lower({})",
            warehouse.table("sandbox_records"),
            Sql.bind(name)));
  }

  private Sql table() {
    return warehouse.table("destinations");
  }

  private Sql options(StoredDestination d) {
    ObjectNode json = Json.object();
    d.options()
        .forEach(
            (name, value) -> {
              if (value instanceof OptionValue.Text t) {
                json.put(name, t.value());
              } else if (value instanceof OptionValue.Numeric n) {
                json.put(name, n.value());
              } else if (value instanceof OptionValue.Flag f) {
                json.put(name, f.value());
              } else if (value instanceof OptionValue.Secret s) {
                json.putObject(name).put("secret", s.reference());
              }
            });
    return warehouse.dialect().toJson(Sql.bind(Json.write(json)));
  }

  private static Optional<BigDecimal> number(StoredDestination d, String option) {
    return Optional.ofNullable(d.options().get(option))
        .map(value -> ((OptionValue.Numeric) value).value());
  }

  private static StoredDestination read(ResultSet row) throws SQLException {
    Map<String, OptionValue> options = new LinkedHashMap<>();
    Json.read(row.getString(3))
        .properties()
        .forEach(e -> options.put(e.getKey(), value(e.getValue())));
    return new StoredDestination(
        row.getString(1), row.getString(2), options, row.getString(4), row.getBoolean(5));
  }

  private static OptionValue value(JsonNode node) {
    if (node.isObject()) {
      return new OptionValue.Secret(node.path("secret").asText());
    }
    if (node.isBoolean()) {
      return new OptionValue.Flag(node.asBoolean());
    }
    return node.isNumber()
        ? new OptionValue.Numeric(node.decimalValue())
        : new OptionValue.Text(node.asText());
  }
}
