package dev.backfeed.driver.agent;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.AgentDesk.Answer;
import dev.backfeed.parser.command.SqlState;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a statement gave, as the answer to a request: {@code {"rows": [{…}], "warnings": ["…"]}}, or
 * {@code {"update_count": n, "warnings": […]}}.
 */
final class Answers {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern RUN = Pattern.compile("\\(run ([0-9a-z]{26})\\)");

  /** States that say that the request itself makes no sense here. */
  private static final Set<String> REFUSED =
      Set.of(SqlState.SYNTAX, SqlState.NOT_ALLOWED, SqlState.UNDEFINED_OBJECT);

  private Answers() {}

  /** The answer to a statement that was executed. */
  static Answer of(Statement statement, boolean hasRows) throws SQLException {
    ObjectNode result = JSON.createObjectNode();
    Set<String> statuses = new LinkedHashSet<>();
    Optional<String> runId = Optional.empty();
    if (hasRows) {
      try (ResultSet rows = statement.getResultSet()) {
        ArrayNode array = result.putArray("rows");
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
          ObjectNode row = array.addObject();
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            put(row, columns.getColumnLabel(i), rows.getObject(i));
          }
          Optional.ofNullable(row.get("status")).ifPresent(s -> statuses.add(s.asText()));
          runId =
              Optional.ofNullable(row.get("run_id"))
                  .filter(id -> !id.isNull())
                  .map(id -> id.asText());
        }
      }
    } else {
      result.put("update_count", statement.getUpdateCount());
    }
    ArrayNode warnings = result.putArray("warnings");
    for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
      warnings.add(w.getMessage());
    }
    return new Answer(
        status(statuses), runId, Optional.of(result.toString()), troubles(statuses, warnings));
  }

  /** The answer to a statement that failed. */
  static Answer of(SQLException e) {
    String message = String.valueOf(e.getMessage());
    Matcher run = RUN.matcher(message);
    return new Answer(
        REFUSED.contains(String.valueOf(e.getSQLState())) ? "refused" : "failed",
        run.find() ? Optional.of(run.group(1)) : Optional.empty(),
        Optional.empty(),
        Optional.of(e.getSQLState() + ": " + message));
  }

  /** The worst that befell one of the runs. */
  private static String status(Set<String> statuses) {
    if (statuses.contains("failed") || statuses.contains("blocked")) {
      return "failed";
    }
    return statuses.stream().allMatch(s -> s.equals("succeeded") || s.equals("dry_run"))
        ? "succeeded"
        : "partial";
  }

  private static Optional<String> troubles(Set<String> statuses, ArrayNode warnings) {
    if (status(statuses).equals("succeeded") || warnings.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    warnings.forEach(w -> text.append(text.isEmpty() ? "" : "; ").append(w.asText()));
    return Optional.of(text.toString());
  }

  private static void put(ObjectNode row, String name, Object value) {
    if (value instanceof Long number) {
      row.put(name, number);
    } else if (value instanceof Boolean flag) {
      row.put(name, flag);
    } else {
      row.put(name, value == null ? null : value.toString());
    }
  }
}
