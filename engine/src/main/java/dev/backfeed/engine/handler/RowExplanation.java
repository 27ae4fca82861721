package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.Preview;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.RowStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Mode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is told of one row, section by section. */
final class RowExplanation {
  private static final int ANSWERS = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Warehouse work;
  private final StoredSync sync;
  private final DiffSpec spec;
  private final String key;
  private final RowStatements statements;
  private final List<List<Object>> rows = new ArrayList<>();
  private boolean inQuery;
  private boolean inState;
  private boolean removed;
  private boolean withheld;
  private boolean moves;
  private int doubt;

  RowExplanation(RunEnvironment environment, StoredSync sync, DiffSpec spec, String key) {
    this.work = environment.work();
    this.sync = sync;
    this.spec = spec;
    this.key = key;
    this.statements = new RowStatements(work, spec);
    add("key", "record_key", key);
  }

  List<List<Object>> rows() {
    return rows;
  }

  /** Whether the query has it, and with what values. */
  void query() throws SQLException {
    List<String> found = work.query(statements.inQuery(key), row -> row.getString(1));
    inQuery = !found.isEmpty();
    add("query", "rows", found.size());
    found.forEach(texts -> addFields("query", texts));
  }

  /** What the destination holds, as far as it has answered. */
  void state() throws SQLException {
    List<Boolean> gone =
        work.query(
            statements.inState(key),
            row -> {
              boolean left = row.getObject(3) != null;
              doubt = row.getInt(6);
              String former = spec.rekeyed().isPresent() ? row.getString(7) : null;
              moves = former != null;
              add("state", "record", record(left));
              if (moves) {
                add("state", "former key", Preview.formerKey(former));
              }
              addFields("state", row.getString(1));
              add("state", "_destination_id", row.getString(2));
              add("state", "_removed_at", time(row, 3));
              add("state", "_run_id", row.getString(4));
              add("state", "_synced_at", time(row, 5));
              return left;
            });
    inState = !gone.isEmpty();
    removed = inState && gone.get(0);
    if (!inState) {
      add("state", "record", "none");
    }
  }

  private String record(boolean left) {
    return switch (doubt) {
      case 2 -> "may be there";
      case 3 -> "not there";
      case 4 -> "there before, not made by this sync";
      default -> left ? "removed" : "there";
    };
  }

  /** Which fields differ from what the destination holds, and are not sent for their policies. */
  void policies() throws SQLException {
    if (spec.hasPolicies() && inQuery && inState) {
      List<WithheldFields.Field> fields = new WithheldFields(work, sync, spec, key).find();
      fields.forEach(field -> add("policies", field.name(), field.why()));
      withheld = !fields.isEmpty();
    }
  }

  /** What a run would do with it now, and what a plan that is held would. */
  void plan(Sql with) throws SQLException {
    String verdict =
        work.queryOne(statements.inPlan(with, Sql.name("plan"), key), this::verdict)
            .orElseGet(this::nothing);
    add("run", "would", sync.paused() ? "do nothing: the sync is paused" : verdict);
    Optional<HeldPlans.Held> held = new HeldPlans(work).of(sync);
    if (held.isPresent()) {
      Sql table = work.table(StoredSync.planTable(held.get().runId()));
      work.queryOne(statements.inPlan(Sql.EMPTY, table, key), this::verdict)
          .ifPresent(v -> add("plan of " + held.get().runId(), "would", v));
    }
  }

  private String verdict(ResultSet row) throws SQLException {
    String op = row.getString(1);
    String reason = row.getString(3);
    return switch (row.getString(2)) {
      case "send" -> sent(op, row.getString(4), left(row.getString(5), row.getBoolean(6)));
      case "wait" ->
          "leave it to a later run: "
              + (reason == null
                  ? "there is a pace"
                  : "another record has not given up its key yet");
      case "hold" -> "hold it back: " + reason;
      case "reject" ->
          "reject it: " + reason + (row.getString(7) == null ? "" : ", " + row.getString(7));
      case "note" -> "do nothing: what is new has not held long enough";
      default ->
          "take it back: it has returned to the query"
              + (withheld
                  ? ", and what differs is withheld by policies"
                  : " as the destination holds it");
    };
  }

  private String sent(String op, String mask, String left) {
    return switch (op) {
      case "added" -> "send it: it is new";
      case "changed" -> changed(mask);
      case "removed" -> left;
      default -> "send it again: an answer about it got lost";
    };
  }

