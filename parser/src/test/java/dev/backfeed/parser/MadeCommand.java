package dev.backfeed.parser;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Assignment;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.DeleteWhen;
import dev.backfeed.parser.command.Detect;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.FirstRun;
import dev.backfeed.parser.command.KeyColumn;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.RunName;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.Selection;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.command.Verbatim;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A command made of whatever the data say, and a statement that says it.
 *
 * @param command what was meant
 * @param text how it was written
 */
record MadeCommand(Command command, String text) {
  private static final Position NOWHERE = new Position(1, 1);
  private static final List<String> BLANKS =
      List.of(" ", "\n", "\t", "\r\n", "\u00A0", "/**/ ", "/* ; AS ' ( */", "-- AS ; ' (\n");
  private static final List<String> TRICKS =
      List.of(
          "1",
          "'a;b'",
          "'it''s'",
          "\";)\"",
          "(SELECT 'AS' AS x)",
          "t.as",
          "CAST(a AS INT)",
          "/* ; ) */ 2",
          "-- )\n 3",
          "v:path::NUMBER(38,0)",
          "sync + now",
          "[1, 2]",
          "{'a': ')'}",
          "a -> 'b' ->> 'c'");

  static MadeCommand of(FuzzedDataProvider data, Lexicon lexicon) {
    return new Maker(data, lexicon).make();
  }

  private record Maker(FuzzedDataProvider data, Lexicon lexicon) {
    MadeCommand make() {
      Command command =
          switch (data.consumeInt(0, 6)) {
            case 0, 1, 2 -> sync();
            case 3 ->
                new Command.CreateDestination(
                    false, data.consumeBoolean(), name(), name(), options());
            case 4 -> new Command.ValidateSync(sync());
            case 5 -> other();
            default -> run();
          };
      CommandPrinter printer =
          new CommandPrinter(
              () -> data.pickValue(BLANKS),
              word -> data.consumeBoolean() ? word : word.toLowerCase(Locale.ROOT));
      String end = data.pickValue(List.of("", ";", "\n", " ; -- the end", ";\n/* ; */"));
      return new MadeCommand(command, data.pickValue(BLANKS) + printer.statement(command) + end);
    }

    private Command run() {
      OptionalLong limit =
          data.consumeBoolean()
              ? OptionalLong.of(data.consumeLong(0, Long.MAX_VALUE))
              : OptionalLong.empty();
      boolean dry = data.consumeBoolean();
      return new Command.SyncNow(
          selection(),
          data.pickValue(Scope.values()),
          dry,
          !dry && data.consumeBoolean(),
          limit,
          data.consumeBoolean());
    }

    private Selection selection() {
      return switch (data.consumeInt(0, 3)) {
        case 0 -> Selection.tag(data.consumeString(8));
        case 1 -> Selection.to(name());
        default -> Selection.of(several(this::name));
      };
    }

    private Command other() {
      RunName run = new RunName(data.consumeString(8), NOWHERE);
      OptionalLong n = OptionalLong.of(data.consumeLong(1, 99));
      List<String> key = List.of(data.consumeString(4), data.consumeString(4));
      return switch (data.consumeInt(0, 17)) {
        case 0 -> new Command.ApproveRun(run);
        case 1 -> new Command.RejectRun(run);
        case 2 -> new Command.CancelRun(run);
        case 3 -> new Command.UndoRun(run, data.consumeBoolean(), data.consumeBoolean());
        case 4 -> new Command.PreviewRun(run, n);
        case 5 -> new Command.PreviewSync(name(), n);
        case 6 -> new Command.VerifySync(name(), n);
        case 7 -> new Command.ExplainKey(name(), key, NOWHERE);
        case 8 -> new Command.EraseSync(name(), key, NOWHERE, data.consumeBoolean());
        case 9 -> new Command.DescribeObject(new ObjectName(name(), List.of(name(), name())));
        case 10 -> new Command.AlterDestination(name(), List.of(), List.of(name()));
        case 11 -> new Command.AlterSettings(List.of(new Option(name(), value())), List.of());
        case 12 -> new Command.AlterSync(name(), new Alteration.Rename(name()));
        case 13 -> new Command.AlterSync(name(), new Alteration.UseVersion(7, NOWHERE));
        case 14 -> new Command.AlterSync(name(), new Alteration.DropClause("DELETE WHEN", NOWHERE));
        case 15 -> new Command.DropAlert(data.consumeBoolean(), name());
        case 16 -> alert();
        default -> new Command.ShowDestinationTypes(maybe(() -> data.consumeString(8)));
      };
    }

