package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.OptionRules;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.handler.SyncChecks.Checked;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Command.AlterSync;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes one thing in the text of a definition and goes the way of CREATE OR REPLACE with it, in
 * the session that the definition was stored with. What a statement does once, RESET STATE, is not
 * done again.
 */
final class AlterSyncHandler implements Handler<AlterSync> {
  @Override
  public Result handle(AlterSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync before = environment.syncs().get(command.name());
    CreateSync present = once(environment.syncs().text(before), environment);
    String text = altered(command.alteration(), before, present, environment);
    try {
      CreateSync after = read(text, environment);
      Checked checked = checked(command.alteration(), before, after, environment, execution);
      new SyncStore(environment).store(after, checked, before.context(), Optional.of(before));
      return new Result(command.shape(), List.of(), 0, CreateSyncHandler.warnings(checked));
    } catch (StatementException e) {
      throw placed(e, command);
    }
  }

  private static String altered(
      Alteration alteration, StoredSync before, CreateSync present, RunEnvironment environment)
      throws SQLException {
    if (alteration instanceof Alteration.SetOptions set) {
      return present.withOptions(merged(present, set.options(), before, environment));
    }
    if (alteration instanceof Alteration.UnsetOptions unset) {
      return present.withOptions(without(present, unset.options(), before, environment));
    }
    if (alteration instanceof Alteration.SetClause set) {
      return present.with(set);
    }
    if (alteration instanceof Alteration.DropClause drop) {
      if (present.clause(drop.clause()).isEmpty()) {
        throw new StatementException(
            SqlState.UNDEFINED_OBJECT,
            "sync \"" + before.name() + "\" has no clause " + drop.clause(),
            drop.position());
      }
      return present.without(drop);
    }
    if (alteration instanceof Alteration.Rename rename) {
      new SyncStore(environment).requireFree(rename.to(), Optional.of(before));
      refuseFollowers(rename.to(), before, environment);
      return present.renamed(rename.to());
    }
    Alteration.UseVersion use = (Alteration.UseVersion) alteration;
    String text = environment.syncs().text(before, use.version(), use.position());
    return once(text, environment).renamed(before.definition().name());
  }

  /** A statement as read, without what it does but once. */
  private static CreateSync once(String text, RunEnvironment environment) throws SQLException {
    CreateSync read = read(text, environment);
    return read.resetState()
        ? read(read.without(new Alteration.DropClause("RESET STATE", null)), environment)
        : read;
  }

  private static CreateSync read(String text, RunEnvironment environment) throws SQLException {
    return (CreateSync) environment.settings().reader().read(text);
  }

  private static List<Option> merged(
      CreateSync present, List<Option> set, StoredSync before, RunEnvironment environment)
      throws SQLException {
    List<Name> names = set.stream().map(Option::name).toList();
    List<Option> options = new ArrayList<>(without(present, names, before, environment));
    options.addAll(set);
    return options;
  }

  private static List<Option> without(
      CreateSync present, List<Name> names, StoredSync before, RunEnvironment environment)
      throws SQLException {
    OptionRules rules =
        OptionRules.sync(environment.target(before.definition()).connector().manifest());
    Set<String> stated = new HashSet<>();
    for (Name name : names) {
      stated.add(rules.key(name));
    }
    List<Option> kept = new ArrayList<>();
    for (Option option : present.definition().options()) {
      if (!stated.contains(rules.key(option.name()))) {
        kept.add(option);
      }
    }
    return kept;
  }

  /** Another name changes nothing that was checked. */
  private static Checked checked(
      Alteration alteration,
      StoredSync before,
      CreateSync after,
      RunEnvironment environment,
      Execution execution)
      throws SQLException {
    if (alteration instanceof Alteration.Rename) {
      return new Checked(
          environment.target(after.definition()),
          before.columns(),
          before.nextKey(),
          Optional.empty(),
          List.of(),
          List.of());
    }
    return StoredContext.in(
        before.context(),
        environment.work(),
        () -> new SyncChecks(environment, execution).check(after, Optional.of(before)));
  }

  /** A sync that is scheduled AFTER this one names it. */
  private static void refuseFollowers(Name to, StoredSync before, RunEnvironment environment)
      throws SQLException {
    List<String> followers =
        environment.syncs().all().stream()
            .filter(
                sync ->
                    sync.definition()
                        .schedule()
                        .flatMap(Schedule::after)
                        .map(name -> name.text().equalsIgnoreCase(before.name()))
                        .orElse(false))
            .map(StoredSync::name)
            .toList();
    if (!followers.isEmpty() && !to.text().equalsIgnoreCase(before.name())) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "these syncs are scheduled AFTER \""
              + before.name()
              + "\": "
              + String.join(", ", followers)
              + ". ALTER SYNC … DROP SCHEDULE them first, and SET SCHEDULE AFTER the new name then",
          to.position());
    }
  }

  /** A place in the altered text is none that the user sees: the place of the change is. */
  private static StatementException placed(StatementException e, AlterSync command) {
    if (e.position().isEmpty()) {
      return e;
    }
    String place = " (" + e.position().get() + ")";
    String message = e.getMessage().replace(place, "");
    StatementException placed =
        new StatementException(
            e.getSQLState(),
            "sync \"" + command.name() + "\" cannot be altered so: " + message,
            place(command));
    placed.addSuppressed(e);
    return placed;
  }

  private static Position place(AlterSync command) {
    Alteration alteration = command.alteration();
    if (alteration instanceof Alteration.SetOptions set) {
      return set.options().get(0).name().position();
    }
    if (alteration instanceof Alteration.UnsetOptions unset) {
      return unset.options().get(0).position();
    }
    if (alteration instanceof Alteration.SetClause set) {
      return set.position();
    }
    if (alteration instanceof Alteration.DropClause drop) {
      return drop.position();
    }
    return alteration instanceof Alteration.UseVersion use
        ? use.position()
        : ((Alteration.Rename) alteration).to().position();
  }
}
