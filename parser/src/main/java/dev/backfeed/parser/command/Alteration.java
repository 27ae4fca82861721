package dev.backfeed.parser.command;

import java.util.List;

/** What one {@code ALTER SYNC} changes. */
public sealed interface Alteration {
  /** {@code SET (option = value, …)}. */
  record SetOptions(List<Option> options) implements Alteration {
    public SetOptions {
      options = List.copyOf(options);
    }
  }

  /** {@code UNSET (option, …)}. */
  record UnsetOptions(List<Name> options) implements Alteration {
    public UnsetOptions {
      options = List.copyOf(options);
    }
  }

  /**
   * {@code SET clause}: added, or put in the place of the one of that name.
   *
   * @param clause its name, as {@link Clause#name()}
   * @param text as written
   */
  record SetClause(String clause, String text, Position position) implements Alteration {}

  /** {@code DROP clause}, named without its contents: {@code DROP LIMIT REMOVALS}. */
  record DropClause(String clause, Position position) implements Alteration {}

  /** {@code RENAME TO name}. */
  record Rename(Name to) implements Alteration {}

  /** {@code USE VERSION n}. */
  record UseVersion(long version, Position position) implements Alteration {}
}