    private Command alert() {
      long n = data.consumeLong(0, 99);
      AlertCondition.Kind over =
          data.pickValue(
              List.of(
                  AlertCondition.Kind.FAILURES,
                  AlertCondition.Kind.QUOTA,
                  AlertCondition.Kind.DIFFERENCES));
      return new Command.CreateAlert(
          data.consumeBoolean(),
          name(),
          maybe(this::name),
          List.of(
              AlertCondition.over(over, n, NOWHERE),
              AlertCondition.stale(n, data.pickValue(AlertCondition.Unit.values()), NOWHERE),
              AlertCondition.rowsChanged(n, 2 * n, NOWHERE),
              AlertCondition.plain(AlertCondition.Kind.DEFINITION_CHANGED, NOWHERE)),
          List.of(new ObjectName(name(), List.of(name(), name()))));
    }

    private Command.CreateSync sync() {
      List<KeyColumn> key = several(() -> new KeyColumn(name(), maybe(this::field)));
      boolean all = data.consumeBoolean();
      FieldList fields =
          new FieldList(
              all,
              all ? several(this::name) : List.of(),
              several(() -> new FieldList.Item(name(), maybe(this::field), policy())));
      if (key.isEmpty() || (!all && fields.items().isEmpty())) {
        key = List.of(new KeyColumn(name(), Optional.empty()));
        fields = FieldList.ALL;
      }
      SyncDefinition definition =
          new SyncDefinition(
              name(),
              new ObjectName(name(), List.of(name())),
              key,
              several(() -> List.of(new KeyColumn(name(), maybe(this::field)))),
              several(this::name),
              data.pickValue(Mode.values()),
              fields,
              maybe(this::removal),
              maybe(this::assignment).map(List::of).orElse(List.of()),
              maybe(() -> new DeleteWhen(verbatim(), removal(OnRemove.CLEAR))),
              detect(),
              data.consumeLong(0, 9),
              constraints(),
              data.consumeBoolean() ? FirstRun.BASELINE : FirstRun.paced(data.consumeLong(1, 99)),
              limits(),
              data.consumeBoolean(),
              maybe(this::schedule),
              options(),
              query());
      return new Command.CreateSync(
          data.consumeBoolean(), false, definition, data.consumeBoolean(), List.of(), 0, 0, 0, "");
    }

    private FieldPolicy policy() {
      FieldPolicy.Wins wins = data.pickValue(FieldPolicy.Wins.values());
      boolean latest = wins == FieldPolicy.Wins.KEEP_LATEST;
      return new FieldPolicy(
          wins,
          latest ? Optional.of(name()) : Optional.empty(),
          data.consumeBoolean(),
          maybe(
              () ->
                  new FieldPolicy.Stable(
                      data.consumeLong(1, 9), data.pickValue(FieldPolicy.Stable.Unit.values()))),
          data.consumeBoolean(),
          maybe(() -> new FieldPolicy.Lookup(name().text(), field())));
    }

    private Removal removal() {
      return removal(data.pickValue(OnRemove.values()));
    }

    private Removal removal(OnRemove what) {
      return what == OnRemove.SET ? new Removal(what, List.of(assignment())) : Removal.of(what);
    }

    private Assignment assignment() {
      OptionValue value = value();
      boolean none = value instanceof OptionValue.Secret;
      return new Assignment(field(), none ? Optional.empty() : Optional.of(value));
    }

    private Detect detect() {
      return switch (data.consumeInt(0, 2)) {
        case 0 -> Detect.DIFF;
        case 1 -> Detect.column(name(), data.consumeLong(0, 9));
        default -> Detect.operation(name(), maybe(this::name));
      };
    }

    private List<Constraint> constraints() {
      return maybe(
              () -> {
                boolean overall = data.consumeBoolean();
                return new Constraint(
                    name(),
                    overall,
                    verbatim(),
                    overall ? Constraint.Violation.PAUSE : Constraint.Violation.DROP_ROW);
              })
          .map(List::of)
          .orElse(List.of());
    }

