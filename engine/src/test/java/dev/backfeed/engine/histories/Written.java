package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Forecast.Op;
import java.util.Map;
import java.util.Set;

/**
 * What a run has made of a record.
 *
 * @param before mapped fields that were written, as they were
 * @param after the same, as they were written
 * @param beside names of fields that were written and are not mapped
 */
record Written(
    String key,
    Op op,
    String outcome,
    Map<String, Object> before,
    Map<String, Object> after,
    Set<String> beside) {
  boolean leftBehind() {
    return op == Op.REMOVED && outcome.equals("updated");
  }

  boolean deletes() {
    return op == Op.REMOVED && !leftBehind();
  }

  boolean wrote(String field) {
    return after.containsKey(field) || beside.contains(field);
  }
}
