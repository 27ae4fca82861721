package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Expected;
import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Clauses.Mode;
import dev.backfeed.engine.histories.Clauses.Stable;
import dev.backfeed.engine.histories.Clauses.Wins;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Which clauses definitions of tales have, and how often each. */
final class ClauseTales {
  private ClauseTales() {}

  static Arbitrary<Clauses> all() {
    Arbitrary<Leave> leaves =
        Arbitraries.frequency(
            Tuple.of(2, Leave.KEEP),
            Tuple.of(4, Leave.DELETE),
            Tuple.of(1, Leave.CLEAR),
            Tuple.of(1, Leave.SET));
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, Mode.UPSERT), Tuple.of(1, Mode.UPDATE), Tuple.of(1, Mode.INSERT)),
            leaves,
            leaves.filter(how -> how != Leave.KEEP).optional(0.25),
            Arbitraries.of(true, false),
            someFields(),
            someFields(),
            Combinators.combine(expected(), wins()).as(Tuple::of),
            stable())
        .as(
            (mode, left, flagged, restores, ignoring, passive, words, stable) ->
                new Clauses(
                    mode,
                    left,
                    flagged,
                    restores,
                    ignoring,
                    passive,
                    words.get1(),
                    words.get2(),
                    stable));
  }

  private static Arbitrary<Expected> expected() {
    return Arbitraries.frequency(
        Tuple.of(12, Expected.ANYTHING),
        Tuple.of(1, Expected.SMALL),
        Tuple.of(1, Expected.GROWING),
        Tuple.of(1, Expected.WISHED),
        Tuple.of(1, Expected.SURE),
        Tuple.of(1, Expected.FEW),
        Tuple.of(1, Expected.STOPPING));
  }

  private static Arbitrary<Wins> wins() {
    return Arbitraries.frequency(
        Tuple.of(5, Wins.OVERWRITE),
        Tuple.of(1, Wins.KEEP_EXISTING),
        Tuple.of(2, Wins.KEEP_EDITS),
        Tuple.of(1, Wins.KEEP_LATEST),
        Tuple.of(1, Wins.ON_CREATE_ONLY));
  }

  private static Arbitrary<Optional<Stable>> stable() {
    return Combinators.combine(
            someFields().filter(fields -> !fields.isEmpty()),
            Arbitraries.of(1, 2, 2, 3),
            Arbitraries.of(false, false, true))
        .as(Stable::new)
        .optional(0.3);
  }

  private static Arbitrary<Set<String>> someFields() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.just(Set.of())),
        Tuple.of(1, Arbitraries.of("a", "b", "c", "d").map(Set::of)),
        Tuple.of(1, Arbitraries.subsetOf("a", "b", "c", "d")));
  }
}
