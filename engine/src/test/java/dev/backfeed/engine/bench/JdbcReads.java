package dev.backfeed.engine.bench;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

/** What an engine reads from its connection: rows, and characters of the texts in them. */
final class JdbcReads {
  private long rows;
  private long characters;

  Connection watch(Connection connection) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          Object result = invoke(connection, method, arguments);
          return result instanceof PreparedStatement prepared
              ? statement(PreparedStatement.class, prepared)
              : result instanceof Statement plain ? statement(Statement.class, plain) : result;
        });
  }

  /** What was read since the last look. */
  String take() {
    String taken = rows + " rows, " + characters + " characters";
    rows = 0;
    characters = 0;
    return taken;
  }

  private <T extends Statement> T statement(Class<T> type, T statement) {
    return proxy(
        type,
        (self, method, arguments) -> {
          Object result = invoke(statement, method, arguments);
          return result instanceof ResultSet read ? proxy(ResultSet.class, counted(read)) : result;
        });
  }

  private InvocationHandler counted(ResultSet read) {
    return (self, method, arguments) -> {
      Object result = invoke(read, method, arguments);
      if (method.getName().equals("next") && Boolean.TRUE.equals(result)) {
        rows++;
      } else if (result instanceof String text) {
        characters += text.length();
      }
      return result;
    };
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
        Proxy.newProxyInstance(JdbcReads.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
