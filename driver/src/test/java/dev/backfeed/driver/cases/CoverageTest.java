package dev.backfeed.driver.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.StatementException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * That no statement of the language, and none of its clauses and words, is without a case that
 * works and one that fails.
 */
class CoverageTest {
  /** How a statement begins that is refused as syntax and so has no command. */
  private static final Map<String, Class<? extends Command>> BEGINNINGS =
      Map.ofEntries(
          Map.entry("CREATE (OR REPLACE )?DESTINATION", Command.CreateDestination.class),
          Map.entry("CREATE (OR REPLACE )?SYNC(?! ALERT)", Command.CreateSync.class),
          Map.entry("CREATE (OR REPLACE )?SYNC ALERT", Command.CreateAlert.class),
          Map.entry("DROP SYNC ALERT", Command.DropAlert.class),
          Map.entry("SHOW SYNC ALERTS?", Command.ShowAlerts.class),
          Map.entry("DROP DESTINATION", Command.DropDestination.class),
          Map.entry("DROP SYNC(?! ALERT)", Command.DropSync.class),
          Map.entry("ALTER DESTINATION", Command.AlterDestination.class),
          Map.entry("DESCRIBE DESTINATION(?! \\w+\\.)", Command.DescribeDestination.class),
          Map.entry("DESCRIBE DESTINATION \\w+\\.", Command.DescribeObject.class),
          Map.entry("SHOW DESTINATION TYPES", Command.ShowDestinationTypes.class),
          Map.entry("PAUSE DESTINATION", Command.PauseDestination.class),
          Map.entry("RESUME DESTINATION", Command.ResumeDestination.class),
          Map.entry("VALIDATE", Command.ValidateSync.class),
          Map.entry("ALTER SYNC SETTINGS", Command.AlterSettings.class),
          Map.entry("ALTER SYNC(?! SETTINGS)", Command.AlterSync.class),
          Map.entry("ERASE SYNC", Command.EraseSync.class),
          Map.entry("SHOW DESTINATIONS?(?! TYPES)", Command.ShowDestinations.class),
          Map.entry("SHOW SYNCS", Command.ShowSyncs.class),
          Map.entry("SHOW SYNC RUNS?", Command.ShowSyncRuns.class),
          Map.entry("SHOW CREATE SYNC", Command.ShowCreateSync.class),
          Map.entry("DESCRIBE SYNC", Command.DescribeSync.class),
          Map.entry("TEST DESTINATION", Command.TestDestination.class),
          Map.entry("SYNC NOW", Command.SyncNow.class),
          Map.entry("EXPLAIN SYNC \\w+ KEY", Command.ExplainKey.class),
          Map.entry("EXPLAIN SYNC", Command.ExplainSync.class),
          Map.entry("PREVIEW SYNC", Command.PreviewSync.class),
          Map.entry("PREVIEW RUN", Command.PreviewRun.class),
          Map.entry("VERIFY SYNC", Command.VerifySync.class),
          Map.entry("UNDO RUN", Command.UndoRun.class),
          Map.entry("APPROVE RUN", Command.ApproveRun.class),
          Map.entry("REJECT RUN", Command.RejectRun.class),
          Map.entry("CANCEL RUN", Command.CancelRun.class),
          Map.entry("RESET SYNC", Command.ResetSync.class),
          Map.entry("BASELINE SYNC", Command.BaselineSync.class),
          Map.entry("PAUSE (ALL )?SYNCS?", Command.PauseSync.class),
          Map.entry("RESUME (ALL )?SYNCS?", Command.ResumeSync.class),
          Map.entry("RESOLVE SYNC", Command.ResolveSync.class));

  /** What the records could hold and the grammar does not write. */
  private static final Set<String> NEVER = Set.of("CreateSync.definition.deleteWhen.how.what=KEEP");

  /** Parts that every destination refuses. */
  private static final Set<String> NEVER_WORK =
      Set.of("CreateSync.definition.mode=MEMBERS", "CreateSync.definition.mode=REPLACE");

