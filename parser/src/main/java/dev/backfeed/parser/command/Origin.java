package dev.backfeed.parser.command;

import java.util.Set;
import java.util.TreeSet;

/** Where the values of a query's column come from, as far as it can be told. Never a guess. */
public sealed interface Origin {
  /** Of what is made of literals. */
  static Origin none() {
    return new Known(Set.of(), Set.of());
  }

  /**
   * It can be told.
   *
   * @param sources every column whose value enters the value; empty for literals
   * @param unsteady functions of time or chance in the value, as {@code now}; then it differs from
   *     run to run though no data does
   */
  record Known(Set<SourceColumn> sources, Set<String> unsteady) implements Origin {
    public Known {
      sources = Set.copyOf(sources);
      unsteady = Set.copyOf(unsteady);
    }
  }

  /**
   * It cannot be told.
   *
   * @param why in a few words
   */
  record Unknown(String why) implements Origin {}

  /** The origin of a value made of both; unknown if one of them is. */
  default Origin and(Origin other) {
    if (this instanceof Known a && other instanceof Known b) {
      Set<SourceColumn> sources = new TreeSet<>(a.sources());
      sources.addAll(b.sources());
      Set<String> unsteady = new TreeSet<>(a.unsteady());
      unsteady.addAll(b.unsteady());
      return new Known(sources, unsteady);
    }
    return this instanceof Unknown ? this : other;
  }
}
