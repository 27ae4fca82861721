package dev.backfeed.engine.handler;

import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;

/** What goes with MODE APPEND, and what goes with nothing else. */
final class AppendRules {
  private AppendRules() {}

  /**
   * Holds a definition against them.
   *
   * @throws StatementException {@code 22023} naming the clause or option
   */
  static void check(SyncDefinition definition) throws StatementException {
    if (!definition.mode().appends()) {
      for (Option option : definition.options()) {
        if (option.name().folded().equals("idempotency_key")) {
          throw new StatementException(
              SqlState.INVALID_VALUE,
              "option \"idempotency_key\" goes with MODE APPEND only: other modes find a record by"
                  + " its key",
              option.name().position());
        }
      }
    } else if (definition.removal() != OnRemove.KEEP) {
      throw never(definition, "ON REMOVE " + definition.removal());
    } else if (definition.limits().stream().anyMatch(l -> l.subject() == Limit.Subject.REMOVALS)) {
      throw never(definition, "LIMIT REMOVALS");
    }
  }

  private static StatementException never(SyncDefinition definition, String clause) {
    return new StatementException(
        SqlState.INVALID_VALUE,
        "MODE " + definition.mode() + " removes nothing: leave out " + clause,
        definition.name().position());
  }
}
