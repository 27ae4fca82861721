package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Clause;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.DeleteWhen;
import dev.backfeed.parser.command.Detect;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FirstRun;
import dev.backfeed.parser.command.KeyColumn;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.query.QueryReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The clauses of one {@code CREATE SYNC} as the grammar meets them, in any order; or the one clause
 * of an {@code ALTER SYNC … SET}.
 */
final class SyncClauses {
  private static final Set<String> ONLY_CREATED = Set.of("TO", "RESET STATE");

  private final StatementText s;
  private final Optional<Name> name;
  private final Token nameToken;
  private final Occurrences seen;
  private final List<Clause> places = new ArrayList<>();
  private String clause;
  private Token first;
  private boolean allFields;
  private Query query;

  ObjectName target;
  List<KeyColumn> key;
  final List<List<KeyColumn>> match = new ArrayList<>();
  final List<Name> rekeyFrom = new ArrayList<>();
  Mode mode = Mode.UPSERT;
  final List<Name> except = new ArrayList<>();
  final List<FieldList.Item> items = new ArrayList<>();
  Removal onRemove;
  List<Assignment> onReturn = List.of();
  DeleteWhen deleteWhen;
  Detect detect = Detect.DIFF;
  long reconcileDays;
  final List<Constraint> constraints = new ArrayList<>();
  FirstRun firstRun = FirstRun.BACKFILL;
  final List<Limit> limits = new ArrayList<>();
  final ScheduleWords schedule;
  final OptionList given = new OptionList();
  Token body;

  /** Of a CREATE SYNC. */
  SyncClauses(StatementText s, Name name, Token nameToken) {
    this.s = s;
    this.name = Optional.ofNullable(name);
    this.nameToken = nameToken;
    this.seen = new Occurrences(s, "CREATE SYNC");
    this.schedule = new ScheduleWords(s);
  }

  /** Of an ALTER SYNC. */
  SyncClauses(StatementText s) {
    this(s, null, null);
  }

  /**
   * A clause begins, or shows which one it is.
   *
   * @param t its first word
   */
  void begin(String clause, Token t) {
    if (name.isEmpty() && ONLY_CREATED.contains(clause)) {
      throw refused(clause, t);
    }
    seen.once(clause, t);
    this.clause = clause;
    this.first = t;
  }

  /** A part of a clause that may come once. */
  void once(String part, Token t) {
    seen.once(part, t);
  }

  /** The clause that has begun ends. */
  void end(Token last) {
    places.add(new Clause(clause, s.offset(first), s.end(last), s.position(first)));
  }

  /** For what ALTER SYNC does not change. */
  SyntaxFailure refused(String clause, Token t) {
    return new SyntaxFailure(
        s.offset(t),
        "ALTER SYNC … SET takes no %s: write the sync anew, with CREATE OR REPLACE SYNC"
            .formatted(clause));
  }

  /** For what a sync must have. */
  SyntaxFailure kept(String clause, Token t) {
    return new SyntaxFailure(
        s.offset(t),
        "a sync cannot be without %s: to change it, write the sync anew, with CREATE OR REPLACE SYNC"
            .formatted(clause));
  }

  void allFields(Token star) {
    if (allFields) {
      throw new SyntaxFailure(s.offset(star), "FIELDS has * twice: one stands for all columns");
    }
    allFields = true;
  }

  /** Called where {@code AS} is due, so that a statement says all that it lacks at once. */
  void complete(Token next) {
    boolean end = next.kind == CalciteGrammarConstants.EOF;
    if (!end && next.kind != CalciteGrammarConstants.AS) {
      return;
    }
    List<String> missing = new ArrayList<>();
    if (!seen.has("TO")) {
      missing.add("TO destination.object");
    }
    if (!seen.has("KEY")) {
      missing.add("KEY (column, …)");
    }
    if (end) {
      missing.add("AS query");
    }
    if (!missing.isEmpty()) {
      throw new SyntaxFailure(
          s.offset(next),
          "sync \"%s\" needs %s".formatted(name.orElseThrow().text(), String.join(", ", missing)));
    }
  }

  void verbatimQuery() {
    query = QueryReader.read(s.outline(), s.lexicon());
  }

  void tableQuery(List<Name> path) {
    query = QueryReader.table(path, s.lexicon());
  }

  /** The one clause of an ALTER SYNC, as written. */
  Alteration.SetClause setClause() {
    Clause place = places.get(0);
    return new Alteration.SetClause(
        place.name(), s.text(place.start(), place.end()), s.position(place.start()));
  }

  /**
   * The statement.
   *
   * @param begin the word CREATE
   */
  Command.CreateSync create(Token begin, boolean orReplace, boolean ifNotExists) {
    int from = s.offset(begin);
    return new Command.CreateSync(
        orReplace,
        ifNotExists,
        definition(),
        seen.has("RESET STATE"),
        places.stream()
            .map(
                c ->
                    new Clause(
                        c.name(), moved(from, c.start()), moved(from, c.end()), c.position()))
            .toList(),
        moved(from, s.offset(nameToken)),
        moved(from, s.end(nameToken)),
        moved(from, s.offset(body)),
        s.text(from, s.outline().end()));
  }

  /** Where a place of the user's text is once the values of parameters are written out. */
  private int moved(int from, int offset) {
    return s.text(from, offset).length();
  }

  private SyncDefinition definition() {
    return new SyncDefinition(
        name.orElseThrow(),
        target,
        key,
        match,
        rekeyFrom,
        mode,
        seen.has("FIELDS") ? new FieldList(allFields, except, items) : FieldList.ALL,
        Optional.ofNullable(onRemove),
        onReturn,
        Optional.ofNullable(deleteWhen),
        detect,
        reconcileDays,
        constraints,
        firstRun,
        limits,
        seen.has("ALLOW EMPTY"),
        schedule.schedule(),
        given.list(),
        query);
  }
}
