package dev.backfeed.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What dbt sends to a warehouse, in its order: on-run-start; for each model BEGIN, a new table
 * under a passing name, the renaming, the post-hooks, COMMIT; on-run-end, outside of a transaction.
 */
final class Dbt {
  private static final JsonMapper JSON = new JsonMapper();

  /** A node that gives a table. */
  record Model(
      String name,
      String sql,
      List<String> postHooks,
      List<String> afterCommit,
      Map<String, Object> meta,
      Map<String, Object> columns) {
    Model(String name, String sql, String... postHooks) {
      this(name, sql, List.of(postHooks), List.of(), Map.of(), Map.of());
    }

    /** The same with what its configuration's meta says under {@code backfeed}. */
    Model meta(Map<String, Object> backfeed) {
      return new Model(name, sql, postHooks, afterCommit, Map.of("backfeed", backfeed), columns);
    }

    Model afterCommit(String... hooks) {
      return new Model(name, sql, postHooks, List.of(hooks), meta, columns);
    }

    Model columns(Map<String, Object> described) {
      return new Model(name, sql, postHooks, afterCommit, meta, described);
    }

    String id() {
      return "model.shop." + name;
    }

    Map<String, Object> node() {
      Map<String, Object> node = new LinkedHashMap<>();
      node.put("resource_type", "model");
      node.put("unique_id", id());
      node.put("name", name);
      node.put("alias", name);
      node.put("schema", "analytics");
      node.put("relation_name", "\"analytics\".\"" + name + "\"");
      node.put("config", Map.of("meta", meta));
      node.put("meta", meta);
      node.put("columns", columns);
      return node;
    }
  }

  /** dbt's compilation error: what {@code exceptions.raise_compiler_error} raises. */
  @SuppressWarnings("serial")
  static final class CompilationError extends Error {
    CompilationError(String message) {
      super(message);
    }
  }

  private final String url;
  private final DbtJinja jinja;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> said = new ArrayList<>();
  private final Map<String, String> statuses = new LinkedHashMap<>();
  private final Map<String, Object> configuration = new LinkedHashMap<>();
  private String invocation = "";

  Dbt(String adapter, String url) {
    this.url = url;
    this.jinja = new DbtJinja(adapter);
  }

  Dbt with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  String invocation() {
    return invocation;
  }

  /** What was logged and warned of. */
  List<String> said() {
    return said;
  }

  /** What became of each model: success, or the error. */
  Map<String, String> statuses() {
    return statuses;
  }

  /** {@code dbt run}. */
  void run(List<String> onRunStart, List<Model> models, List<String> onRunEnd) throws SQLException {
    invocation = UUID.randomUUID().toString();
    statuses.clear();
    Map<String, Object> nodes = new LinkedHashMap<>();
    models.forEach(model -> nodes.put(model.id(), model.node()));
    Map<String, Object> graph = Map.of("nodes", nodes, "sources", Map.of());
    try (Connection connection = DriverManager.getConnection(url)) {
      for (String hook : onRunStart) {
        hook(connection, hook, operation("on-run-start", graph));
      }
    }
    List<Object> results = new ArrayList<>();
    for (Model model : models) {
      String status = build(model, graph);
      statuses.put(model.name(), status);
      results.add(
          Map.of(
              "status",
              status.equals("success") ? status : "error",
              "node",
              Map.of("unique_id", model.id())));
    }
    try (Connection connection = DriverManager.getConnection(url)) {
      Map<String, Object> values = operation("on-run-end", graph);
      values.put("results", results);
      for (String hook : onRunEnd) {
        hook(connection, hook, values);
      }
    }
  }

  private String build(Model model, Map<String, Object> graph) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      Map<String, Object> values = values(true, model.node());
      values.put("graph", graph);
      values.put("this", model.node().get("relation_name"));
      try {
        String table = "analytics." + model.name();
        execute(connection, "create schema if not exists analytics");
        execute(connection, "create table " + table + "__dbt_tmp as " + model.sql());
        execute(connection, "drop table if exists " + table);
        execute(connection, "alter table " + table + "__dbt_tmp rename to " + model.name());
        for (String hook : model.postHooks()) {
          hook(connection, hook, values);
        }
        connection.commit();
        connection.setAutoCommit(true);
        for (String hook : model.afterCommit()) {
          hook(connection, hook, values);
        }
        return "success";
      } catch (SQLException | CompilationError e) {
        connection.rollback();
        return e.getMessage();
      }
    }
  }

  private void hook(Connection connection, String hook, Map<String, Object> values)
      throws SQLException {
    String sql = render(connection, hook, values);
    if (!sql.isEmpty()) {
      execute(connection, sql);
    }
  }

  /** A text as dbt renders it, {@code run_query} on a connection. */
  String render(Connection connection, String text, Map<String, Object> values) {
    return jinja.render(
        text,
        Map.of(
            "run_query", (all, named) -> Map.of("rows", query(connection, (String) all.get(0))),
            "var", (all, named) -> all.get(1),
            "env_var", (all, named) -> environment.getOrDefault((String) all.get(0), ""),
            "tojson", (all, named) -> json(all.get(0)),
            "log", (all, named) -> said.add("log: " + all.get(0)),
            "config", (all, named) -> configured(named)),
        values);
  }

  private String configured(Map<String, Object> given) {
    configuration.putAll(given);
    return "";
  }

  /** What {@code config(…)} was given by what was rendered so far. */
  Map<String, Object> configuration() {
    return configuration;
  }

  /** What templates see in a node, or outside of one; while parsing, or later. */
  Map<String, Object> values(boolean execute, Map<String, Object> model) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("execute", execute);
    values.put("model", model);
    values.put("invocation_id", invocation);
    values.put("project_name", "shop");
    values.put("target", Map.of("name", "dev"));
    values.put(
        "exceptions",
        Map.of(
            "raise_compiler_error",
            DbtJinja.callable(
                "raise_compiler_error",
                (all, named) -> {
                  throw new CompilationError((String) all.get(0));
                }),
            "warn",
            DbtJinja.callable("warn", (all, named) -> said.add("warning: " + all.get(0)))));
    values.put("modules", Map.of("datetime", Map.of("datetime", clock())));
    return values;
  }

  private static Map<String, Object> clock() {
    Object timestamp =
        DbtJinja.callable("timestamp", (all, named) -> System.currentTimeMillis() / 1000.0);
    return Map.of("now", DbtJinja.callable("now", (all, named) -> Map.of("timestamp", timestamp)));
  }

  /** A hook of the project as a node. */
  Map<String, Object> operation(String hook, Map<String, Object> graph) {
    Map<String, Object> values =
        values(
            true,
            Map.of(
                "resource_type",
                "operation",
                "unique_id",
                "operation.shop." + hook + "-0",
                "tags",
                List.of(hook)));
    values.put("graph", graph);
    return values;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("/* {\"app\": \"dbt\"} */\n" + sql);
    }
  }

  private static List<List<Object>> query(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      List<List<Object>> rows = new ArrayList<>();
      if (statement.execute(sql)) {
        try (ResultSet results = statement.getResultSet()) {
          while (results.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
              row.add(results.getObject(i));
            }
            rows.add(row);
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new CompilationError(e.getMessage());
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
