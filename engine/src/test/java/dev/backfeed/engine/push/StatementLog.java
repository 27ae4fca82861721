package dev.backfeed.engine.push;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run asks of its connection, by transaction. A bulk load goes past the connection: that it
 * is unwrapped for one counts as one statement.
 */
final class StatementLog {
  /** What stands for a bulk load. */
  static final String LOAD = "LOAD sync_log";

  private final List<List<String>> transactions = new ArrayList<>();
  private List<String> open = new ArrayList<>();
  private String failing;

  /** The connection with everything it is asked written down here. */
  Connection watch(Connection connection) {
    return proxy(
        Connection.class, (self, method, arguments) -> call(connection, method, arguments));
  }

  /** Begins anew. */
  void clear() {
    transactions.clear();
    open = new ArrayList<>();
  }

  /** Fails each statement that begins so, until told null. */
  void fail(String beginning) {
    failing = beginning;
  }

  /** All statements, in their order. */
  List<String> statements() {
    List<String> all = new ArrayList<>();
    transactions.forEach(all::addAll);
    all.addAll(open);
    return all;
  }

  /** The statements of each transaction that was committed in so many words. */
  List<List<String>> transactions() {
    return List.copyOf(transactions);
  }

  /** Statements that are no query. */
  List<String> writing() {
    return statements().stream()
        .filter(s -> !s.startsWith("SELECT") && !s.startsWith("SET") && !s.startsWith("WITH"))
        .toList();
  }

  private Object call(Connection connection, Method method, Object[] arguments) throws Throwable {
    Object result = invoke(connection, method, arguments);
    switch (method.getName()) {
      case "setAutoCommit" -> {
        if (!(Boolean) arguments[0]) {
          open = new ArrayList<>();
        }
      }
      case "commit" -> {
        transactions.add(open);
        open = new ArrayList<>();
      }
      case "unwrap" -> {
        String type = ((Class<?>) arguments[0]).getSimpleName();
        if (type.equals("DuckDBConnection") || type.equals("PGConnection")) {
          open.add(LOAD);
        }
      }
      case "createStatement" -> {
        return watched(Statement.class, (Statement) result, null);
      }
      case "prepareStatement" -> {
        return watched(PreparedStatement.class, (Statement) result, (String) arguments[0]);
      }
      default -> {
        // Of no interest.
      }
    }
    return result;
  }

  private <T extends Statement> T watched(Class<T> type, Statement statement, String prepared) {
    return proxy(
        type,
        (self, method, arguments) -> {
          if (method.getName().startsWith("execute")) {
            String text = prepared == null ? (String) arguments[0] : prepared;
            open.add(text.strip().replaceAll("\\s+", " "));
            if (failing != null && text.strip().startsWith(failing)) {
              throw new SQLException("the warehouse is out of space", "53100");
            }
          }
          return invoke(statement, method, arguments);
        });
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            StatementLog.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d statements%n%s", statements().size(), statements());
  }
}
