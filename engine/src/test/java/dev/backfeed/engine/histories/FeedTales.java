package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.History.Step;
import dev.backfeed.engine.histories.History.Tale;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** How tales of feeds are made up. */
final class FeedTales {
  private FeedTales() {}

  /** Histories of syncs whose queries are feeds. */
  static Arbitrary<Tale> all() {
    Arbitrary<Definition> definitions =
        Combinators.combine(Tales.definitions(), Tales.often()).as(Definition::ofFeed);
    return Combinators.combine(
            definitions.list().ofMinSize(1).ofMaxSize(2),
            feedSteps(definitions).list().ofMinSize(4).ofMaxSize(30))
        .as(Tale::new);
  }

  private static Arbitrary<Step> feedSteps(Arbitrary<Definition> definitions) {
    Arbitrary<Step> told =
        Combinators.combine(
                Tales.number(),
                Tales.insert().map(Steps.Insert.class::cast),
                Tales.seldom(),
                Arbitraries.of(1, 2, 2, 3, 4).injectNull(0.1))
            .as(Steps.Tell::new);
    return Arbitraries.frequencyOf(
        Tuple.of(20, told),
        Tuple.of(12, Tales.runs()),
        Tuple.of(5, FaultTales.all()),
        Tuple.of(3, Tales.reviews(told)),
        Tuple.of(3, Tales.undos()),
        Tuple.of(1, Combinators.combine(Tales.number(), Tales.deaths()).as(Steps.Approve::new)),
        Tuple.of(1, Tales.number().map(Steps.Reject::new)),
        Tuple.of(3, Arbitraries.of(Tales.waits())),
        Tuple.of(
            2,
            Combinators.combine(Tales.number(), definitions, Tales.seldom())
                .as(Steps.Redefine::new)),
        Tuple.of(1, Combinators.combine(Tales.number(), Tales.key()).as(Steps.Lose::new)),
        Tuple.of(
            1,
            Combinators.combine(Tales.number(), Tales.key(), Tales.byHand()).as(Steps.Edit::new)),
        Tuple.of(
            1, Combinators.combine(Tales.number(), Tales.key(), Tales.text()).as(Steps.Make::new)),
        Tuple.of(1, Tales.number().map(Steps.Reset::new)),
        Tuple.of(1, Arbitraries.of(0, 1, 3, 60).map(Steps.LimitCalls::new)));
  }

  static List<String> keys() {
    return List.of(Tales.KEYS);
  }
}
