package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.CallGate;
import java.sql.SQLException;

/**
 * Announces statements to the gate. A JDBC batch of one statement with many rows is one call, since
 * it travels as one.
 *
 * @param gate what every call passes
 * @param retry whether the transaction was tried before
 */
record Calls(CallGate gate, boolean retry) {
  /** One statement. */
  @FunctionalInterface
  interface Call<T> {
    T make() throws SQLException;
  }

  <T> T make(long bytes, Call<T> call) throws SQLException {
    gate.beforeCall(retry);
    try {
      return call.make();
    } finally {
      gate.afterCall(bytes);
    }
  }
}
