package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffSpec.PushTerm;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.KeyColumn;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which column becomes which field, held against the query's columns and the destination's
 * described fields. Every error names the column or field, its place in the text and the nearest
 * name.
 */
public final class Mapping {
  private final SyncDefinition definition;
  private final List<QueryColumn> query;
  private final ObjectSchema schema;

  public Mapping(SyncDefinition definition, List<QueryColumn> query, ObjectSchema schema) {
    this.definition = definition;
    this.query = query;
    this.schema = schema;
  }

  /**
   * The mapped columns, keys first.
   *
   * @param before the columns of the version before, whose state columns are kept; may be empty
   */
  public List<MappedColumn> columns(List<MappedColumn> before) throws StatementException {
    List<Pair> keys = new ArrayList<>();
    for (KeyColumn key : definition.key()) {
      keys.add(key(key));
    }
    List<Pair> fields = fields(keys);
    refuseDoubled(keys, fields);
    List<MappedColumn> columns = new ArrayList<>();
    for (Pair key : keys) {
      columns.add(key.mapped("k" + (columns.size() + 1)));
    }
    columns.addAll(numbered(fields, before));
    return columns;
  }

  /**
   * Holds columns that were mapped before against what the destination describes today.
   *
   * @throws StatementException as {@link #columns}
   */
  public void check(List<MappedColumn> columns) throws StatementException {
    for (MappedColumn column : columns) {
      Position at = definition.query().position();
      Pair pair =
          pair(
              new QueryColumn(column.column(), column.type()),
              Optional.of(new FieldName(column.path(), at)),
              at,
              column.key());
      if (!column.key()) {
        checkField(pair.with(column.policy()));
      }
    }
  }

  /**
   * The push order as output columns.
   *
   * @throws StatementException {@code 42703} for a term that is none
   */
  public List<PushTerm> pushOrder() throws StatementException {
    List<PushTerm> terms = new ArrayList<>();
    for (Query.OrderTerm term : definition.query().order()) {
      terms.add(new PushTerm(orderColumn(term), term.descending(), term.nullsFirst()));
    }
    return terms;
  }

  /**
   * The column that {@code idempotency_key} names.
   *
   * @throws StatementException {@code 42703} if the query has none of that name
   */
  public Optional<QueryColumn> idempotencyKey() throws StatementException {
    for (Option option : definition.options()) {
      if (option.name().folded().equals("idempotency_key")
          && option.value() instanceof OptionValue.Text column) {
        Name name = new Name(column.value(), true, option.name().position());
        return Optional.of(QueryColumn.find(query, name, "idempotency_key"));
      }
    }
    return Optional.empty();
  }

  /**
   * The columns of {@code MATCH}, list by list.
   *
   * @throws StatementException {@code 42703} no such column or field, {@code 22023} one that cannot
   *     be compared
   */
  public List<List<DiffSpec.Match>> match() throws StatementException {
    List<List<DiffSpec.Match>> lists = new ArrayList<>();
    for (List<KeyColumn> list : definition.match()) {
      List<DiffSpec.Match> columns = new ArrayList<>();
      for (KeyColumn match : list) {
        QueryColumn column = comparable(match.column(), "MATCH");
        Pair pair = pair(column, match.field(), match.column().position());
        columns.add(new DiffSpec.Match(column.name(), pair.path(), column.type()));
      }
      lists.add(columns);
    }
    return lists;
  }

  /**
   * Holds the columns of fields with {@code LOOKUP} against what a key may be.
   *
   * @throws StatementException {@code 22023}
   */
  public void checkLookups() throws StatementException {
    for (FieldList.Item item : definition.fields().items()) {
      if (item.policy().lookup().isPresent()) {
        comparable(item.column(), "LOOKUP");
      }
    }
  }

