package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.History.Step;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Which troubles a destination has, and how often each. */
final class FaultTales {
  private FaultTales() {}

  static Arbitrary<Step> all() {
    Arbitrary<String> rows =
        Combinators.combine(
                Tales.key(),
                Arbitraries.of(
                    "failed VALIDATION 400 no",
                    "failed VALIDATION 400 no",
                    "always failed VALIDATION 400 never",
                    "always poisons TOO_LARGE 413 too large"))
            .as((key, answer) -> key + " " + answer);
    Arbitrary<String> batches =
        Arbitraries.of(
            "batch unknown_outcome the line broke",
            "batch unknown_outcome the line broke",
            "batch unreachable nobody is there",
            "batch throttled wait",
            "batch quota no more today",
            "batch credentials the token was revoked",
            "batch refused VALIDATION 400 bad batch",
            "batch always unreachable nobody is there",
            "batch always unknown_outcome the line broke",
            "batch answered",
            "says vanished");
    return Arbitraries.frequencyOf(
        Tuple.of(4, rows.list().ofMinSize(1).ofMaxSize(3).map(Steps.Answer::new)),
        Tuple.of(5, batches.list().ofMinSize(1).ofMaxSize(2).map(Steps.Answer::new)),
        Tuple.of(3, Arbitraries.just(new Steps.Answer(List.of("reset")))));
  }
}
