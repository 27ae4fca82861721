package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * Fields that no column of the query is mapped to and that are set all the same: by ON REMOVE SET,
 * DELETE WHEN … SET and ON RETURN SET. Null where there are none.
 *
 * @param left for rows that left the query
 * @param flagged for rows that DELETE WHEN names
 * @param back for rows that are back
 */
record RowConstants(ObjectNode left, ObjectNode flagged, ObjectNode back) {
  static final RowConstants NONE = new RowConstants(null, null, null);

  /** Those of a definition, spelled as the destination spells them. */
  static RowConstants of(SyncDefinition definition, DiffSpec spec, ObjectSchema schema) {
    return new RowConstants(
        object(definition.onRemove().map(Removal::set).orElse(List.of()), spec, schema),
        object(definition.deleteWhen().map(d -> d.how().set()).orElse(List.of()), spec, schema),
        object(definition.onReturn(), spec, schema));
  }

  /** Those of one row. */
  ObjectNode of(boolean leaves, boolean isFlagged, boolean isBack) {
    if (leaves) {
      return isFlagged ? flagged : left;
    }
    return isBack ? back : null;
  }

  private static ObjectNode object(
      List<Assignment> assignments, DiffSpec spec, ObjectSchema schema) {
    ObjectNode object = Json.object();
    for (Assignment assignment : assignments) {
      List<String> path = new ArrayList<>(assignment.field().path());
      path.set(0, schema.field(path.get(0)).map(ObjectSchema.Field::name).orElse(path.get(0)));
      if (spec.fields().stream().noneMatch(f -> f.path().equals(path))) {
        Json.put(object, path, node(assignment));
      }
    }
    return object.isEmpty() ? null : object;
  }

  private static JsonNode node(Assignment assignment) {
    OptionValue value = assignment.value().orElse(null);
    if (value instanceof OptionValue.Text text) {
      return TextNode.valueOf(text.value());
    }
    if (value instanceof OptionValue.Numeric number) {
      return DecimalNode.valueOf(number.value());
    }
    return value instanceof OptionValue.Flag flag
        ? BooleanNode.valueOf(flag.value())
        : NullNode.getInstance();
  }
}
