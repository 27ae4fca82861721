package dev.backfeed.parser.command;

import static dev.backfeed.parser.command.Shape.Type.BIGINT;
import static dev.backfeed.parser.command.Shape.Type.BOOLEAN;
import static dev.backfeed.parser.command.Shape.Type.TIMESTAMP;
import static dev.backfeed.parser.command.Shape.Type.VARCHAR;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One statement of ours. Every kind is a record below; a {@code switch} over them that misses one
 * does not compile, and a test holds the text cases and the manual against the same list.
 */
public sealed interface Command {
  /** The result columns; {@link Shape#UPDATE_COUNT} for a statement that returns none. */
  default Shape shape() {
    return Shape.UPDATE_COUNT;
  }

  /** {@code CREATE [OR REPLACE] DESTINATION [IF NOT EXISTS] name TYPE type [WITH (…)]}. */
  record CreateDestination(
      boolean orReplace, boolean ifNotExists, Name name, Name type, List<Option> options)
      implements Command {
    public CreateDestination {
      options = List.copyOf(options);
    }
  }

  /**
   * {@code ALTER DESTINATION name SET (…) | UNSET (…)}.
   *
   * @param set empty for UNSET
   * @param unset empty for SET
   */
  record AlterDestination(Name name, List<Option> set, List<Name> unset) implements Command {
    public AlterDestination {
      set = List.copyOf(set);
      unset = List.copyOf(unset);
    }
  }

  /** {@code DESCRIBE DESTINATION name}: options, limits, quota used today, objects. */
  record DescribeDestination(Name name) implements Command {
    @Override
    public Shape shape() {
      return Shape.texts("section", "item", "value");
    }
  }

