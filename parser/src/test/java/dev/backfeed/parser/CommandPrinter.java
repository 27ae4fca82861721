package dev.backfeed.parser;

import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.DeleteWhen;
import dev.backfeed.parser.command.Detect;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.KeyColumn;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.RunName;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.Selection;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.command.Verbatim;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Writes a command as a statement that says it. */
final class CommandPrinter {
  private static final Set<String> PLACES =
      Set.of("clauses", "nameStart", "nameEnd", "bodyStart", "text");

  private final Supplier<String> blank;
  private final Function<String, String> casing;
  private final StringBuilder out = new StringBuilder();

  /**
   * A printer for one command.
   *
   * @param blank what stands between two words: white space and comments
   * @param casing how each word of ours is written
   */
  CommandPrinter(Supplier<String> blank, Function<String, String> casing) {
    this.blank = blank;
    this.casing = casing;
  }

  /** In the plainest way. */
  static String print(Command command) {
    return new CommandPrinter(() -> " ", word -> word).statement(command);
  }

  /** What a command says, without places and without how its names and its text were written. */
  static String meaning(Object value) {
    if (value instanceof Position) {
      return "";
    }
    if (value instanceof Name name) {
      return quoted('"', name.text());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(CommandPrinter::meaning).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(CommandPrinter::meaning).toString();
    }
    if (!(value instanceof Record)) {
      return String.valueOf(value);
    }
    StringBuilder parts = new StringBuilder(value.getClass().getSimpleName()).append('{');
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      if (!(value instanceof Command && PLACES.contains(component.getName()))) {
        parts.append(component.getName()).append('=').append(meaning(get(value, component)));
        parts.append("; ");
      }
    }
    return parts.append('}').toString();
  }

  private static Object get(Object value, RecordComponent component) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  String statement(Command command) {
    if (command instanceof Command.CreateSync c) {
      create(c);
    } else if (command instanceof Command.ValidateSync c) {
      words("VALIDATE").create(c.create());
    } else if (command instanceof Command.SyncNow c) {
      syncNow(c);
    } else if (!ofDestination(command)
        && !ofRun(command)
        && !ofSync(command)
        && !ofAlert(command)) {
      named(command);
    }
    return out.toString();
  }

  private boolean ofDestination(Command command) {
    if (command instanceof Command.CreateDestination c) {
      words("CREATE", c.orReplace() ? "OR REPLACE" : "", "DESTINATION");
      words(c.ifNotExists() ? "IF NOT EXISTS" : "").name(c.name()).words("TYPE").name(c.type());
      words(c.options().isEmpty() ? "" : "WITH").options(c.options());
    } else if (command instanceof Command.AlterDestination c) {
      words("ALTER DESTINATION").name(c.name()).setOrUnset(c.set(), c.unset());
    } else if (command instanceof Command.DropDestination c) {
      words("DROP DESTINATION", c.ifExists() ? "IF EXISTS" : "").name(c.name());
    } else if (command instanceof Command.ShowDestinations c) {
      words("SHOW DESTINATIONS").like(c.like());
    } else if (command instanceof Command.ShowDestinationTypes c) {
      words("SHOW DESTINATION TYPES").like(c.like());
    } else if (command instanceof Command.DescribeObject c) {
      words("DESCRIBE DESTINATION").object(c.object());
    } else {
      return false;
    }
    return true;
  }

  private boolean ofSync(Command command) {
    if (command instanceof Command.AlterSync c) {
      words("ALTER SYNC").name(c.name()).alteration(c.alteration());
    } else if (command instanceof Command.AlterSettings c) {
      words("ALTER SYNC SETTINGS").setOrUnset(c.set(), c.unset());
    } else if (command instanceof Command.DropSync c) {
      words("DROP SYNC", c.ifExists() ? "IF EXISTS" : "").name(c.name());
      words(c.keepState() ? "KEEP STATE" : "");
    } else if (command instanceof Command.EraseSync c) {
      words("ERASE SYNC").name(c.name()).key(c.key());
      words(c.andDestination() ? "AND DESTINATION" : "");
    } else if (command instanceof Command.ShowSyncs c) {
      words("SHOW SYNCS").like(c.like());
    } else if (command instanceof Command.ShowSyncRuns c) {
      words("SHOW SYNC RUNS", c.sync().isPresent() ? "FOR" : "");
      c.sync().ifPresent(this::name);
      like(c.like());
    } else if (command instanceof Command.PauseSync c) {
      oneOrAll("PAUSE", c.name());
    } else if (command instanceof Command.ResumeSync c) {
      oneOrAll("RESUME", c.name());
    } else if (command instanceof Command.ResolveSync c) {
      words("RESOLVE SYNC").name(c.name()).words("IN DOUBT AS", c.sent() ? "SENT" : "UNSENT");
    } else {
      return false;
    }
    return true;
  }

  private boolean ofAlert(Command command) {
    if (command instanceof Command.CreateAlert c) {
      words("CREATE", c.orReplace() ? "OR REPLACE" : "", "SYNC ALERT").name(c.name());
      oneOrAll("ON", c.sync());
      words("WHEN", String.join(" OR ", c.conditions().stream().map(Object::toString).toList()));
      words("NOTIFY").listed(c.targets(), this::object);
    } else if (command instanceof Command.DropAlert c) {
      words("DROP SYNC ALERT", c.ifExists() ? "IF EXISTS" : "").name(c.name());
    } else if (command instanceof Command.ShowAlerts c) {
      words("SHOW SYNC ALERTS").like(c.like());
    } else {
      return false;
    }
    return true;
  }

  private boolean ofRun(Command command) {
    if (command instanceof Command.ExplainKey c) {
      words("EXPLAIN SYNC").name(c.name()).key(c.key());
    } else if (command instanceof Command.PreviewSync c) {
      words("PREVIEW SYNC").name(c.name()).number("LIMIT", c.limit());
    } else if (command instanceof Command.VerifySync c) {
      words("VERIFY SYNC").name(c.name()).number("SAMPLE", c.sample());
    } else if (command instanceof Command.PreviewRun c) {
      run("PREVIEW", c.run()).number("LIMIT", c.limit());
    } else if (command instanceof Command.ApproveRun c) {
      run("APPROVE", c.run());
    } else if (command instanceof Command.RejectRun c) {
      run("REJECT", c.run());
    } else if (command instanceof Command.CancelRun c) {
      run("CANCEL", c.run());
    } else if (command instanceof Command.UndoRun c) {
      run("UNDO", c.run());
      words(c.deleteCreated() ? "DELETE CREATED" : "", c.dryRun() ? "DRY RUN" : "");
    } else {
      return false;
    }
    return true;
  }

  /** Those that hold a name and nothing else. */
  private void named(Command command) {
    if (command instanceof Command.TestDestination c) {
      words("TEST DESTINATION").name(c.name());
    } else if (command instanceof Command.DescribeDestination c) {
      words("DESCRIBE DESTINATION").name(c.name());
    } else if (command instanceof Command.PauseDestination c) {
      words("PAUSE DESTINATION").name(c.name());
    } else if (command instanceof Command.ResumeDestination c) {
      words("RESUME DESTINATION").name(c.name());
    } else if (command instanceof Command.DescribeSync c) {
      words("DESCRIBE SYNC").name(c.name());
    } else if (command instanceof Command.ShowCreateSync c) {
      words("SHOW CREATE SYNC").name(c.name());
    } else if (command instanceof Command.ExplainSync c) {
      words("EXPLAIN SYNC").name(c.name());
    } else if (command instanceof Command.ResetSync c) {
      words("RESET SYNC").name(c.name());
    } else if (command instanceof Command.BaselineSync c) {
      words("BASELINE SYNC").name(c.name());
    } else {
      throw new AssertionError("a statement that is not printed yet: " + command);
    }
  }

  private void create(Command.CreateSync c) {
    words("CREATE", c.orReplace() ? "OR REPLACE" : "", "SYNC");
    words(c.ifNotExists() ? "IF NOT EXISTS" : "").name(c.definition().name());
    sync(c.definition(), c.resetState());
  }

  private void syncNow(Command.SyncNow c) {
    words("SYNC NOW", c.selection().equals(Selection.ALL) ? "ALL" : "")
        .listed(c.selection().syncs(), this::name);
    c.selection().tag().ifPresent(tag -> words("TAG").sign(quoted('\'', tag)));
    c.selection().destination().ifPresent(destination -> words("TO").name(destination));
    words(c.scope() == Scope.CHANGES ? "" : c.scope().name(), c.dryRun() ? "DRY RUN" : "");
    words(c.forReview() ? "FOR REVIEW" : "").number("LIMIT", c.limit());
    words(c.orFail() ? "OR FAIL" : "");
  }

  private void alteration(Alteration alteration) {
    if (alteration instanceof Alteration.SetOptions a) {
      words("SET").options(a.options());
    } else if (alteration instanceof Alteration.UnsetOptions a) {
      setOrUnset(List.of(), a.options());
    } else if (alteration instanceof Alteration.SetClause a) {
      words("SET").sign(a.text());
    } else if (alteration instanceof Alteration.DropClause a) {
      dropped(a.clause());
    } else if (alteration instanceof Alteration.Rename a) {
      words("RENAME TO").name(a.to());
    } else if (alteration instanceof Alteration.UseVersion a) {
      words("USE VERSION").sign(Long.toString(a.version()));
    } else {
      throw new AssertionError("an alteration that is not printed yet: " + alteration);
    }
  }

  private void dropped(String clause) {
    if (clause.startsWith("CONSTRAINT ")) {
      words("DROP CONSTRAINT").sign(quoted('"', clause.substring("CONSTRAINT ".length())));
    } else {
      words("DROP", clause);
    }
  }

  private CommandPrinter setOrUnset(List<Option> set, List<Name> unset) {
    return unset.isEmpty()
        ? words("SET").options(set)
        : words("UNSET").sign("(").listed(unset, this::name).sign(")");
  }

  private CommandPrinter run(String verb, RunName run) {
    return words(verb, "RUN").sign(quoted('\'', run.id()));
  }

  private CommandPrinter key(List<String> key) {
    return words("KEY").sign("(").listed(key, text -> sign(quoted('\'', text))).sign(")");
  }

  private CommandPrinter object(ObjectName object) {
    name(object.destination());
    object.path().forEach(part -> sign(".").name(part));
    return this;
  }

  private void sync(SyncDefinition d, boolean resetState) {
    words("TO").object(d.target()).words("KEY").keyColumns(d.key());
    words(d.match().isEmpty() ? "" : "MATCH").listed(d.match(), this::keyColumns);
    if (!d.rekeyFrom().isEmpty()) {
      words("REKEY FROM").sign("(").listed(d.rekeyFrom(), this::name).sign(")");
    }
    words("MODE", d.mode().toString()).fields(d.fields());
    d.onRemove().ifPresent(rule -> words("ON REMOVE").removal(rule));
    words(d.onReturn().isEmpty() ? "" : "ON RETURN SET").assignments(d.onReturn());
    d.deleteWhen().ifPresent(this::deleteWhen);
    words("DETECT CHANGES BY").detect(d.detect());
    if (d.reconcileDays() > 0) {
      words("RECONCILE EVERY").sign(Long.toString(d.reconcileDays())).words("DAYS");
    }
    d.constraints().forEach(this::constraint);
    guards(d, resetState);
    d.schedule().ifPresent(this::schedule);
    words(d.options().isEmpty() ? "" : "WITH").options(d.options());
    words("AS");
    out.append(' ').append(d.query().text());
  }

  private void guards(SyncDefinition d, boolean resetState) {
    words("ON FIRST RUN", d.firstRun().baseline() ? "BASELINE" : "BACKFILL");
    if (d.firstRun().pace().isPresent()) {
      number("AT", d.firstRun().pace()).words("ROWS PER DAY");
    }
    for (Limit limit : d.limits()) {
      words("LIMIT", limit.subject().name(), "TO").sign(Long.toString(limit.amount()));
      words(limit.unit().name());
    }
    words(d.allowEmpty() ? "ALLOW EMPTY" : "", resetState ? "RESET STATE" : "");
  }

  private CommandPrinter keyColumns(List<KeyColumn> columns) {
    return sign("(").listed(columns, k -> name(k.column()).alias(k.field())).sign(")");
  }

  private CommandPrinter removal(Removal removal) {
    return words(removal.what().name()).assignments(removal.set());
  }

  private CommandPrinter assignments(List<Assignment> all) {
    return all.isEmpty() ? this : sign("(").listed(all, this::assignment).sign(")");
  }

  private CommandPrinter assignment(Assignment a) {
    field(a.field()).sign("=");
    return a.value().isPresent() ? value(a.value().get()) : words("NULL");
  }

  private void deleteWhen(DeleteWhen d) {
    words("DELETE WHEN").verbatim(d.condition());
    if (d.how().what() != OnRemove.DELETE) {
      removal(d.how());
    }
  }

  private void detect(Detect d) {
    words(d.by().name());
    d.column().ifPresent(this::name);
    if (d.lookbackMinutes() > 0) {
      words("LOOKBACK").sign(Long.toString(d.lookbackMinutes())).words("MINUTES");
    }
    d.sequence().ifPresent(sequence -> words("ORDER BY").name(sequence));
  }

  private void constraint(Constraint c) {
    words("CONSTRAINT").name(c.name()).words("EXPECT", c.overall() ? "OVERALL" : "");
    verbatim(c.expression()).words("ON VIOLATION", c.onViolation().toString());
  }

  /** Comments beside it would be part of it; one that it ends with needs its line's end. */
  private CommandPrinter verbatim(Verbatim sql) {
    sign("(");
    out.append('\n').append(sql.text()).append("\n)");
    return this;
  }

  private void schedule(Schedule s) {
    words("SCHEDULE", s.kind().name());
    s.unit().ifPresent(unit -> sign(Long.toString(s.every())).words(unit.name()));
    s.cron().ifPresent(cron -> sign(quoted('\'', cron)));
    s.after().ifPresent(this::name);
    s.window()
        .ifPresent(
            w ->
                words("WINDOW")
                    .sign(quoted('\'', w.from()))
                    .words("TO")
                    .sign(quoted('\'', w.to())));
    s.zone().ifPresent(zone -> words("TIME ZONE").sign(quoted('\'', zone)));
  }

  private void fields(FieldList fields) {
    words("FIELDS").sign("(").sign(fields.all() ? "*" : "");
    if (!fields.except().isEmpty()) {
      words("EXCEPT").sign("(").listed(fields.except(), this::name).sign(")");
    }
    sign(fields.all() && !fields.items().isEmpty() ? "," : "");
    listed(fields.items(), i -> name(i.column()).alias(i.field()).policy(i.policy())).sign(")");
  }

  private CommandPrinter policy(FieldPolicy p) {
    p.stable()
        .ifPresent(s -> words("STABLE FOR").sign(Long.toString(s.n())).words(s.unit().name()));
    if (p.wins() == FieldPolicy.Wins.KEEP_LATEST) {
      words("KEEP LATEST BY").name(p.latestBy().orElseThrow());
    } else {
      words(p.wins().name().replace('_', ' '));
    }
    words(p.ignoreNulls() ? "IGNORE NULLS" : "RESPECT NULLS", p.passive() ? "PASSIVE" : "");
    p.lookup()
        .ifPresent(l -> words("LOOKUP").sign(quoted('"', l.object())).words("BY").field(l.field()));
    return this;
  }

  private CommandPrinter options(List<Option> options) {
    if (!options.isEmpty()) {
      sign("(").listed(options, o -> name(o.name()).sign("=").value(o.value())).sign(")");
    }
    return this;
  }

  private CommandPrinter value(OptionValue value) {
    if (value instanceof OptionValue.Text text) {
      return sign(quoted('\'', text.value()));
    }
    if (value instanceof OptionValue.Secret secret) {
      return words("SECRET").sign(quoted('\'', secret.reference()));
    }
    if (value instanceof OptionValue.Flag flag) {
      return words(flag.value() ? "TRUE" : "FALSE");
    }
    return sign(((OptionValue.Numeric) value).value().toString());
  }

  private void oneOrAll(String verb, Optional<Name> name) {
    words(verb, name.isPresent() ? "SYNC" : "ALL SYNCS");
    name.ifPresent(this::name);
  }

  private CommandPrinter like(Optional<String> pattern) {
    pattern.ifPresent(text -> words("LIKE").sign(quoted('\'', text)));
    return this;
  }

  private CommandPrinter alias(Optional<FieldName> field) {
    return field.isPresent() ? words("AS").field(field.get()) : this;
  }

  private CommandPrinter field(FieldName field) {
    sign(quoted('"', field.path().get(0)));
    field.path().stream().skip(1).forEach(part -> sign(".").sign(quoted('"', part)));
    return this;
  }

  private <T> CommandPrinter listed(List<T> all, Function<T, CommandPrinter> one) {
    List<T> rest = new ArrayList<>(all);
    while (!rest.isEmpty()) {
      one.apply(rest.remove(0)).sign(rest.isEmpty() ? "" : ",");
    }
    return this;
  }

  private CommandPrinter number(String word, OptionalLong number) {
    return number.isPresent() ? words(word).sign(Long.toString(number.getAsLong())) : this;
  }

  /** A bare {@code as} is a name behind a dot only, and blanks may stand between the two. */
  private CommandPrinter name(Name name) {
    boolean quotes = name.quoted() || name.folded().equals("as");
    return sign(quotes ? quoted('"', name.text()) : name.text());
  }

  private CommandPrinter words(String... words) {
    for (String phrase : words) {
      for (String word : phrase.split(" ", -1)) {
        sign(casing.apply(word));
      }
    }
    return this;
  }

  private CommandPrinter sign(String sign) {
    if (!sign.isEmpty()) {
      out.append(out.isEmpty() ? "" : blank.get()).append(sign);
    }
    return this;
  }

  private static String quoted(char quote, String text) {
    String q = String.valueOf(quote);
    return q + text.replace(q, q + q) + q;
  }
}