  private QueryColumn comparable(Name name, String clause) throws StatementException {
    QueryColumn column = QueryColumn.find(query, name, clause);
    if (!column.type().keyable()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "column \""
              + column.name()
              + "\" is "
              + column.type().name()
              + ", by which "
              + clause
              + " finds no record: cast it to text or DECIMAL in the query",
          name.position());
    }
    return column;
  }

  /**
   * Holds the fields of ON REMOVE and DELETE WHEN … CLEAR and SET, and of ON RETURN SET, against
   * what is described and mapped.
   *
   * @param command what the definition is of
   * @throws StatementException {@code 42703} no such field, {@code 22023} one that cannot take the
   *     value
   */
  public void checkAssignments(CreateSync command, List<MappedColumn> columns)
      throws StatementException {
    new AssignmentCheck(command, schema, columns).check();
  }

  /** The columns that KEEP LATEST BY names. */
  private void takeTimes(Set<String> taken) throws StatementException {
    for (FieldList.Item item : definition.fields().items()) {
      if (item.policy().latestBy().isEmpty()) {
        continue;
      }
      Name name = item.policy().latestBy().get();
      QueryColumn column = QueryColumn.find(query, name, "KEEP LATEST BY");
      FieldType type = column.type().fieldType();
      if (type != FieldType.TIMESTAMP && type != FieldType.DATE) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "KEEP LATEST BY takes a timestamp or a date: column \""
                + column.name()
                + "\" is "
                + column.type().name(),
            name.position());
      }
      taken.add(column.name());
    }
  }

  /** Fields the destination wants for a new record and the sync does not send. */
  public List<String> missingRequired(List<MappedColumn> columns) {
    Set<String> mapped = new HashSet<>();
    columns.forEach(c -> mapped.add(c.path().get(0)));
    return schema.fields().stream()
        .filter(f -> f.required() && !f.name().contains("*") && !mapped.contains(f.name()))
        .map(Field::name)
        .toList();
  }

  private Pair key(KeyColumn key) throws StatementException {
    QueryColumn column = QueryColumn.find(query, key.column(), "the key");
    if (!column.type().keyable()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "column \""
              + column.name()
              + "\" is "
              + column.type().name()
              + ", which cannot be a key: cast it to text or DECIMAL in the query",
          key.column().position());
    }
    Pair pair = pair(column, key.field(), key.column().position(), true);
    Optional<Field> field = schema.field(pair.path().get(0));
    boolean found = !definition.mode().appends();
    if (found && field.isPresent() && !field.get().key()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "field \""
              + pair.field()
              + "\" of "
              + definition.target().object()
              + " cannot be a key: records are not found by it; keys are "
              + String.join(
                  ", ", schema.fields().stream().filter(Field::key).map(Field::name).toList()),
          key.column().position());
    }
    return pair;
  }

  private List<Pair> fields(List<Pair> keys) throws StatementException {
    FieldList list = definition.fields();
    Set<String> taken = new HashSet<>();
    keys.forEach(key -> taken.add(key.column().name()));
    List<Pair> fields = new ArrayList<>();
    for (FieldList.Item item : list.items()) {
      QueryColumn column = QueryColumn.find(query, item.column(), "FIELDS");
      taken.add(column.name());
      Pair field = pair(column, item.field(), item.column().position());
      refuseKey(item, field, keys);
      fields.add(field.with(item.policy()));
    }
    for (Name except : list.except()) {
      taken.add(QueryColumn.find(query, except, "EXCEPT").name());
    }
    idempotencyKey().ifPresent(column -> taken.add(column.name()));
    takeTimes(taken);
    new ChangeDetection(definition, query).columns().forEach(c -> taken.add(c.name()));
    if (list.all()) {
      for (QueryColumn column : query) {
        if (!taken.contains(column.name())) {
          fields.add(pair(column, Optional.empty(), definition.query().position()));
        }
      }
    }
    for (Pair field : fields) {
      checkField(field);
    }
    return fields;
  }

  /** A key's column may be another field as well, but not the key once more. */
  private static void refuseKey(FieldList.Item item, Pair field, List<Pair> keys)
      throws StatementException {
    boolean key =
        keys.stream()
            .anyMatch(
                k ->
                    k.column().name().equals(field.column().name())
                        && k.path().equals(field.path()));
    if (key) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "column \""
              + field.column().name()
              + "\" is the key, which goes with every row and has no policy: leave it out of FIELDS",
          item.column().position());
    }
  }

  private Pair pair(QueryColumn column, Optional<FieldName> given, Position at)
      throws StatementException {
    return pair(column, given, at, false);
  }

  private Pair pair(QueryColumn column, Optional<FieldName> given, Position at, boolean key)
      throws StatementException {
    List<String> path = given.map(FieldName::path).orElse(List.of(column.name()));
    Position position = given.map(FieldName::position).orElse(at);
    if (!schema.described()) {
      return new Pair(column, path, position);
    }
    Field field =
        schema
            .field(path.get(0))
            .filter(f -> key || !f.keyAlone())
            .orElseThrow(
                () ->
                    new StatementException(
                        SqlState.UNDEFINED_COLUMN,
                        definition.target().object()
                            + " has no field \""
                            + path.get(0)
                            + "\" for column \""
                            + column.name()
                            + "\""
                            + Nearest.hint(
                                path.get(0),
                                schema.fields().stream()
                                    .filter(f -> !f.keyAlone())
                                    .map(Field::name)
                                    .toList()),
                        position));
    List<String> spelled = new ArrayList<>(path);
    spelled.set(0, field.name());
    return new Pair(column, spelled, position);
  }

  private void checkField(Pair pair) throws StatementException {
    Optional<Field> found = schema.field(pair.path().get(0)).filter(f -> pair.path().size() == 1);
    if (found.isEmpty()) {
      return;
    }
    Field field = found.get();
    if (!field.writable()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "field \""
              + field.name()
              + "\" is read-only: leave it out with FIELDS (* EXCEPT ("
              + pair.column().name()
              + "))",
          pair.position());
    }
    boolean isKey = pair.policy().lookup().isPresent();
    if (!isKey && !accepts(field.type(), pair.column().type())) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "field \""
              + field.name()
              + "\" holds "
              + field.type()
              + ", column \""
              + pair.column().name()
              + "\" is "
              + pair.column().type().name()
              + ": cast it in the query",
          pair.position());
    }
  }

  static boolean accepts(FieldType field, ColumnType column) {
    return switch (field) {
      case ANY, TEXT, JSON, BINARY -> true;
      case NUMBER -> column.fieldType() == FieldType.NUMBER;
      case BOOLEAN -> column.fieldType() == FieldType.BOOLEAN;
      case DATE, TIMESTAMP ->
          column.fieldType() == FieldType.DATE || column.fieldType() == FieldType.TIMESTAMP;
    };
  }

  private static void refuseDoubled(List<Pair> keys, List<Pair> fields) throws StatementException {
    Map<List<String>, Pair> seen = new HashMap<>();
    List<Pair> all = new ArrayList<>(keys);
    all.addAll(fields);
    for (Pair pair : all) {
      Pair other = seen.put(pair.path(), pair);
      if (other != null) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "columns \""
                + other.column().name()
                + "\" and \""
                + pair.column().name()
                + "\" both become field \""
                + pair.field()
                + "\": leave one out or give it another field",
            pair.position());
      }
    }
  }

  private static List<MappedColumn> numbered(List<Pair> fields, List<MappedColumn> before) {
    Map<List<String>, String> known = new HashMap<>();
    int next = 1;
    for (MappedColumn column : before) {
      if (!column.key()) {
        known.put(column.path(), column.stored());
        next = Math.max(next, column.number() + 1);
      }
    }
    List<MappedColumn> columns = new ArrayList<>();
    for (Pair field : fields) {
      String stored = known.get(field.path());
      columns.add(field.mapped(stored == null ? "f" + next++ : stored));
    }
    return columns;
  }

  private String orderColumn(Query.OrderTerm term) throws StatementException {
    if (term.column()) {
      return QueryColumn.find(
              query, new Name(term.text(), false, term.position()), "the push order")
          .name();
    }
    if (term.text().matches("\\d{1,4}")) {
      int ordinal = Integer.parseInt(term.text());
      if (ordinal >= 1 && ordinal <= query.size()) {
        return query.get(ordinal - 1).name();
      }
    }
    throw new StatementException(
        SqlState.UNDEFINED_COLUMN,
        "ORDER BY is the push order and takes output columns only, not "
            + term.text()
            + ": add it to the query and leave it out with * EXCEPT",
        term.position());
  }

  private record Pair(
      QueryColumn column, List<String> path, Position position, FieldPolicy policy) {
    Pair(QueryColumn column, List<String> path, Position position) {
      this(column, path, position, FieldPolicy.PLAIN);
    }

    Pair with(FieldPolicy given) {
      return new Pair(column, path, position, given);
    }

    String field() {
      return new FieldName(path, position).text();
    }

    MappedColumn mapped(String stored) {
      return new MappedColumn(column.name(), path, stored, column.type(), policy);
    }
  }
}