  /** {@code DESCRIBE DESTINATION name.object}: one row a field. */
  record DescribeObject(ObjectName object) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "field", VARCHAR,
          "type", VARCHAR,
          "required", BOOLEAN,
          "writable", BOOLEAN,
          "key", BOOLEAN,
          "max_length", BIGINT,
          "allowed_values", VARCHAR);
    }
  }

  /** {@code SHOW DESTINATION TYPES [LIKE 'pattern']}: what each type's manifest says. */
  record ShowDestinationTypes(Optional<String> like) implements Command {
    @Override
    public Shape shape() {
      return Shape.texts(
          "type",
          "description",
          "operations",
          "options",
          "object_options",
          "batch",
          "idempotent",
          "key_comparison",
          "finds_by");
    }
  }

  /** {@code PAUSE DESTINATION name}. */
  record PauseDestination(Name name) implements Command {}

  /** {@code RESUME DESTINATION name}. */
  record ResumeDestination(Name name) implements Command {}

  /** {@code DROP DESTINATION [IF EXISTS] name}. */
  record DropDestination(boolean ifExists, Name name) implements Command {}

  /** {@code SHOW DESTINATIONS [LIKE 'pattern']}. */
  record ShowDestinations(Optional<String> like) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "name", VARCHAR, "type", VARCHAR, "tags", VARCHAR, "paused", BOOLEAN, "syncs", BIGINT);
    }
  }

  /** {@code TEST DESTINATION name}: one row a check. */
  record TestDestination(Name name) implements Command {
    @Override
    public Shape shape() {
      return Shape.of("check", VARCHAR, "ok", BOOLEAN, "message", VARCHAR);
    }
  }

  /**
   * {@code CREATE [OR REPLACE] SYNC [IF NOT EXISTS] …}.
   *
   * @param resetState whether {@code RESET STATE} was written
   * @param clauses where they stand in {@code text}, in order
   * @param nameEnd index in {@code text} after the sync's name, which begins at {@code nameStart}
   * @param bodyStart index of the {@code AS} before the query: a further clause goes before it
   * @param text the statement as written, from CREATE to the end of the query
   */
  record CreateSync(
      boolean orReplace,
      boolean ifNotExists,
      SyncDefinition definition,
      boolean resetState,
      List<Clause> clauses,
      int nameStart,
      int nameEnd,
      int bodyStart,
      String text)
      implements Command {
    public CreateSync {
      clauses = List.copyOf(clauses);
    }

    /** Where the user wrote a clause; the sync's name where it was not written. */
    public Position position(String name) {
      return clause(name).map(Clause::position).orElseGet(definition.name()::position);
    }

    /** Where a clause stands; empty where it was not written. */
    public Optional<Clause> clause(String name) {
      return clauses.stream().filter(clause -> clause.name().equals(name)).findFirst();
    }

    /** {@code text} with a clause added, or put in the place of the one of that name. */
    public String with(Alteration.SetClause set) {
      return DefinitionText.with(this, set.clause(), set.text());
    }

    /** {@code text} without a clause; unchanged where it was not written. */
    public String without(Alteration.DropClause drop) {
      return clause(drop.clause()).map(c -> DefinitionText.without(this, c)).orElse(text);
    }

    /** {@code text} with another name of the sync. */
    public String renamed(Name to) {
      return DefinitionText.renamed(this, to);
    }

    /** {@code text} with these options in place of all it had; without {@code WITH} for none. */
    public String withOptions(List<Option> options) {
      return options.isEmpty()
          ? clause("WITH").map(c -> DefinitionText.without(this, c)).orElse(text)
          : DefinitionText.with(this, "WITH", DefinitionText.with(options));
    }
  }

  /** {@code VALIDATE CREATE SYNC …}: the checks of CREATE, one row each; nothing is stored. */
  record ValidateSync(CreateSync create) implements Command {
    @Override
    public Shape shape() {
      return Shape.of("check", VARCHAR, "ok", BOOLEAN, "message", VARCHAR);
    }
  }

  /** {@code ALTER SYNC name …}. */
  record AlterSync(Name name, Alteration alteration) implements Command {}

  /**
   * {@code ALTER SYNC SETTINGS SET (…) | UNSET (…)}: of all syncs.
   *
   * @param set empty for UNSET
   * @param unset empty for SET
   */
  record AlterSettings(List<Option> set, List<Name> unset) implements Command {
    public AlterSettings {
      set = List.copyOf(set);
      unset = List.copyOf(unset);
    }
  }

  /** {@code DESCRIBE SYNC name}: one row a column. */
  record DescribeSync(Name name) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "column", VARCHAR,
          "type", VARCHAR,
          "field", VARCHAR,
          "key", BOOLEAN,
          "policy", VARCHAR,
          "nulls", VARCHAR,
          "source_columns", VARCHAR);
    }
  }

  /**
   * {@code ERASE SYNC name KEY ('…', …) [AND DESTINATION]}: a person's right to be forgotten; gives
   * the rows touched.
   *
   * @param key one text a key column
   */
  record EraseSync(Name name, List<String> key, Position keyPosition, boolean andDestination)
      implements Command {
    public EraseSync {
      key = List.copyOf(key);
    }
  }

  /** {@code DROP SYNC [IF EXISTS] name [KEEP STATE]}. */
  record DropSync(boolean ifExists, Name name, boolean keepState) implements Command {}

  /** {@code SHOW SYNCS [LIKE 'pattern']}. */
  record ShowSyncs(Optional<String> like) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "name",
          VARCHAR,
          "destination",
          VARCHAR,
          "object",
          VARCHAR,
          "mode",
          VARCHAR,
          "schedule",
          VARCHAR,
          "paused",
          BOOLEAN,
          "tags",
          VARCHAR,
          "last_status",
          VARCHAR,
          "last_run_at",
          TIMESTAMP,
          "rows_in_state",
          BIGINT);
    }
  }

  /** {@code SHOW CREATE SYNC name}. */
  record ShowCreateSync(Name name) implements Command {
    @Override
    public Shape shape() {
      return Shape.texts("statement");
    }
  }

  /** {@code SHOW SYNC RUNS [FOR name] [LIKE 'pattern']}: newest first, at most 100. */
  record ShowSyncRuns(Optional<Name> sync, Optional<String> like) implements Command {
    @Override
    public Shape shape() {
      ArrayList<Shape.Column> columns = new ArrayList<>(SyncNow.SHAPE.columns());
      columns.add(new Shape.Column("started_at", TIMESTAMP));
      return new Shape(columns);
    }
  }

  /**
   * {@code SYNC NOW s [, t …] | ALL | TAG 'tag' | TO destination [FULL | RETRY | REPAIR] [DRY RUN]
   * [FOR REVIEW] [LIMIT n] [OR FAIL]}.
   *
   * @param selection which syncs
   * @param scope which rows
   * @param dryRun plan and count, write nothing
   * @param forReview plan, and hold the plan until it is approved
   * @param limit at most so many rows are sent; the others are deferred
   * @param orFail whether the statement fails at the end if one of several syncs did
   */
  record SyncNow(
      Selection selection,
      Scope scope,
      boolean dryRun,
      boolean forReview,
      OptionalLong limit,
      boolean orFail)
      implements Command {
    static final Shape SHAPE =
        Shape.of(
            "run_id", VARCHAR,
            "sync", VARCHAR,
            "status", VARCHAR,
            "selected", BIGINT,
            "unchanged", BIGINT,
            "added", BIGINT,
            "changed", BIGINT,
            "removed", BIGINT,
            "resent", BIGINT,
            "created", BIGINT,
            "updated", BIGINT,
            "deleted", BIGINT,
            "skipped", BIGINT,
            "rejected", BIGINT,
            "failed", BIGINT,
            "deferred", BIGINT,
            "api_calls", BIGINT,
            "retries", BIGINT,
            "duration_ms", BIGINT,
            "message", VARCHAR);

    @Override
    public Shape shape() {
      return SHAPE;
    }
  }

  /** {@code EXPLAIN SYNC name}. */
  record ExplainSync(Name name) implements Command {
    @Override
    public Shape shape() {
      return Shape.texts("section", "item", "value");
    }
  }

  /** {@code EXPLAIN SYNC name KEY ('…', …)}: what is known of one row; one text a key column. */
  record ExplainKey(Name name, List<String> key, Position keyPosition) implements Command {
    public ExplainKey {
      key = List.copyOf(key);
    }

    @Override
    public Shape shape() {
      return Shape.texts("section", "item", "value");
    }
  }

  /** {@code PREVIEW SYNC name [LIMIT n]}: the rows a run would send, and the request of each. */
  record PreviewSync(Name name, OptionalLong limit) implements Command {
    static final Shape SHAPE = Shape.texts("operation", "record_key", "changes", "request");

    @Override
    public Shape shape() {
      return SHAPE;
    }
  }

  /** {@code PREVIEW RUN 'id' [LIMIT n]}: the same of a plan that is held. */
  record PreviewRun(RunName run, OptionalLong limit) implements Command {
    @Override
    public Shape shape() {
      return PreviewSync.SHAPE;
    }
  }

  /** {@code APPROVE RUN 'id'}: sends a plan that is held, as it is. */
  record ApproveRun(RunName run) implements Command {
    @Override
    public Shape shape() {
      return SyncNow.SHAPE;
    }
  }

  /** {@code REJECT RUN 'id'}: drops a plan that is held. */
  record RejectRun(RunName run) implements Command {}

  /** {@code CANCEL RUN 'id'}: a run under way stops before its next call. */
  record CancelRun(RunName run) implements Command {}

  /**
   * {@code UNDO RUN 'id' [DELETE CREATED] [DRY RUN]}: one row a record of that run.
   *
   * @param deleteCreated whether records it created are deleted
   * @param dryRun say what would be done, do nothing
   */
  record UndoRun(RunName run, boolean deleteCreated, boolean dryRun) implements Command {
    @Override
    public Shape shape() {
      return Shape.texts(
          "run_id", "sync", "record_key", "operation", "outcome", "fields", "message");
    }
  }

  /** {@code VERIFY SYNC name [SAMPLE n]}: reads the destination back and compares. */
  record VerifySync(Name name, OptionalLong sample) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "verification_id", VARCHAR,
          "sync", VARCHAR,
          "checked", BIGINT,
          "matched", BIGINT,
          "differs", BIGINT,
          "missing", BIGINT,
          "api_calls", BIGINT,
          "duration_ms", BIGINT,
          "message", VARCHAR);
    }
  }

  /** {@code RESET SYNC name}: forget the state; gives the rows forgotten. */
  record ResetSync(Name name) implements Command {}

  /** {@code BASELINE SYNC name}: the present result counts as synced; gives its rows. */
  record BaselineSync(Name name) implements Command {}

  /**
   * {@code PAUSE SYNC name}, {@code PAUSE ALL SYNCS}.
   *
   * @param name empty for all
   */
  record PauseSync(Optional<Name> name) implements Command {}

  /**
   * {@code RESUME SYNC name}, {@code RESUME ALL SYNCS}.
   *
   * @param name empty for all
   */
  record ResumeSync(Optional<Name> name) implements Command {}

  /**
   * {@code RESOLVE SYNC name IN DOUBT AS SENT | UNSENT}: says what became of calls without answer;
   * gives the rows touched.
   */
  record ResolveSync(Name name, boolean sent) implements Command {}

  /**
   * {@code CREATE [OR REPLACE] SYNC ALERT name ON SYNC s | ALL SYNCS WHEN condition [OR …] NOTIFY
   * destination.object [, …]}.
   *
   * @param sync which sync is watched; empty for all
   * @param conditions at least one, no two alike
   * @param targets who is told: at least one, no two alike
   */
  record CreateAlert(
      boolean orReplace,
      Name name,
      Optional<Name> sync,
      List<AlertCondition> conditions,
      List<ObjectName> targets)
      implements Command {
    public CreateAlert {
      conditions = List.copyOf(conditions);
      targets = List.copyOf(targets);
    }
  }

  /** {@code DROP SYNC ALERT [IF EXISTS] name}. */
  record DropAlert(boolean ifExists, Name name) implements Command {}

  /** {@code SHOW SYNC ALERTS [LIKE 'pattern']}: what is watched, and what is wrong now. */
  record ShowAlerts(Optional<String> like) implements Command {
    @Override
    public Shape shape() {
      return Shape.of(
          "name", VARCHAR,
          "on_sync", VARCHAR,
          "conditions", VARCHAR,
          "notify", VARCHAR,
          "state", VARCHAR,
          "since", TIMESTAMP,
          "violations", VARCHAR);
    }
  }
}
