package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.Parameter;
import dev.backfeed.parser.PreparedCommand;
import dev.backfeed.parser.command.Command;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values that a caller has set for the {@code ?} of a prepared statement of ours. */
final class OurParameters {
  private static final Overrides<OurParameters> META_DATA =
      Overrides.<OurParameters>otherwise(
              (own, call) -> {
                throw Refusal.unsupported("a parameter's meta data", call.method());
              })
          .on("getParameterCount", (own, call) -> own.values.length)
          .on("getParameterType", (own, call) -> own.whole(call) ? Types.BIGINT : Types.VARCHAR)
          .on("getParameterTypeName", (own, call) -> own.whole(call) ? "BIGINT" : "VARCHAR")
          .on(
              "getParameterClassName",
              (own, call) -> (own.whole(call) ? Long.class : String.class).getName())
          .on("getParameterMode", (own, call) -> own.fact(call, ParameterMetaData.parameterModeIn))
          .on("isNullable", (own, call) -> own.fact(call, ParameterMetaData.parameterNoNulls))
          .on("isSigned", (own, call) -> own.fact(call, false))
          .on("getPrecision", (own, call) -> own.fact(call, 0))
          .on("getScale", (own, call) -> own.fact(call, 0))
          .on("unwrap", (own, call) -> JdbcProxy.unwrapSelf(call))
          .on("isWrapperFor", (own, call) -> JdbcProxy.isItself(call));

  private final PreparedCommand command;
  private final Object[] values;
  private final boolean[] set;

  OurParameters(PreparedCommand command) {
    this.command = command;
    this.values = new Object[command.parameters().size()];
    this.set = new boolean[values.length];
  }

  ParameterMetaData metaData() {
    return JdbcProxy.of(ParameterMetaData.class, null, this, META_DATA);
  }

  /**
   * Sets a value.
   *
   * @param number from 1
   * @param value of any type; whether its place takes it is said when it is used
   * @throws SQLException {@code 07009} if there is no such parameter
   */
  void set(int number, Object value) throws SQLException {
    values[index(number)] = value;
    set[number - 1] = true;
  }

  void clear() {
    Arrays.fill(values, null);
    Arrays.fill(set, false);
  }

  /**
   * The command with the values as they are now.
   *
   * @throws SQLException {@code 07001} if one has not been set, {@code 22023} or {@code 42601} if
   *     one does not do
   */
  Command bind() throws SQLException {
    List<Integer> unset = new ArrayList<>();
    for (int i = 0; i < set.length; i++) {
      if (!set[i]) {
        unset.add(i + 1);
      }
    }
    if (!unset.isEmpty()) {
      throw Refusal.unset(unset);
    }
    return command.bind(Arrays.asList(values));
  }

  private boolean whole(Invocation call) throws SQLException {
    int index = index(call.number(0).intValue());
    return command.parameters().get(index).kind() == Parameter.Kind.WHOLE;
  }

  private <T> T fact(Invocation call, T value) throws SQLException {
    index(call.number(0).intValue());
    return value;
  }

  private int index(int number) throws SQLException {
    if (number < 1 || number > values.length) {
      throw Refusal.noParameter(number, values.length);
    }
    return number - 1;
  }
}
