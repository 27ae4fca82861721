package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.History.Step;
import dev.backfeed.engine.histories.History.Tale;
import dev.backfeed.parser.command.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** How tales are made up: which steps there are, how often each, from which few values. */
final class Tales {
  static final String[] KEYS = {"a", "b", "c", "d'1", "A", "B"};

  /** How often a sync looks at changed rows only. */
  private static final double LOOKING =
      Double.parseDouble(System.getProperty("histories.looking", "0.2"));

  private Tales() {}

  static Arbitrary<Tale> all() {
    return Combinators.combine(
            definitions().list().ofMinSize(1).ofMaxSize(2),
            insert().list().ofSize(3),
            steps().list().ofMinSize(1).ofMaxSize(24))
        .as(
            (definitions, first, steps) -> {
              List<Step> all = new java.util.ArrayList<>(first);
              all.addAll(steps);
              return new Tale(definitions, all);
            });
  }

  static Arbitrary<Step> undos() {
    return Combinators.combine(number(), number(), Arbitraries.of(true, false)).as(Steps.Undo::new);
  }

  private static Arbitrary<Step> steps() {
    return Arbitraries.frequencyOf(
        Tuple.of(16, edits()),
        Tuple.of(16, runs()),
        Tuple.of(5, FaultTales.all()),
        Tuple.of(4, reviews(edits())),
        Tuple.of(4, undos()),
        Tuple.of(
            2,
            Combinators.combine(number(), seldom(), deaths())
                .as(
                    (sync, limited, death) ->
                        new Steps.Repair(
                            new Running.Request(
                                sync, false, Scope.REPAIR, false, false, limited ? 1 : 0, death)))),
        Tuple.of(1, Combinators.combine(number(), deaths()).as(Steps.Approve::new)),
        Tuple.of(1, number().map(Steps.Reject::new)),
        Tuple.of(3, Arbitraries.of(waits())),
        Tuple.of(2, Arbitraries.of(lags()).map(Steps.Lag::new)),
        Tuple.of(3, Combinators.combine(number(), definitions(), seldom()).as(Steps.Redefine::new)),
        Tuple.of(2, Combinators.combine(number(), key()).as(Steps.Lose::new)),
        Tuple.of(2, Combinators.combine(number(), key(), byHand()).as(Steps.Edit::new)),
        Tuple.of(2, Combinators.combine(number(), key(), text()).as(Steps.Make::new)),
        Tuple.of(
            1, Combinators.combine(number(), Arbitraries.of(true, false)).as(Steps.Pause::new)),
        Tuple.of(1, number().map(Steps.Reset::new)),
        Tuple.of(1, number().map(Steps.Baseline::new)),
        Tuple.of(1, Arbitraries.of(0, 1, 3, 60).map(Steps.LimitCalls::new)));
  }

  static Arbitrary<Step> reviews(Arbitrary<Step> edits) {
    Arbitrary<Step> between =
        Arbitraries.frequencyOf(
            Tuple.of(6, edits),
            Tuple.of(3, Combinators.combine(number(), key(), byHand()).as(Steps.Edit::new)),
            Tuple.of(2, Combinators.combine(number(), key()).as(Steps.Lose::new)),
            Tuple.of(1, number().map(Steps.Reset::new)),
            Tuple.of(1, Arbitraries.of(waits())));
    return Combinators.combine(
            number(),
            Arbitraries.of(Scope.CHANGES, Scope.CHANGES, Scope.FULL),
            seldom(),
            between.list().ofMaxSize(3),
            deaths())
        .as(
            (sync, scope, limited, steps, death) ->
                new Steps.Review(
                    new Running.Request(
                        sync, false, scope, false, true, limited ? 1 : 0, Optional.empty()),
                    steps,
                    death));
  }

