package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.DeleteWhen;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.Locale;

/** Which clauses go together, and which of them a type of destination can honour. */
final class ClauseRules {
  private final CreateSync command;
  private final SyncDefinition definition;
  private final SyncTarget target;
  private final Manifest manifest;

  private ClauseRules(CreateSync command, SyncTarget target) {
    this.command = command;
    this.definition = command.definition();
    this.target = target;
    this.manifest = target.manifest();
  }

  /**
   * Holds a definition against them.
   *
   * @throws StatementException {@code 22023} naming the clause, or the option, and what it lacks
   */
  static void check(CreateSync command, SyncTarget target) throws StatementException {
    ClauseRules rules = new ClauseRules(command, target);
    rules.mode();
    rules.recheck();
    rules.removals();
    rules.detection();
    for (FieldList.Item item : command.definition().fields().items()) {
      rules.policy(item);
      rules.lookup(item);
    }
    rules.match();
    rules.rekey();
  }

  private void rekey() throws StatementException {
    if (definition.rekeyFrom().isEmpty()) {
      return;
    }
    Position position = definition.rekeyFrom().get(0).position();
    Mode mode = definition.mode();
    if (mode != Mode.UPSERT && mode != Mode.UPDATE && mode != Mode.MIRROR) {
      throw wrong(
          "MODE " + mode + " changes no record that is there: leave out REKEY FROM", position);
    }
    if (definition.detect().by() == By.OPERATION) {
      throw ofFeed("REKEY FROM", "it does not have the rows that have not changed", position);
    }
    require(Operation.READ, "REKEY FROM", position);
    if (!manifest.byId()) {
      throw wrong(
          "destination type "
              + manifest.type()
              + " cannot do REKEY FROM: it writes no record by its id",
          position);
    }
  }

  private void match() throws StatementException {
    if (definition.match().isEmpty()) {
      return;
    }
    Position position = definition.match().get(0).get(0).column().position();
    Mode mode = definition.mode();
    if (mode.appends() || mode == Mode.MEMBERS || mode == Mode.REPLACE) {
      throw wrong("MODE " + mode + " does not look for a record: leave out MATCH", position);
    }
    require(Operation.READ, "MATCH", position);
    if (!manifest.byId() && mode != Mode.INSERT) {
      throw wrong(
          "destination type " + manifest.type() + " cannot do MATCH: it writes no record by its id",
          position);
    }
  }

  private void lookup(FieldList.Item item) throws StatementException {
    Wins wins = item.policy().wins();
    if (item.policy().lookup().isPresent()
        && (wins == Wins.KEEP_EDITS || wins == Wins.KEEP_LATEST)) {
      throw wrong(
          "LOOKUP does not go with "
              + wins.name().replace('_', ' ')
              + ": the destination holds an id there, and the query a key",
          item.column().position());
    }
  }

  private void mode() throws StatementException {
    Position position = at("MODE");
    require(SyncTarget.writes(definition), "MODE " + definition.mode(), position);
    if (definition.mode().appends()) {
      if (definition.removal() != OnRemove.KEEP) {
        throw never("ON REMOVE " + definition.removal(), "ON REMOVE");
      } else if (definition.deleteWhen().isPresent()) {
        throw never("DELETE WHEN", "DELETE WHEN");
      } else if (definition.limits().stream()
          .anyMatch(l -> l.subject() == Limit.Subject.REMOVALS)) {
        throw never("LIMIT REMOVALS", "LIMIT REMOVALS");
      }
      return;
    }
    for (Option option : definition.options()) {
      if (option.name().folded().equals("idempotency_key")) {
        throw wrong(
            "option \"idempotency_key\" goes with MODE APPEND only: other modes find a record by its"
                + " key",
            option.name().position());
      }
    }
  }

  private void recheck() throws StatementException {
    for (Option option : definition.options()) {
      if (option.name().folded().equals("recheck_missing") && definition.mode() != Mode.UPDATE) {
        throw wrong(
            "option \"recheck_missing\" belongs to MODE UPDATE, which asks again for records that"
                + " were not there: leave it out of MODE "
                + definition.mode(),
            option.name().position());
      }
    }
  }

