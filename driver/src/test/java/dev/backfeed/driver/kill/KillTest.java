package dev.backfeed.driver.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.kill.KillPoint.Side;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.TestWarehouse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process of a run dies before, after and within every step, on a first run and on one with
 * rows added, changed and removed; the run after it leaves the destination, the state and the books
 * as if nothing had happened. Six deaths in every build, all of them under {@code -Pslow}.
 */
class KillTest {
  /** What there is to do when the process dies. */
  enum Work {
    FIRST,
    INCREMENTAL
  }

  @ParameterizedTest(name = "{0}, {1} run, {2}")
  @MethodSource("six")
  void theNextRunSetsRightWhatAKilledOneLeft(String warehouse, Work work, KillPoint point)
      throws Exception {
    killAndRecover(warehouse, work, point);
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}, {1} run, {2}")
  @MethodSource("all")
  void theNextRunSetsRightWhateverPointItWasKilledAt(String warehouse, Work work, KillPoint point)
      throws Exception {
    killAndRecover(warehouse, work, point);
  }

  static Stream<Arguments> six() {
    return Stream.of(
        Arguments.of("duckdb", Work.FIRST, new KillPoint(Side.AFTER, Step.PLAN, 1)),
        Arguments.of("duckdb", Work.INCREMENTAL, new KillPoint(Side.AFTER, Step.CHECKPOINT, 1)),
        Arguments.of("duckdb", Work.INCREMENTAL, new KillPoint(Side.WITHIN, Step.WRITE, 12)),
        Arguments.of("postgresql", Work.FIRST, new KillPoint(Side.WITHIN, Step.WRITE, 12)),
        Arguments.of("postgresql", Work.INCREMENTAL, new KillPoint(Side.AFTER, Step.LEASE, 1)),
        Arguments.of("postgresql", Work.INCREMENTAL, new KillPoint(Side.BEFORE, Step.FINISH, 1)));
  }

  static Stream<Arguments> all() {
    return Stream.of("duckdb", "postgresql")
        .flatMap(
            warehouse ->
                Stream.of(Work.values())
                    .flatMap(
                        work ->
                            KillPoint.all().stream()
                                .map(point -> Arguments.of(warehouse, work, point))));
  }

  private static void killAndRecover(String warehouse, Work work, KillPoint point)
      throws Exception {
    try (RecordServer server = new RecordServer()) {
      Scene scene = new Scene(TestWarehouse.named(warehouse), server);
      scene.create();
      if (work == Work.INCREMENTAL) {
        assertThat(scene.sync()).isEqualTo("succeeded");
        scene.edit();
      }
      int before = scene.runs().size();
      scene.syncAndDieAt(point);
      scene.checkAfterDeath(before, point);
      // The second run has to cope with answers that get lost on the way, too.
      server.loseEvery(9);
      assertThat(scene.sync()).isEqualTo("succeeded");
      scene.checkAfterRecovery(before, point);
      server.answerAll();
      assertThat(scene.sync()).isEqualTo("succeeded");
      assertThat(server.changes()).as("changes sent once all was in order").isZero();
      List<String> runs = scene.runs();
      assertThat(runs.get(runs.size() - 1)).endsWith(" succeeded");
    }
  }
}
