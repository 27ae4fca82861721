package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a result of ours.
 *
 * @param shape labels and types
 * @param widths the widest value of each column as text, at least 1
 */
record OurColumns(Shape shape, List<Integer> widths) {
  private static final Overrides<OurColumns> CALLS =
      Overrides.<OurColumns>otherwise(
              (columns, call) -> {
                throw Refusal.unsupported("a result's meta data", call.method());
              })
          .on("getColumnCount", (columns, call) -> columns.shape.columns().size())
          .on("getColumnLabel", (columns, call) -> columns.column(call).label())
          .on("getColumnName", (columns, call) -> columns.column(call).label())
          .on("getColumnType", (columns, call) -> sqlType(columns.column(call).type()))
          .on("getColumnTypeName", (columns, call) -> typeName(columns.column(call).type()))
          .on(
              "getColumnClassName",
              (columns, call) -> javaType(columns.column(call).type()).getName())
          .on("getColumnDisplaySize", (columns, call) -> columns.width(call))
          .on("getPrecision", (columns, call) -> columns.width(call))
          .on("getScale", (columns, call) -> columns.fact(call, 0))
          .on("isNullable", (c, call) -> c.fact(call, ResultSetMetaData.columnNullableUnknown))
          .on("isSigned", (c, call) -> c.column(call).type() == Shape.Type.BIGINT)
          .on("isSearchable", (columns, call) -> columns.fact(call, true))
          .on("isCaseSensitive", (c, call) -> c.column(call).type() == Shape.Type.VARCHAR)
          .on("isReadOnly", (columns, call) -> columns.fact(call, true))
          .on("isAutoIncrement", (columns, call) -> columns.fact(call, false))
          .on("isCurrency", (columns, call) -> columns.fact(call, false))
          .on("isWritable", (columns, call) -> columns.fact(call, false))
          .on("isDefinitelyWritable", (columns, call) -> columns.fact(call, false))
          .on("getCatalogName", (columns, call) -> columns.fact(call, ""))
          .on("getSchemaName", (columns, call) -> columns.fact(call, ""))
          .on("getTableName", (columns, call) -> columns.fact(call, ""))
          .on("unwrap", (columns, call) -> JdbcProxy.unwrapSelf(call))
          .on("isWrapperFor", (c, call) -> JdbcProxy.isItself(call));

  /** Meta data over these rows. */
  static ResultSetMetaData of(Shape shape, List<List<Object>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < shape.columns().size(); i++) {
      int column = i;
      widths.add(rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(1));
    }
    return JdbcProxy.of(ResultSetMetaData.class, null, new OurColumns(shape, widths), CALLS);
  }

  private static int width(Object value) {
    return value == null ? 1 : Math.max(1, Cell.text(value).length());
  }

  private Shape.Column column(Invocation call) throws SQLException {
    return shape.columns().get(index(call));
  }

  private int width(Invocation call) throws SQLException {
    int index = index(call);
    return Math.max(widths.get(index), shape.columns().get(index).label().length());
  }

  private <T> T fact(Invocation call, T value) throws SQLException {
    index(call);
    return value;
  }

  private int index(Invocation call) throws SQLException {
    return checked(call.number(0).intValue(), shape);
  }

  /** A column number, from 1, as an index. */
  static int checked(int column, Shape shape) throws SQLException {
    int count = shape.columns().size();
    if (column < 1 || column > count) {
      throw new StatementException(
          SqlState.UNDEFINED_COLUMN,
          "no column " + column + ": the result has " + count + ", counted from 1");
    }
    return column - 1;
  }

  private static int sqlType(Shape.Type type) {
    return switch (type) {
      case VARCHAR -> Types.VARCHAR;
      case BIGINT -> Types.BIGINT;
      case BOOLEAN -> Types.BOOLEAN;
      case TIMESTAMP -> Types.TIMESTAMP_WITH_TIMEZONE;
    };
  }

  private static String typeName(Shape.Type type) {
    return type == Shape.Type.TIMESTAMP ? "TIMESTAMP WITH TIME ZONE" : type.name();
  }

  private static Class<?> javaType(Shape.Type type) {
    return switch (type) {
      case VARCHAR -> String.class;
      case BIGINT -> Long.class;
      case BOOLEAN -> Boolean.class;
      case TIMESTAMP -> OffsetDateTime.class;
    };
  }
}
