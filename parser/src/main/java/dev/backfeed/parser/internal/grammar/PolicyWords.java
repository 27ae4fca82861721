package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.FieldPolicy.Stable;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import dev.backfeed.parser.command.Name;
import java.util.Arrays;
import java.util.Optional;

/** The words behind one column of {@code FIELDS} as the grammar meets them, in any order. */
final class PolicyWords {
  private final Occurrences seen;
  private Wins wins = Wins.OVERWRITE;
  private Optional<Stable> stable = Optional.empty();

  Name latestBy;
  FieldPolicy.Lookup lookup;

  PolicyWords(StatementText s, Name column) {
    this.seen = new Occurrences(s, "column \"" + column.text() + '"');
  }

  /** One of those of which a field has one. */
  void wins(Wins who, Token t) {
    seen.apart(
        words(who),
        t,
        Arrays.stream(Wins.values())
            .filter(other -> other != who)
            .map(PolicyWords::words)
            .toArray(String[]::new));
    wins = who;
  }

  void apart(String word, Token t, String... others) {
    seen.apart(word, t, others);
  }

  void stable(long n, Stable.Unit unit) {
    stable = Optional.of(new Stable(n, unit));
  }

  FieldPolicy policy() {
    return new FieldPolicy(
        wins,
        Optional.ofNullable(latestBy),
        seen.has("IGNORE NULLS"),
        stable,
        seen.has("PASSIVE"),
        Optional.ofNullable(lookup));
  }

  private static String words(Wins wins) {
    return wins.name().replace('_', ' ');
  }
}