  private static String left(String removal, boolean flagged) {
    String why = flagged ? ": DELETE WHEN flags it" : ": it has left the query";
    return switch (removal == null ? "" : removal) {
      case "KEEP" -> "remember that it has left the query";
      case "CLEAR" -> "clear its fields" + why;
      case "SET" -> "set fields of it" + why;
      default -> "remove it" + why;
    };
  }

  private String changed(String mask) {
    String differ = fields(mask, "1p");
    String asked = fields(mask, "KP");
    if (moves && asked.isEmpty()) {
      return "send it: its record gets this key"
          + (differ.isEmpty() ? "" : ", and differs in " + differ);
    }
    if (differ.isEmpty() && asked.isEmpty()) {
      return "set the fields of ON RETURN: it is back in the query";
    }
    String ask = "ask the destination about " + asked + ", and do as the policy says";
    if (differ.isEmpty()) {
      return ask;
    }
    String verb = differ.contains(", ") ? " differ" : " differs";
    return "send it: " + differ + verb + (asked.isEmpty() ? "" : "; " + ask);
  }

  private String fields(String mask, String letters) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < spec.fields().size(); i++) {
      if (letters.indexOf(mask == null ? '1' : mask.charAt(i)) >= 0) {
        fields.add(spec.fields().get(i).field());
      }
    }
    return String.join(", ", fields);
  }

  private String nothing() {
    if (inQuery) {
      return inQuery();
    }
    if (removed) {
      return "do nothing: it has left the query before";
    }
    return inState
        ? "do nothing: what was appended stays"
        : "do nothing: neither the query nor the state has this key";
  }

  private String inQuery() {
    Mode mode = sync.definition().mode();
    if (doubt == 3) {
      return "do nothing: the destination has no record with this key, and is asked again when the"
          + " row changes or after recheck_missing";
    }
    if (mode == Mode.INSERT || mode == Mode.APPEND) {
      return "do nothing: MODE " + mode + " sends a key once";
    }
    return withheld
        ? "do nothing: what differs is withheld by policies"
        : "do nothing: the destination holds it as the query says";
  }

  /** What holds it back, or is owed. */
  void notes() throws SQLException {
    work.query(
        Sql.of(
            "SELECT reason, op, attempts, first_at, next_attempt_at, run_id, error_type,"
                + " error_code, error_message FROM {} WHERE sync_id = {} AND record_key = {}"
                + " ORDER BY reason",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            Sql.literal(key)),
        row -> {
          boolean givenUp = row.getString(1).equals("FAILED") && row.getObject(5) == null;
          add("note", "reason", givenUp ? "GIVEN_UP" : row.getString(1));
          add("note", "why", joined(row.getString(7), row.getString(8), row.getString(9)));
          add("note", "attempts", row.getLong(3));
          add("note", "since", time(row, 4));
          add("note", "next_attempt_at", time(row, 5));
          add("note", "run_id", row.getString(6));
          return null;
        });
  }

  /** The latest answers, the newest first. */
  void answers() throws SQLException {
    work.query(
        Sql.of(
            "SELECT occurred_at, run_id, operation, outcome, CAST(changes AS VARCHAR), error_type,"
                + " error_code, error_message FROM {} WHERE sync = {} AND record_key = {}"
                + " ORDER BY occurred_at DESC, run_id DESC LIMIT {}",
            work.table("sync_log"),
            Sql.literal(sync.name()),
            Sql.literal(key),
            Sql.number(ANSWERS)),
        row -> {
          String what = row.getString(3) + ", " + row.getString(4);
          String why = joined(row.getString(6), row.getString(7), row.getString(8));
          add(
              "log",
              "run " + row.getString(2),
              joined(time(row, 1), what, changes(row.getString(5)), why));
          return null;
        });
  }

  /** Warehouses write JSON each in its own way. */
  private static String changes(String json) {
    return json == null ? null : Json.write(Json.read(json));
  }

  private void addFields(String section, String texts) {
    String[] values = Json.texts(texts, spec.fields().size());
    for (int i = 0; i < values.length; i++) {
      add(section, spec.fields().get(i).field(), values[i]);
    }
  }

  private void add(String section, String item, Object value) {
    rows.add(Arrays.asList(section, item, value == null ? null : value.toString()));
  }

  static String time(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : TIME.format(time.toInstant());
  }

  private static String joined(String... parts) {
    String text =
        String.join(": ", Arrays.stream(parts).filter(p -> p != null && !p.isEmpty()).toList());
    return text.isEmpty() ? null : text;
  }
}
