package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.internal.SyntaxFailure;
import java.util.HashMap;
import java.util.Map;

/** The clauses met so far, none of which may come twice. */
final class Occurrences {
  private final StatementText s;
  private final String statement;
  private final Map<String, Position> seen = new HashMap<>();

  Occurrences(StatementText s, String statement) {
    this.s = s;
    this.statement = statement;
  }

  void once(String clause, Token t) {
    Position first = seen.putIfAbsent(clause, s.position(t));
    if (first != null) {
      throw new SyntaxFailure(
          s.offset(t),
          "%s has %s twice: it stands already at %s".formatted(statement, clause, first));
    }
  }

  /** The same for clauses of which a statement has one at most. */
  void apart(String clause, Token t, String... others) {
    once(clause, t);
    for (String other : others) {
      if (has(other)) {
        throw new SyntaxFailure(
            s.offset(t),
            "%s contradicts %s at %s: leave out one of them"
                .formatted(clause, other, seen.get(other)));
      }
    }
  }

  boolean has(String clause) {
    return seen.containsKey(clause);
  }
}
