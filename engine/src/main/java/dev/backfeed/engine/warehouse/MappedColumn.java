package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import java.util.List;

/**
 * One column of a query and the field it becomes.
 *
 * @param column the query's output column, as the warehouse names it
 * @param path the destination's field, one segment or a path
 * @param stored the state's column: {@code k1}, {@code f3}; never reused for another field
 * @param type what it is kept as
 * @param policy how it is sent; plain for keys
 */
public record MappedColumn(
    String column, List<String> path, String stored, ColumnType type, FieldPolicy policy) {
  public MappedColumn {
    path = List.copyOf(path);
  }

  /** A key, or a field without words of its own. */
  public MappedColumn(String column, List<String> path, String stored, ColumnType type) {
    this(column, path, stored, type, FieldPolicy.PLAIN);
  }

  /** Whether it is part of the key. */
  public boolean key() {
    return stored.charAt(0) == 'k';
  }

  /** The number in {@link #stored()}. */
  public int number() {
    return Integer.parseInt(stored.substring(1));
  }

  /** The field as shown: segments joined by dots. */
  public String field() {
    return new dev.backfeed.parser.command.FieldName(path, null).text();
  }

  /** Whether any difference from the state is a change, and nothing else is. */
  public boolean plain() {
    return policy.wins() == Wins.OVERWRITE
        && !policy.ignoreNulls()
        && !policy.passive()
        && policy.stable().isEmpty();
  }

  /** Whether the destination's present value decides about a change. */
  public boolean asks() {
    return policy.asksDestination();
  }

  /** Whether what the destination showed after our last write is compared with what it holds. */
  public boolean compares() {
    return policy.wins() == Wins.KEEP_EDITS || policy.wins() == Wins.KEEP_LATEST;
  }

  /** The state's column of the query's value that was last decided about, where the field asks. */
  public String seen() {
    return stored + "__seen";
  }

  /** The state's column that the query's value is compared with. */
  String decided() {
    return asks() ? seen() : stored;
  }

  /** That a value of the query is worth another look. */
  Sql moved(WarehouseDialect dialect, Sql model, Sql state) {
    Sql differs = dialect.differs(model, state, type);
    return policy.ignoreNulls() ? Sql.of("({} IS NOT NULL AND {})", model, differs) : differs;
  }

  /**
   * A value as {@link #ours()} has it.
   *
   * @param zone where a timestamp without zone is meant
   */
  public Sql shownAs(WarehouseDialect dialect, Sql value, String zone) {
    return Sql.of(
        "CASE WHEN {} IS NULL THEN '' ELSE '=' || {} END", value, dialect.text(value, type, zone));
  }

  /**
   * The state's column of what the destination showed after our last write, where the field
   * compares: null for never written, empty for null, else {@code =} and its text.
   */
  public String ours() {
    return stored + "__ours";
  }
}
