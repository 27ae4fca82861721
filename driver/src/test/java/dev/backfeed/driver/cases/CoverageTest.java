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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That no statement of the language is without a case that works and one that fails. */
class CoverageTest {
  /** How a statement begins that is refused as syntax and so has no command. */
  private static final Map<String, Class<? extends Command>> BEGINNINGS =
      Map.ofEntries(
          Map.entry("CREATE (OR REPLACE )?DESTINATION", Command.CreateDestination.class),
          Map.entry("CREATE (OR REPLACE )?SYNC", Command.CreateSync.class),
          Map.entry("DROP DESTINATION", Command.DropDestination.class),
          Map.entry("DROP SYNC", Command.DropSync.class),
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

  private static final Set<Class<?>> WORKING = new HashSet<>();
  private static final Set<Class<?>> FAILING = new HashSet<>();

  @BeforeAll
  static void readCases() throws IOException {
    for (Path file : TextCasesTest.files()) {
      for (CaseRecord each : CaseRecord.parse(Files.readAllLines(file))) {
        boolean fails = each.directive().startsWith("statement error");
        if (each.directive().matches("(statement|query)\\b.*")) {
          command(each.statement()).ifPresent((fails ? FAILING : WORKING)::add);
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
