package dev.backfeed.engine.histories;

import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.histories.History.Tale;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories, each from a seed of its own. One that fails is shrunk and printed as a script
 * that {@link Stage} replays.
 *
 * <p>{@code -Dhistories.seed=N} begins with that seed, {@code -Dhistories=N} plays so many, {@code
 * -Dhistories.looking=0.9} has so many of the definitions detect changes by a column.
 */
class HistoriesTest {
  private static final int IN_BUILD = 2;
  private static final int SLOW = 1_000;

  /** After so many histories a warehouse has had its day. */
  private static final int FRESH = 100;

  private static final int MOST_SHRINKS = Integer.getInteger("histories.shrinks", 200);

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void someHistories(String warehouse) throws SQLException {
    play(warehouse, Tales.all(), 1, IN_BUILD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void someHistoriesOfFeeds(String warehouse) throws SQLException {
    play(warehouse, FeedTales.all(), 1, IN_BUILD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void someHistoriesOfMatches(String warehouse) throws SQLException {
    playMatches(warehouse, 1, IN_BUILD);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void manyHistories(String warehouse) throws SQLException {
    playMany(warehouse, Tales.all());
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void manyHistoriesOfFeeds(String warehouse) throws SQLException {
    playMany(warehouse, FeedTales.all());
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void manyHistoriesOfMatches(String warehouse) throws SQLException {
    playMatches(
        warehouse, Long.getLong("histories.seed", 1_000), Integer.getInteger("histories", SLOW));
  }

  /** These are told step by step as they are played, and not shrunk. */
  private static void playMatches(String warehouse, long firstSeed, int number)
      throws SQLException {
    TestWarehouse used = TestWarehouse.named(warehouse);
    for (long seed = firstSeed; seed < firstSeed + number; seed++) {
      MatchTales.play(used, seed);
      used = (seed - firstSeed) % FRESH == FRESH - 1 ? TestWarehouse.named(warehouse) : used;
    }
  }

  private static void playMany(String warehouse, Arbitrary<Tale> tales) throws SQLException {
    long seed = Long.getLong("histories.seed", 1_000);
    play(warehouse, tales, seed, Integer.getInteger("histories", SLOW));
  }

  private static void play(String warehouse, Arbitrary<Tale> kind, long firstSeed, int number)
      throws SQLException {
    JqwikSession.start();
    try {
      RandomGenerator<Tale> tales = kind.generator(1000);
      TestWarehouse used = TestWarehouse.named(warehouse);
      for (long seed = firstSeed; seed < firstSeed + number; seed++) {
        play(used, seed, tales.next(new Random(seed)));
        used = (seed - firstSeed) % FRESH == FRESH - 1 ? TestWarehouse.named(warehouse) : used;
      }
    } finally {
      JqwikSession.finish();
    }
  }

  private static void play(TestWarehouse warehouse, long seed, Shrinkable<Tale> tale) {
    Optional<Failure> failure = failure(warehouse, tale.value());
    if (failure.isEmpty()) {
      return;
    }
    Failure least = shrink(warehouse.name(), tale, failure.get());
    throw new AssertionError(
        "seed "
            + seed
            + " on "
            + warehouse.name()
            + ": "
            + least.cause().getMessage()
            + "\n"
            + String.join("\n", least.script()),
        least.cause());
  }

  private record Failure(Throwable cause, List<String> script) {}

  /** Each smaller tale has a warehouse of its own: a failure leaves anything behind. */
  private static Failure shrink(String warehouse, Shrinkable<Tale> tale, Failure failure) {
    Failure least = failure;
    Iterator<Shrinkable<Tale>> smaller = tale.shrink().iterator();
    for (int tried = 0; tried < MOST_SHRINKS && smaller.hasNext(); tried++) {
      Shrinkable<Tale> next = smaller.next();
      Optional<Failure> still = failure(TestWarehouse.named(warehouse), next.value());
      if (still.isPresent()) {
        least = still.get();
        smaller = next.shrink().iterator();
      }
    }
    return least;
  }

  private static Optional<Failure> failure(TestWarehouse warehouse, Tale tale) {
    try (History history = new History(warehouse)) {
      try {
        history.play(tale);
        return Optional.empty();
      } catch (SQLException | RuntimeException | AssertionError e) {
        return Optional.of(new Failure(e, List.copyOf(history.stage.transcript())));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
