package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ColumnType.Kind;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Watermarks;
import dev.backfeed.engine.state.Watermarks.Remembered;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.Detection.Feed;
import dev.backfeed.engine.warehouse.Detection.Watermark;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffSpec.KeyColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Detect;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code DETECT CHANGES} and {@code RECONCILE}, held against the query's columns. */
final class ChangeDetection {
  private static final Set<Kind> TIMES = Set.of(Kind.TIMESTAMP, Kind.TIMESTAMP_TZ, Kind.DATE);
  private static final Set<Kind> NUMBERS = Set.of(Kind.INTEGER, Kind.DECIMAL);

  private final SyncDefinition definition;
  private final Detect detect;
  private final List<QueryColumn> query;

  ChangeDetection(SyncDefinition definition, List<QueryColumn> query) {
    this.definition = definition;
    this.detect = definition.detect();
    this.query = query;
  }

  /**
   * The columns it names, which {@code *} does not send.
   *
   * @throws StatementException {@code 42703} for one that is not there, {@code 22023} for one of a
   *     type that cannot serve
   */
  List<QueryColumn> columns() throws StatementException {
    List<QueryColumn> columns = new ArrayList<>();
    if (detect.by() == By.COLUMN) {
      columns.add(watermark());
    } else if (detect.by() == By.OPERATION) {
      columns.add(operation());
      sequence().ifPresent(columns::add);
    }
    return columns;
  }

  private QueryColumn watermark() throws StatementException {
    Name name = detect.column().orElseThrow();
    QueryColumn column = QueryColumn.find(query, name, "DETECT CHANGES BY COLUMN");
    boolean time = TIMES.contains(column.type().kind());
    if (!time && !NUMBERS.contains(column.type().kind())) {
      throw wrong("DETECT CHANGES BY COLUMN takes a time, an integer or a decimal", column, name);
    } else if (!time && detect.lookbackMinutes() > 0) {
      throw wrong("LOOKBACK goes back in time", column, name);
    }
    return column;
  }

  private QueryColumn operation() throws StatementException {
    Name name = detect.column().orElseThrow();
    QueryColumn column = QueryColumn.find(query, name, "DETECT CHANGES BY OPERATION");
    if (column.type().kind() != Kind.TEXT) {
      throw wrong("DETECT CHANGES BY OPERATION takes a text", column, name);
    }
    return column;
  }

  private Optional<QueryColumn> sequence() throws StatementException {
    if (detect.sequence().isEmpty()) {
      return Optional.empty();
    }
    Name name = detect.sequence().get();
    QueryColumn column = QueryColumn.find(query, name, "the order of the feed");
    Kind kind = column.type().kind();
    if (!TIMES.contains(kind) && !NUMBERS.contains(kind) && kind != Kind.TEXT) {
      throw wrong("ORDER BY of a feed takes a time, a number or a text", column, name);
    }
    return Optional.of(column);
  }

  private static StatementException wrong(String rule, QueryColumn column, Name name) {
    return new StatementException(
        SqlState.INVALID_VALUE,
        rule + ": column \"" + column.name() + "\" is " + column.type().name(),
        name.position());
  }

  /**
   * What a run looks at.
   *
   * @param spec all else that it compares
   */
  Detection detection(Warehouse work, StoredSync sync, Scope scope, DiffSpec spec)
      throws SQLException {
    return switch (detect.by()) {
      case DIFF -> Detection.DIFF;
      case COLUMN -> byWatermark(work, sync, scope, spec.now());
      case OPERATION -> Detection.by(feed(sync, spec));
    };
  }

  private Feed feed(StoredSync sync, DiffSpec spec) throws StatementException {
    List<ColumnType> besides = new ArrayList<>();
    for (String column : spec.besides()) {
      Name name = new Name(column, true, definition.query().position());
      besides.add(QueryColumn.find(query, name, "the push order").type());
    }
    return new Feed(
        sync.backlogTable(),
        operation().name(),
        sequence().map(s -> new KeyColumn(s.name(), s.type())),
        besides,
        judged(spec),
        false);
  }

  /** Conditions see what the query has, whether it is sent or not: all of it is kept for them. */
  private List<KeyColumn> judged(DiffSpec spec) {
    if (spec.rules().expectations().isEmpty()) {
      return List.of();
    }
    Set<String> kept = new HashSet<>();
    spec.fields().forEach(field -> kept.add(field.column()));
    return query.stream()
        .filter(column -> kept.add(column.name()))
        .map(column -> new KeyColumn(column.name(), column.type()))
        .toList();
  }

  private Detection byWatermark(Warehouse work, StoredSync sync, Scope scope, OffsetDateTime now)
      throws SQLException {
    QueryColumn column = watermark();
    Watermark watermark = watermark(column.name(), column.type(), Optional.empty(), false);
    Remembered remembered = new Watermarks(work).of(sync, watermark);
    boolean reconciles = definition.reconcileDays() > 0;
    boolean due =
        reconciles
            && remembered
                .reconciledAt()
                .map(at -> !at.plusDays(definition.reconcileDays()).isAfter(now))
                .orElse(true);
    if (scope == Scope.FULL || due || remembered.value().isEmpty()) {
      return Detection.by(watermark, reconciles);
    }
    return Detection.by(
        watermark(column.name(), column.type(), remembered.value(), unsure(work, sync)), false);
  }

  private Watermark watermark(
      String column, ColumnType type, Optional<String> since, boolean unsure) {
    return new Watermark(column, type, since, detect.lookbackMinutes(), unsure);
  }

  private static boolean unsure(Warehouse work, StoredSync sync) throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} WHERE _doubt IN (1, 2, 3)", work.table(sync.stateTable())))
        > 0;
  }
}
