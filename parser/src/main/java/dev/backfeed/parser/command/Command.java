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
   * @param text the statement as written, without what surrounds it
   */
  record CreateSync(
      boolean orReplace,
      boolean ifNotExists,
      SyncDefinition definition,
      boolean resetState,
      String text)
      implements Command {}

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
   * {@code SYNC NOW s [, t …] | ALL [FULL | RETRY] [DRY RUN] [LIMIT n]}.
   *
   * @param syncs none for ALL
   * @param scope which rows
   * @param dryRun plan and count, write nothing
   * @param limit at most so many rows are sent; the others are deferred
   */
  record SyncNow(List<Name> syncs, Scope scope, boolean dryRun, OptionalLong limit)
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

    public SyncNow {
      syncs = List.copyOf(syncs);
    }

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
}
