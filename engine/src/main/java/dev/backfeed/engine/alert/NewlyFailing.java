package dev.backfeed.engine.alert;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows that fail, or are rejected, since a certain run.
 *
 * @param rows how many
 * @param codes how many of each error, the most frequent first
 */
record NewlyFailing(long rows, Map<String, Long> codes) {
  static final NewlyFailing NONE = new NewlyFailing(0, Map.of());
  private static final int MOST_CODES = 3;

  /** Those of a run that still do. */
  static NewlyFailing since(Warehouse work, String syncId, String runId) throws SQLException {
    Map<String, Long> codes = new LinkedHashMap<>();
    work.query(
        Sql.of(
            """
            SELECT COALESCE(NULLIF(error_code, ''), error_type, reason) AS code, COUNT(*) AS n
            FROM {} WHERE sync_id = {} AND run_id = {} AND reason IN ('FAILED', 'REJECTED')
            GROUP BY COALESCE(NULLIF(error_code, ''), error_type, reason) ORDER BY n DESC, code""",
            work.table("row_notes"),
            Sql.literal(syncId),
            Sql.literal(runId)),
        row -> codes.put(row.getString(1), row.getLong(2)));
    return new NewlyFailing(codes.values().stream().mapToLong(Long::longValue).sum(), codes);
  }

  @Override
  public String toString() {
    String most =
        codes.entrySet().stream()
            .limit(MOST_CODES)
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
    return "%d %s newly failing: %s%s"
        .formatted(rows, rows == 1 ? "row" : "rows", most, codes.size() > MOST_CODES ? " …" : "");
  }
}
