package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.Shape;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The result sets that our statements give. */
class OurRowsTest {
  private static final OffsetDateTime TIME =
      OffsetDateTime.of(2026, 3, 4, 5, 6, 7, 89_000_000, ZoneOffset.UTC);
  private static final Shape SHAPE =
      new Shape(
          List.of(
              new Shape.Column("name", Shape.Type.VARCHAR),
              new Shape.Column("count", Shape.Type.BIGINT),
              new Shape.Column("paused", Shape.Type.BOOLEAN),
              new Shape.Column("at", Shape.Type.TIMESTAMP)));

  private Connection connection;
  private ResultSet rows;

  @BeforeEach
  void open() throws SQLException {
    connection = Warehouses.DUCKDB.inner();
    rows =
        OurRows.open(
            SHAPE,
            List.of(
                List.of("health", 12L, true, TIME),
                Arrays.asList(null, null, null, null),
                List.of("a long name", 3_000_000_000L, false, TIME)),
            connection.createStatement(),
            () -> {});
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void valuesAreReadByNumberAndByLabelInAnyCase() throws SQLException {
    assertThat(rows.next()).isTrue();
    assertThat(rows.getString(1)).isEqualTo("health");
    assertThat(rows.getString("NAME")).isEqualTo("health");
    assertThat(rows.getInt("Count")).isEqualTo(12);
    assertThat(rows.getLong(2)).isEqualTo(12L);
    assertThat(rows.getDouble(2)).isEqualTo(12.0);
    assertThat(rows.getBigDecimal(2)).isEqualTo(BigDecimal.valueOf(12));
    assertThat(rows.getString(2)).isEqualTo("12");
    assertThat(rows.getBoolean("paused")).isTrue();
    assertThat(rows.getObject(2)).isEqualTo(12L);
    assertThat(rows.getObject("count", Integer.class)).isEqualTo(12);
    assertThat(rows.findColumn("at")).isEqualTo(4);
  }

  @Test
  void timesAreUtcWhateverTheClientsZone() throws SQLException {
    rows.next();
    assertThat(rows.getObject("at")).isEqualTo(TIME);
    assertThat(rows.getString("at")).isEqualTo("2026-03-04T05:06:07.089Z");
    assertThat(rows.getTimestamp("at")).isEqualTo(Timestamp.from(TIME.toInstant()));
    assertThat(rows.getObject("at", Instant.class)).isEqualTo(TIME.toInstant());
    assertThat(rows.getObject("at", LocalDate.class)).isEqualTo(LocalDate.of(2026, 3, 4));
    assertThat(rows.getObject("at", LocalDateTime.class)).isEqualTo(TIME.toLocalDateTime());
  }

  @Test
  void nullIsNullAndZeroForPrimitives() throws SQLException {
    rows.absolute(2);
    assertThat(rows.getString(1)).isNull();
    assertThat(rows.wasNull()).isTrue();
    assertThat(rows.getLong(2)).isZero();
    assertThat(rows.getInt(2)).isZero();
    assertThat(rows.getBoolean(3)).isFalse();
    assertThat(rows.wasNull()).isTrue();
    assertThat(rows.getTimestamp(4)).isNull();
    rows.next();
    assertThat(rows.getLong(2)).isEqualTo(3_000_000_000L);
    assertThat(rows.wasNull()).isFalse();
  }

  @Test
  void theCursorGoesBothWays() throws SQLException {
    assertThat(rows.isBeforeFirst()).isTrue();
    assertThat(rows.getRow()).isZero();
    assertThat(rows.last()).isTrue();
    assertThat(rows.isLast()).isTrue();
    assertThat(rows.getRow()).isEqualTo(3);
    assertThat(rows.previous()).isTrue();
    assertThat(rows.relative(-1)).isTrue();
    assertThat(rows.isFirst()).isTrue();
    assertThat(rows.previous()).isFalse();
    assertThat(rows.absolute(-2)).isTrue();
    assertThat(rows.getRow()).isEqualTo(2);
    assertThat(rows.absolute(9)).isFalse();
    assertThat(rows.isAfterLast()).isTrue();
    assertThat(rows.next()).isFalse();
    rows.beforeFirst();
    assertThat(rows.next()).isTrue();
    assertThat(rows.isFirst()).isTrue();
  }

  @Test
  void whatCannotBeReadSaysWhy() throws SQLException {
    assertRefused("24000", "next()", () -> rows.getString(1));
    rows.next();
    assertRefused("42703", "name, count, paused, at", () -> rows.getString("nam"));
    assertRefused("42703", "no column 5", () -> rows.getString(5));
    assertRefused("42703", "no column 0", () -> rows.getString(0));
    assertRefused("22023", "\"health\" cannot be read as Integer", () -> rows.getInt(1));
    assertRefused("22023", "BigDecimal", () -> rows.getBigDecimal("at"));
    rows.absolute(3);
    assertRefused("22023", "Integer", () -> rows.getInt("count"));
    assertThatThrownBy(() -> rows.updateString(1, "x"))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
    rows.close();
    assertRefused("55000", "closed", rows::next);
    assertThat(rows.isClosed()).isTrue();
  }

  @Test
  void metaDataDescribesTheColumns() throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    assertThat(meta.getColumnCount()).isEqualTo(4);
    assertThat(meta.getColumnLabel(1)).isEqualTo("name");
    assertThat(meta.getColumnName(4)).isEqualTo("at");
    assertThat(meta.getColumnType(1)).isEqualTo(Types.VARCHAR);
    assertThat(meta.getColumnType(2)).isEqualTo(Types.BIGINT);
    assertThat(meta.getColumnType(3)).isEqualTo(Types.BOOLEAN);
    assertThat(meta.getColumnType(4)).isEqualTo(Types.TIMESTAMP_WITH_TIMEZONE);
    assertThat(meta.getColumnTypeName(4)).isEqualTo("TIMESTAMP WITH TIME ZONE");
    assertThat(meta.getColumnClassName(4)).isEqualTo(OffsetDateTime.class.getName());
    assertThat(meta.getColumnDisplaySize(1)).isEqualTo("a long name".length());
    assertThat(meta.isReadOnly(1)).isTrue();
    assertThat(meta.isSigned(2)).isTrue();
    assertThat(meta.getTableName(1)).isEmpty();
    assertRefused("42703", "no column 7", () -> meta.getColumnLabel(7));
  }

  private static void assertRefused(
      String state, String words, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state))
        .hasMessageContaining(words);
  }
}