  private void removals() throws StatementException {
    Removal removal = definition.onRemove().orElse(Removal.of(definition.removal()));
    // Without the clause it is the mode that says so.
    Position position = definition.onRemove().isPresent() ? at("ON REMOVE") : at("MODE");
    removal("ON REMOVE " + removal.what(), removal.what(), position);
    boolean comesBack = changesFields(removal.what());
    if (definition.deleteWhen().isPresent()) {
      DeleteWhen deletions = definition.deleteWhen().get();
      OnRemove how = deletions.how().what();
      String clause = "DELETE WHEN" + (how == OnRemove.DELETE ? "" : " … " + how);
      removal(clause, how, at("DELETE WHEN"));
      comesBack |= changesFields(how);
    }
    if (!definition.onReturn().isEmpty() && !comesBack) {
      throw wrong(
          "ON RETURN SET goes with ON REMOVE CLEAR or SET: with ON REMOVE "
              + definition.removal()
              + " there is nothing to put back",
          definition.onReturn().get(0).field().position());
    }
  }

  private void detection() throws StatementException {
    Position position =
        definition.detect().column().map(Name::position).orElse(definition.name().position());
    if (definition.detect().by() != By.DIFF && definition.mode() == Mode.REPLACE) {
      throw wrong(
          "MODE REPLACE takes the whole result: leave out DETECT CHANGES BY "
              + definition.detect().by(),
          position);
    }
    if (definition.detect().by() != By.OPERATION) {
      return;
    }
    if (definition.reconcileDays() > 0) {
      throw ofFeed("RECONCILE", "it does not have the rows that have not changed", position);
    } else if (definition.deleteWhen().isPresent()) {
      throw ofFeed("DELETE WHEN", "it says itself what is deleted", position);
    } else if (definition.firstRun().baseline()) {
      throw ofFeed(
          "ON FIRST RUN BASELINE", "what it has not told yet is still to be sent", position);
    }
    for (Constraint constraint : definition.constraints()) {
      if (constraint.overall()) {
        throw ofFeed(
            "EXPECT OVERALL",
            "its rows are changes, not the whole result: expect something of each row, or say"
                + " LIMIT CHANGES",
            constraint.name().position());
      }
    }
  }

  private StatementException ofFeed(String clause, String why, Position position) {
    return wrong(
        clause + " does not go with DETECT CHANGES BY OPERATION: the query is a feed, and " + why,
        position);
  }

  private static boolean changesFields(OnRemove what) {
    return what == OnRemove.CLEAR || what == OnRemove.SET;
  }

  private void removal(String clause, OnRemove what, Position position) throws StatementException {
    switch (what) {
      case KEEP -> {}
      case DELETE -> require(Operation.DELETE, clause, position);
      case SET -> require(Operation.UPDATE, clause, position);
      case CLEAR -> {
        require(Operation.UPDATE, clause, position);
        require(Operation.CLEAR, clause, position);
      }
    }
  }

  private void policy(FieldList.Item item) throws StatementException {
    FieldPolicy policy = item.policy();
    Position position = item.column().position();
    String words = policy.toString();
    if (policy.asksDestination()) {
      require(Operation.READ, words, position);
    }
    if (policy.wins() == Wins.KEEP_LATEST && !target.tellsChangeTimes()) {
      throw wrong(
          "destination type "
              + manifest.type()
              + " cannot do "
              + words
              + ": it does not tell when a record was changed",
          position);
    }
    Mode mode = definition.mode();
    boolean once = mode.appends() || mode == Mode.INSERT;
    boolean aboutChanges =
        policy.asksDestination()
            || policy.wins() == Wins.ON_CREATE_ONLY
            || policy.passive()
            || policy.stable().isPresent();
    if (once && aboutChanges && mode != Mode.APPEND_CHANGES) {
      throw wrong(
          "MODE " + mode + " sends a key once and changes nothing: leave out " + words, position);
    }
    if (mode == Mode.APPEND_CHANGES
        && (policy.asksDestination() || policy.wins() == Wins.ON_CREATE_ONLY)) {
      throw wrong("MODE APPEND CHANGES does not look for a record: leave out " + words, position);
    }
  }

  private void require(Operation operation, String clause, Position position)
      throws StatementException {
    if (!manifest.operations().contains(operation)) {
      throw wrong(
          "destination type "
              + manifest.type()
              + " cannot do "
              + clause
              + ": it has no "
              + operation.name().toLowerCase(Locale.ROOT),
          position);
    }
  }

  private StatementException never(String what, String clause) {
    return wrong("MODE " + definition.mode() + " removes nothing: leave out " + what, at(clause));
  }

  private Position at(String clause) {
    return command.position(clause);
  }

  private static StatementException wrong(String message, Position position) {
    return new StatementException(SqlState.INVALID_VALUE, message, position);
  }
}
