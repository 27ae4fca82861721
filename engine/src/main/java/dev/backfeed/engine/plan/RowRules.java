package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.warehouse.DiffSpec.Call;
import dev.backfeed.engine.warehouse.DiffSpec.Expectation;
import dev.backfeed.engine.warehouse.DiffSpec.Flag;
import dev.backfeed.engine.warehouse.DiffSpec.KeyColumn;
import dev.backfeed.engine.warehouse.DiffSpec.Leaving;
import dev.backfeed.engine.warehouse.DiffSpec.Rules;
import dev.backfeed.engine.warehouse.DiffSpec.ValueCheck;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.command.Verbatim;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a definition says of rows beside the comparison of their fields, in the state's columns. */
final class RowRules {
  private final StoredSync sync;
  private final SyncTarget target;
  private final List<QueryColumn> query;
  private final ObjectSchema schema;
  private final OffsetDateTime now;
  private final LinkRules links;

  RowRules(
      StoredSync sync,
      SyncTarget target,
      List<QueryColumn> query,
      ObjectSchema schema,
      OffsetDateTime now,
      LinkRules links) {
    this.sync = sync;
    this.target = target;
    this.query = query;
    this.schema = schema;
    this.now = now;
    this.links = links;
  }

  Rules rules() throws SQLException {
    SyncDefinition definition = sync.definition();
    Optional<OffsetDateTime> recheck =
        definition.mode() == Mode.UPDATE
            ? target.syncOptions().duration("recheck_missing").map(now::minus)
            : Optional.empty();
    return new Rules(
        definition.mode() == Mode.INSERT,
        recheck,
        leaving(definition.onRemove().orElse(Removal.of(definition.removal()))),
        definition.deleteWhen().map(d -> new Flag(d.condition().text(), leaving(d.how()))),
        !definition.onReturn().isEmpty(),
        times(),
        checks(),
        expectations(),
        links.links());
  }

  /** What the destination says of texts; a path leads into what it does not describe. */
  private SortedMap<String, ValueCheck> checks() {
    SortedMap<String, ValueCheck> checks = new TreeMap<>();
    for (MappedColumn column : sync.fields()) {
      Optional<Field> field =
          schema
              .field(column.path().get(0))
              .filter(f -> column.path().size() == 1)
              // What is sent is not the query's value but the id of a record.
              .filter(f -> column.policy().lookup().isEmpty());
      boolean text = field.filter(f -> f.type() == FieldType.TEXT).isPresent();
      if (text && (field.get().maxLength().isPresent() || !field.get().allowedValues().isEmpty())) {
        checks.put(
            column.stored(), new ValueCheck(field.get().maxLength(), field.get().allowedValues()));
      }
    }
    return checks;
  }

  private List<Expectation> expectations() throws SQLException {
    List<Expectation> expectations = new ArrayList<>();
    for (Constraint constraint : sync.definition().constraints()) {
      Map<Verbatim.Call, Call> calls = new HashMap<>();
      for (Verbatim.Call call : constraint.expression().calls()) {
        calls.put(call, call(call));
      }
      expectations.add(
          new Expectation(
              constraint.name().text(),
              constraint.overall(),
              constraint.onViolation(),
              constraint.expression().<Object>pieces(text -> text, calls::get)));
    }
    return expectations;
  }

  private Call call(Verbatim.Call call) throws SQLException {
    QueryColumn column = QueryColumn.find(query, call.column(), call.function());
    for (MappedColumn mapped : sync.columns()) {
      if (mapped.column().equals(column.name())) {
        return new Call(call.function().equals("drift"), mapped.stored(), column.name());
      }
    }
    throw new StatementException(
        SqlState.UNDEFINED_COLUMN,
        call.function()
            + " asks for what was sent before, and column \""
            + column.name()
            + "\" is not sent",
        call.column().position());
  }

  private SortedMap<String, KeyColumn> times() throws SQLException {
    SortedMap<String, KeyColumn> times = new TreeMap<>();
    for (MappedColumn field : sync.fields()) {
      if (field.policy().latestBy().isPresent()) {
        QueryColumn column =
            QueryColumn.find(query, field.policy().latestBy().get(), "KEEP LATEST BY");
        times.put(field.stored(), new KeyColumn(column.name(), column.type()));
      }
    }
    return times;
  }

  private Leaving leaving(Removal removal) {
    Map<String, Optional<String>> mapped = new HashMap<>();
    for (Assignment assignment : removal.set()) {
      column(assignment)
          .ifPresent(c -> mapped.put(c.stored(), assignment.value().map(RowRules::text)));
    }
    return new Leaving(removal.what(), mapped);
  }

  private Optional<MappedColumn> column(Assignment assignment) {
    List<String> path = assignment.field().path();
    return sync.fields().stream()
        .filter(f -> f.path().equals(path))
        .findFirst()
        .or(
            () ->
                sync.fields().stream()
                    .filter(
                        f -> String.join(".", f.path()).equalsIgnoreCase(String.join(".", path)))
                    .findFirst());
  }

  static String text(OptionValue value) {
    if (value instanceof OptionValue.Text text) {
      return text.value();
    }
    if (value instanceof OptionValue.Numeric number) {
      return number.value().toPlainString();
    }
    return value instanceof OptionValue.Flag flag ? Boolean.toString(flag.value()) : "";
  }
}
