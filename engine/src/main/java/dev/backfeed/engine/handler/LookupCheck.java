package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.LinkRules;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldPolicy.Lookup;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;

/** Whether the records that LOOKUP names can be found at all. */
final class LookupCheck {
  private LookupCheck() {}

  /**
   * Holds the lookups of a definition against the syncs there are and the destination.
   *
   * @throws StatementException {@code 22023} where nobody could tell an id, {@code 42704} and
   *     {@code 42703} where there is no such object or field
   */
  static void check(
      RunEnvironment environment, Execution execution, SyncTarget target, SyncDefinition definition)
      throws SQLException {
    for (FieldList.Item item : definition.fields().items()) {
      if (item.policy().lookup().isEmpty()) {
        continue;
      }
      Lookup lookup = item.policy().lookup().get();
      Position position = lookup.field().position();
      boolean written =
          !LinkRules.parents(environment.syncs(), definition.target().destination(), lookup)
              .isEmpty();
      if (!written && !target.readable()) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "destination type "
                + target.manifest().type()
                + " cannot do LOOKUP "
                + lookup.object()
                + " BY "
                + lookup.field().text()
                + ": it has no read, and no sync to "
                + target.destination().name()
                + " writes "
                + lookup.object()
                + " with that key; make one first",
            position);
      }
      if (!written && target.syncOptions().flag("validate")) {
        ObjectSchema schema =
            ObjectCheck.ask(
                environment, execution, target, definition, d -> d.describe(lookup.object()));
        requireField(schema, lookup, position);
      }
    }
  }

  private static void requireField(ObjectSchema schema, Lookup lookup, Position position)
      throws StatementException {
    String name = lookup.field().path().get(0);
    if (schema.described() && schema.field(name).isEmpty()) {
      throw new StatementException(
          SqlState.UNDEFINED_COLUMN,
          lookup.object()
              + " has no field \""
              + name
              + "\" for LOOKUP"
              + Nearest.hint(name, schema.fields().stream().map(ObjectSchema.Field::name).toList()),
          position);
    }
  }
}