  /** How parts are written in statements that cannot be read as a whole. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("CreateSync.ifNotExists", "CREATE .*SYNC IF NOT EXISTS"),
          Map.entry("CreateSync.resetState", "RESET STATE"),
          Map.entry("CreateSync.definition.allowEmpty", "ALLOW EMPTY"),
          Map.entry("CreateSync.definition.constraints.onViolation=DROP_ROW", "VIOLATION DROP ROW"),
          Map.entry("CreateSync.definition.constraints.onViolation=FAIL", "VIOLATION FAIL"),
          Map.entry("CreateSync.definition.constraints.onViolation=PAUSE", "VIOLATION PAUSE"),
          Map.entry("CreateSync.definition.fields.items.policy.ignoreNulls", "IGNORE NULLS"),
          Map.entry("CreateSync.definition.firstRun.baseline", "ON FIRST RUN BASELINE"),
          Map.entry("CreateSync.definition.firstRun.pace", "AT \\d+ ROWS PER DAY"),
          Map.entry("CreateSync.definition.limits.subject=CHANGES", "LIMIT CHANGES"),
          Map.entry("CreateSync.definition.limits.subject=FAILURES", "LIMIT FAILURES"),
          Map.entry("CreateSync.definition.limits.unit=PERCENT", "\\d PERCENT"),
          Map.entry("CreateSync.definition.schedule.unit=MINUTES", "EVERY \\d+ MINUTES"),
          Map.entry("CreateSync.definition.schedule.unit=SECONDS", "EVERY \\d+ SECONDS"),
          Map.entry("DropAlert.ifExists", "DROP SYNC ALERT IF EXISTS"),
          Map.entry("DropSync.ifExists", "DROP SYNC IF EXISTS"),
          Map.entry("ShowAlerts.like", "SHOW SYNC ALERTS LIKE"),
          Map.entry("ShowDestinationTypes.like", "SHOW DESTINATION TYPES LIKE"),
          Map.entry("ShowDestinations.like", "SHOW DESTINATIONS LIKE"),
          Map.entry("ShowSyncRuns.like", "SHOW SYNC RUNS LIKE"),
          Map.entry("ShowSyncs.like", "SHOW SYNCS LIKE"),
          Map.entry("SyncNow.dryRun", "DRY RUN"),
          Map.entry("SyncNow.forReview", "FOR REVIEW"),
          Map.entry("SyncNow.selection.tag", "SYNC NOW TAG"));

  private static final Set<Class<?>> WORKING = new HashSet<>();
  private static final Set<Class<?>> FAILING = new HashSet<>();
  private static final Set<String> WORKING_PARTS = new TreeSet<>();
  private static final Set<String> FAILING_PARTS = new TreeSet<>();

  @BeforeAll
  static void readCases() throws IOException {
    for (Path file : TextCasesTest.files()) {
      for (CaseRecord each : CaseRecord.parse(Files.readAllLines(file))) {
        boolean fails = each.directive().startsWith("statement error");
        if (each.directive().matches("(statement|query|meanwhile)\\b.*")) {
          command(each.statement()).ifPresent((fails ? FAILING : WORKING)::add);
          parts(each.statement()).forEach((fails ? FAILING_PARTS : WORKING_PARTS)::add);
        }
      }
    }
  }

  @Test
  void everyStatementHasACaseThatWorks() {
    assertThat(WORKING).containsExactlyInAnyOrderElementsOf(commands());
  }

  @Test
  void everyStatementHasACaseThatFails() {
    assertThat(FAILING).containsExactlyInAnyOrderElementsOf(commands());
  }

  @Test
  void everyStatementIsToldByItsBeginning() {
    assertThat(new HashSet<Class<?>>(BEGINNINGS.values())).isEqualTo(commands());
  }

  @Test
  void everyPartHasACaseThatWorks() {
    assertThat(missing(WORKING_PARTS, NEVER_WORK)).isEmpty();
  }

  @Test
  void everyPartHasACaseThatFails() {
    assertThat(missing(FAILING_PARTS, Set.of())).isEmpty();
  }

  @Test
  void exemptionsAreNeeded() {
    assertThat(parts()).containsAll(NEVER).containsAll(WORDS.keySet());
    assertThat(WORKING_PARTS).doesNotContainAnyElementsOf(NEVER_WORK);
  }

  private static Set<String> missing(Set<String> covered, Set<String> exempt) {
    Set<String> missing = parts();
    missing.removeAll(covered);
    missing.removeAll(exempt);
    missing.removeAll(NEVER);
    return missing;
  }

  private static Set<String> parts() {
    return commands().stream().flatMap(Parts::of).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> parts(String statement) {
    try {
      return Parts.of(new BackfeedParser(Lexicon.DUCKDB).parse(statement));
    } catch (StatementException e) {
      return WORDS.entrySet().stream()
          .filter(each -> Pattern.compile(each.getValue()).matcher(statement).find())
          .map(Map.Entry::getKey);
    }
  }

  private static Set<Class<?>> commands() {
    return Arrays.stream(Command.class.getPermittedSubclasses()).collect(Collectors.toSet());
  }

  private static Optional<Class<?>> command(String statement) {
    try {
      return Optional.of(new BackfeedParser(Lexicon.DUCKDB).parse(statement).getClass());
    } catch (StatementException e) {
      return beginning(statement);
    }
  }

  private static Optional<Class<?>> beginning(String statement) {
    for (Map.Entry<String, Class<? extends Command>> each : BEGINNINGS.entrySet()) {
      Matcher matcher = Pattern.compile(each.getKey() + "\\b(?! RUN)").matcher(statement);
      if (matcher.lookingAt()) {
        return Optional.of(each.getValue());
      }
    }
    return Optional.empty();
  }
}
