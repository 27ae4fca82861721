package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds the fields that a definition sets or clears by itself against the destination and the
 * mapping.
 */
final class AssignmentCheck {
  private final CreateSync command;
  private final SyncDefinition definition;
  private final ObjectSchema schema;
  private final List<MappedColumn> columns;

  AssignmentCheck(CreateSync command, ObjectSchema schema, List<MappedColumn> columns) {
    this.command = command;
    this.definition = command.definition();
    this.schema = schema;
    this.columns = columns;
  }

  void check() throws StatementException {
    if (definition.onRemove().filter(r -> r.what() == OnRemove.CLEAR).isPresent()) {
      checkCleared("ON REMOVE");
    }
    if (definition.deleteWhen().filter(d -> d.how().what() == OnRemove.CLEAR).isPresent()) {
      checkCleared("DELETE WHEN");
    }
    List<Assignment> leaving = new ArrayList<>();
    definition.onRemove().ifPresent(r -> leaving.addAll(r.set()));
    definition.deleteWhen().ifPresent(d -> leaving.addAll(d.how().set()));
    for (Assignment assignment : leaving) {
      check(assignment);
    }
    for (Assignment assignment : definition.onReturn()) {
      check(assignment);
      Optional<MappedColumn> mapped = mapped(assignment);
      if (mapped.isPresent()) {
        throw wrong(
            assignment,
            "is mapped from column \""
                + mapped.get().column()
                + "\", whose value is sent when the row is back: leave it out of ON RETURN");
      }
    }
  }

  private void checkCleared(String clause) throws StatementException {
    for (MappedColumn column : columns) {
      Wins wins = column.policy().wins();
      boolean cleared = !column.key() && wins != Wins.ON_CREATE_ONLY && wins != Wins.KEEP_EXISTING;
      if (cleared && required(column.path()).isPresent()) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "field \""
                + column.field()
                + "\" is required by the destination and cannot be cleared: say SET (…) with the"
                + " fields that can be null, or have it sent ON CREATE ONLY",
            command.position(clause));
      }
    }
  }

  private Optional<Field> required(List<String> path) {
    return schema.field(path.get(0)).filter(f -> f.required() && path.size() == 1);
  }

  private void check(Assignment assignment) throws StatementException {
    Optional<MappedColumn> mapped = mapped(assignment);
    if (mapped.filter(MappedColumn::key).isPresent()) {
      throw wrong(assignment, "is the key, by which the record is found: it cannot be set");
    }
    if (!schema.described()) {
      return;
    }
    String name = assignment.field().path().get(0);
    Optional<Field> field = schema.field(name);
    if (field.isEmpty()) {
      throw new StatementException(
          SqlState.UNDEFINED_COLUMN,
          definition.target().object()
              + " has no field \""
              + name
              + "\""
              + Nearest.hint(name, schema.fields().stream().map(Field::name).toList()),
          assignment.field().position());
    }
    if (!field.get().writable()) {
      throw wrong(assignment, "is read-only");
    }
    if (assignment.value().isEmpty() && required(assignment.field().path()).isPresent()) {
      throw wrong(assignment, "is required by the destination: it cannot be NULL");
    }
    if (assignment.field().path().size() == 1) {
      checkValue(field.get(), assignment);
    }
  }

  private static void checkValue(Field field, Assignment assignment) throws StatementException {
    if (!takes(field, assignment)) {
      throw wrong(assignment, "holds " + field.type() + ", which this value is not");
    }
    String text =
        assignment
            .value()
            .filter(value -> field.type() == FieldType.TEXT)
            .map(RowRules::text)
            .orElse("");
    int most = field.maxLength().orElse(Integer.MAX_VALUE);
    if (text.length() > most) {
      throw wrong(assignment, "takes " + most + " characters, this value has " + text.length());
    }
    List<String> allowed = field.allowedValues();
    if (!text.isEmpty() && !allowed.isEmpty() && !allowed.contains(text)) {
      throw wrong(
          assignment,
          "does not allow '" + text + "': it allows '" + String.join("', '", allowed) + "'");
    }
  }

  private static boolean takes(Field field, Assignment assignment) {
    if (assignment.value().isEmpty()) {
      return true;
    }
    OptionValue value = assignment.value().get();
    return switch (field.type()) {
      case NUMBER -> value instanceof OptionValue.Numeric;
      case BOOLEAN -> value instanceof OptionValue.Flag;
      case DATE, TIMESTAMP -> value instanceof OptionValue.Text;
      case TEXT, ANY, JSON, BINARY -> true;
    };
  }

  private Optional<MappedColumn> mapped(Assignment assignment) {
    String field = assignment.field().text();
    return columns.stream().filter(c -> c.field().equalsIgnoreCase(field)).findFirst();
  }

  private static StatementException wrong(Assignment assignment, String what) {
    return new StatementException(
        SqlState.INVALID_VALUE,
        "field \"" + assignment.field().text() + "\" " + what,
        assignment.field().position());
  }
}