    private Verbatim verbatim() {
      return new Verbatim("a = " + data.pickValue(tricks()), NOWHERE);
    }

    private Schedule schedule() {
      Schedule.Kind kind = data.pickValue(Schedule.Kind.values());
      boolean every = kind == Schedule.Kind.EVERY;
      return new Schedule(
          kind,
          every ? data.consumeLong(1, 99) : 0,
          every ? Optional.of(data.pickValue(Schedule.Unit.values())) : Optional.empty(),
          kind == Schedule.Kind.CRON ? Optional.of(data.consumeString(8)) : Optional.empty(),
          kind == Schedule.Kind.AFTER ? Optional.of(name()) : Optional.empty(),
          maybe(() -> new Schedule.Window("20:00", "06:30")),
          maybe(() -> data.consumeString(8)),
          NOWHERE);
    }

    private List<Limit> limits() {
      Limit.Subject subject = data.pickValue(Limit.Subject.values());
      Limit.Unit unit = data.pickValue(Limit.Unit.values());
      return data.consumeBoolean()
          ? List.of(new Limit(subject, data.consumeLong(0, 100), unit))
          : List.of();
    }

    private Query query() {
      List<String> columns = new ArrayList<>(List.of("a"));
      columns.addAll(several(() -> data.pickValue(tricks())));
      String text = "SELECT " + String.join(", ", columns) + " FROM t";
      return new Query(text, text, List.of(), NOWHERE);
    }

    private List<String> tricks() {
      List<String> all = new ArrayList<>(TRICKS);
      for (Lexicon.Rule rule : Lexicon.Rule.values()) {
        if (lexicon.has(rule)) {
          all.add(trick(rule));
        }
      }
      return all;
    }

    private static String trick(Lexicon.Rule rule) {
      return switch (rule) {
        case BACKSLASH_ESCAPES -> "'\\';('";
        case CONTINUED_STRINGS -> "E'a' -- '\n '\\';('";
        case ESCAPE_STRINGS -> "E'\\';('";
        case RAW_STRINGS -> "r'\\'";
        case TRIPLE_QUOTES -> "'''a'b;('''";
        case DOUBLE_QUOTED_STRINGS -> "\"it's ;(\"";
        case BACKTICK_NAMES -> "`;(`";
        case DOLLAR_QUOTES -> "$$;'($$";
        case TAGGED_DOLLAR_QUOTES -> "$a$;$$($a$";
        case HASH_COMMENTS -> "# ;(\n 4";
        case SLASH_COMMENTS -> "// ;(\n 5";
        case NESTED_COMMENTS -> "/* /* ; */ ( */ 6";
        case ONLY_PARAMETER_MARKS -> "'?;('";
      };
    }

    private List<Option> options() {
      List<Option> options = several(() -> new Option(name(), value()));
      long names = options.stream().map(option -> option.name().folded()).distinct().count();
      return names == options.size() ? options : List.of();
    }

    private OptionValue value() {
      return switch (data.consumeInt(0, 3)) {
        case 0 -> new OptionValue.Text(data.consumeString(12));
        case 1 -> new OptionValue.Flag(data.consumeBoolean());
        case 2 -> new OptionValue.Secret(data.consumeString(12));
        default ->
            new OptionValue.Numeric(BigDecimal.valueOf(data.consumeLong(), data.consumeInt(-9, 9)));
      };
    }

    private FieldName field() {
      List<String> path = new ArrayList<>(List.of(name().text()));
      path.addAll(several(() -> name().text()));
      return new FieldName(path, NOWHERE);
    }

    private Name name() {
      String text = data.consumeString(8);
      return new Name(text.isEmpty() ? "x" : text, true, NOWHERE);
    }

    private <T> List<T> several(Supplier<T> one) {
      List<T> all = new ArrayList<>();
      for (int i = data.consumeInt(0, 2); i > 0; i--) {
        all.add(one.get());
      }
      return all;
    }

    private <T> Optional<T> maybe(Supplier<T> one) {
      return data.consumeBoolean() ? Optional.of(one.get()) : Optional.empty();
    }
  }
}
