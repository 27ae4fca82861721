package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Command;
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

/** The clauses of one {@code CREATE SYNC} as the grammar meets them, in any order. */
final class SyncClauses {
  private final StatementText s;
  private final Name name;
  private final Occurrences seen;
  private boolean allFields;
  private Query query;

  ObjectName target;
  final List<KeyColumn> key = new ArrayList<>();
  Mode mode = Mode.UPSERT;
  final List<Name> except = new ArrayList<>();
  final List<FieldList.Item> items = new ArrayList<>();
  Optional<Removal> onRemove = Optional.empty();
  FirstRun firstRun = FirstRun.BACKFILL;
  private final List<Limit> limits = new ArrayList<>();
  final OptionList given = new OptionList();

  SyncClauses(StatementText s, Name name) {
    this.s = s;
    this.name = name;
    this.seen = new Occurrences(s, "CREATE SYNC");
  }

  void once(String clause, Token t) {
    seen.once(clause, t);
  }

  void allFields(Token star) {
    if (allFields) {
      throw new SyntaxFailure(s.offset(star), "FIELDS has * twice: one stands for all columns");
    }
    allFields = true;
  }

  /** More than everything would be a guard that never holds; added rows may well be more. */
  void percentage(Token percent, Limit.Subject subject, long amount) {
    if (amount > 100 && subject != Limit.Subject.CHANGES) {
      throw new SyntaxFailure(s.offset(percent), amount + " PERCENT: a percentage is at most 100");
    }
  }

  void limit(Limit.Subject subject, long amount, Limit.Unit unit) {
    limits.add(new Limit(subject, amount, unit));
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
          "sync \"%s\" needs %s".formatted(name.text(), String.join(", ", missing)));
    }
  }

  void verbatimQuery() {
    query = QueryReader.read(s.outline(), s.lexicon());
  }

  void tableQuery(List<Name> path) {
    query = QueryReader.table(path, s.lexicon());
  }

  Command.CreateSync create(Token begin, boolean orReplace, boolean ifNotExists) {
    FieldList fields = seen.has("FIELDS") ? new FieldList(allFields, except, items) : FieldList.ALL;
    SyncDefinition definition =
        new SyncDefinition(
            name,
            target,
            key,
            List.of(),
            List.of(),
            mode,
            fields,
            onRemove,
            List.of(),
            Optional.empty(),
            Detect.DIFF,
            0,
            List.of(),
            firstRun,
            limits,
            seen.has("ALLOW EMPTY"),
            Optional.empty(),
            given.list(),
            query);
    return new Command.CreateSync(
        orReplace,
        ifNotExists,
        definition,
        seen.has("RESET STATE"),
        List.of(),
        0,
        0,
        0,
        s.text(s.offset(begin), s.outline().end()));
  }
}
