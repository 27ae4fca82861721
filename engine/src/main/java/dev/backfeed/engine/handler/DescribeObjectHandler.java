package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.parser.command.Command.DescribeObject;
import dev.backfeed.parser.command.SqlState;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a destination says of one of its objects. */
final class DescribeObjectHandler implements Handler<DescribeObject> {
  @Override
  public Result handle(DescribeObject command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination stored = environment.destinations().get(command.object().destination());
    String object = command.object().object();
    ObjectSchema schema =
        new Visit(environment, execution)
            .to(
                stored,
                command.object().path().get(0).position(),
                destination -> destination.describe(object));
    List<SQLWarning> warnings =
        schema.described()
            ? List.of()
            : List.of(
                new SQLWarning(
                    "destination \"" + stored.name() + "\" takes any field of " + object,
                    SqlState.WARNING));
    return new Result(
        command.shape(),
        schema.fields().stream().map(DescribeObjectHandler::row).toList(),
        0,
        warnings);
  }

  private static List<Object> row(ObjectSchema.Field field) {
    return Arrays.asList(
        field.name(),
        field.type().name().toLowerCase(Locale.ROOT),
        field.required(),
        field.writable(),
        field.key(),
        field.maxLength().map(Integer::longValue).orElse(null),
        field.allowedValues().isEmpty() ? null : String.join(", ", field.allowedValues()));
  }
}
