package dev.backfeed.driver.cases;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What differs from run to run, replaced by the same likely values each time, so that a page can
 * show them: run ids, times, durations, ports of stand-ins.
 */
final class Samples {
  private static final String TIME = "2026-03-02T09:00:00.000Z";
  private static final String TIME_OF_DAY = "T\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
  private static final String MILLIS = "12";
  private static final String RUN = "01kjpxv0r4m8d2q6t3y7b5c9h";
  private static final String LAST = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final Pattern STAND_IN = Pattern.compile("(?<=http://127\\.0\\.0\\.1:)\\d{5}");
  private static final String PORT = "40123";
  private static final Pattern ELAPSED = Pattern.compile("\\([0-9.]+ m?s\\)$");

  private final Map<String, String> runs = new LinkedHashMap<>();

  /** A connection whose results have sample times. */
  Connection over(Connection inner) {
    return proxy(Connection.class, inner);
  }

  /** A printed line with sample run ids, numbered as they come up, a sample duration and port. */
  String line(String printed) {
    String line = ELAPSED.matcher(printed).replaceFirst("(" + MILLIS + " ms)");
    line = line.replaceAll(LocalDate.now(ZoneOffset.UTC) + TIME_OF_DAY, TIME);
    line = STAND_IN.matcher(line).replaceAll(PORT);
    return Rows.ULID.matcher(line).replaceAll(found -> run(found.group()));
  }

  /** What is typed on a page, with the run ids that its samples stand for. */
  String typed(String text) {
    String real = text;
    for (Map.Entry<String, String> run : runs.entrySet()) {
      real = real.replace(run.getValue(), run.getKey());
    }
    return real;
  }

  private String run(String id) {
    return runs.computeIfAbsent(id, i -> RUN + LAST.charAt(runs.size() % LAST.length()));
  }

  private <T> T proxy(Class<T> type, Object inner) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer(inner, method, arguments)));
  }

  private Object answer(Object inner, Method method, Object[] arguments) throws Throwable {
    Object answer;
    try {
      answer = method.invoke(inner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (answer instanceof Statement && inner instanceof Connection) {
      return proxy(Statement.class, answer);
    }
    if (answer instanceof ResultSet && inner instanceof Statement) {
      return proxy(ResultSet.class, answer);
    }
    return inner instanceof ResultSet rows && method.getName().equals("getString") && answer != null
        ? sample(rows, (int) arguments[0], answer)
        : answer;
  }

  private static Object sample(ResultSet rows, int column, Object value) throws SQLException {
    String label = rows.getMetaData().getColumnLabel(column).toLowerCase(Locale.ROOT);
    if (label.endsWith("_at") || List.of("since", "oldest").contains(label)) {
      return TIME;
    }
    return label.endsWith("_ms") ? MILLIS : value;
  }
}