  private static Arbitrary<Step> edits() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, insert()),
        Tuple.of(
            8,
            Arbitraries.oneOf(
                List.of(
                    update("a", integer()),
                    update("b", text().map(Object.class::cast)),
                    update("c", decimal()),
                    update("d", real())))),
        Tuple.of(2, Combinators.combine(number(), nullableKey()).as(Steps.Rename::new)),
        Tuple.of(2, Combinators.combine(number(), seldom(), often()).as(Steps.Respell::new)),
        Tuple.of(3, Combinators.combine(number(), Arbitraries.of(true, false)).as(Steps.Flag::new)),
        Tuple.of(
            3,
            Combinators.combine(number(), Arbitraries.of(true, true, false).injectNull(0.1))
                .as(Steps.Gone::new)),
        Tuple.of(4, number().map(Steps.Delete::new)),
        Tuple.of(
            1,
            Combinators.combine(Arbitraries.of(true, false), runs().list().ofMaxSize(2))
                .as(Steps.Empty::new)));
  }

  static Arbitrary<Step> insert() {
    return Combinators.combine(nullableKey(), often(), integer(), text(), decimal(), real())
        .as(Steps.Insert::new);
  }

  private static Arbitrary<Step> update(String field, Arbitrary<Object> value) {
    return Combinators.combine(number(), value).as((n, v) -> new Steps.Update(n, field, v));
  }

  static Arbitrary<Step> runs() {
    return Combinators.combine(
            number(),
            seldom(),
            Arbitraries.frequency(
                Tuple.of(8, Scope.CHANGES), Tuple.of(2, Scope.FULL), Tuple.of(3, Scope.RETRY)),
            Arbitraries.frequency(
                Tuple.of(7, ""), Tuple.of(2, "dry run"), Tuple.of(2, "for review")),
            Arbitraries.frequency(Tuple.of(8, 0L), Tuple.of(1, 1L), Tuple.of(1, 2L)),
            deaths())
        .as(
            (first, both, scope, how, limit, death) -> {
              boolean dry = how.equals("dry run");
              return new Steps.Run(
                  new Running.Request(
                      first,
                      both,
                      scope,
                      dry,
                      how.equals("for review"),
                      dry ? 0 : limit,
                      dry ? Optional.empty() : death));
            });
  }

  /** Where a run dies, or is taken over. */
  static Arbitrary<Optional<String>> deaths() {
    return Arbitraries.of(
            "die before LEASE 1",
            "die after LEASE 1",
            "die before PLAN 1",
            "die after PLAN 1",
            "die before WRITE 1",
            "die after WRITE 1",
            "die before CHECKPOINT 1",
            "die after CHECKPOINT 1",
            "die before WRITE 2",
            "die after WRITE 2",
            "die before CHECKPOINT 2",
            "die before FINISH 1",
            "die after FINISH 1",
            "seize before WRITE 1",
            "seize before CHECKPOINT 1",
            "seize before CHECKPOINT 2",
            "seize before FINISH 1")
        .optional(0.2);
  }

  static Arbitrary<Definition> definitions() {
    Arbitrary<List<String>> fields =
        Arbitraries.subsetOf("a", "b", "c", "d")
            .ofMinSize(1)
            .map(names -> names.stream().sorted().toList());
    return Combinators.combine(
            fields,
            seldom(),
            seldom(),
            ClauseTales.all(),
            Arbitraries.frequency(Tuple.of(6, 0), Tuple.of(1, 1), Tuple.of(1, 2)),
            Arbitraries.of(5, 2),
            Combinators.combine(
                    Arbitraries.of(100, 2, 1),
                    often(),
                    seldom(),
                    seldom(),
                    Arbitraries.frequency(Tuple.of(7, 0), Tuple.of(1, 1), Tuple.of(1, 3)),
                    Combinators.combine(Arbitraries.of(0, 0, 90), Arbitraries.of(0, 1, 1, 2))
                        .<Detects>as(Looking::new)
                        .optional(LOOKING))
                .as(Tuple::of))
        .as(
            (names, filtered, ordered, clauses, removals, attempts, rest) ->
                new Definition(
                    names,
                    filtered,
                    ordered,
                    clauses,
                    removals,
                    rest.get5(),
                    attempts,
                    rest.get1(),
                    rest.get2(),
                    rest.get3(),
                    rest.get4(),
                    rest.get6()));
  }

  static List<Step> waits() {
    return List.of(
        new Steps.Wait(Duration.ofSeconds(20)),
        new Steps.Wait(Duration.ofMinutes(2)),
        new Steps.Wait(Duration.ofMinutes(30)),
        new Steps.Wait(Duration.ofHours(8)),
        new Steps.Wait(Duration.ofDays(1)));
  }

  private static List<Optional<Duration>> lags() {
    return List.of(
        Optional.of(Duration.ZERO),
        Optional.of(Duration.ofHours(1)),
        Optional.of(Duration.ofDays(1)),
        Optional.empty());
  }

  static Arbitrary<Integer> number() {
    return Arbitraries.integers().between(0, 11);
  }

  static Arbitrary<Boolean> seldom() {
    return Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true));
  }

  static Arbitrary<Boolean> often() {
    return Arbitraries.frequency(Tuple.of(4, true), Tuple.of(1, false));
  }

  static Arbitrary<String> key() {
    return Arbitraries.of(KEYS);
  }

  private static Arbitrary<String> nullableKey() {
    return key().injectNull(0.08);
  }

  private static Arbitrary<Object> integer() {
    return Arbitraries.of("0", "1", "2", "9007199254740993")
        .<Object>map(BigDecimal::new)
        .injectNull(0.2);
  }

  static Arbitrary<String> text() {
    return Arbitraries.of("", "x", "O'Hara", "ü\"\\").injectNull(0.2);
  }

  /** What people write; now and then what a row may say as well. */
  static Arbitrary<String> byHand() {
    return Arbitraries.of("by hand", "again", "x").injectNull(0.2);
  }

  private static Arbitrary<Object> decimal() {
    return Arbitraries.of("1.5", "1.50", "-0.01", "0", "0.00", "100")
        .<Object>map(BigDecimal::new)
        .injectNull(0.2);
  }

  private static Arbitrary<Object> real() {
    return Arbitraries.<Object>of(0.5, 0.5 + 1e-13, 0.0, -0.0, 1e15, Double.NaN, 0.1 + 0.2, 0.3)
        .injectNull(0.2);
  }
}
