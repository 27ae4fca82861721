package dev.backfeed.parser.command;

import java.util.List;

/**
 * What is done with a record whose row has left, or is flagged by {@code DELETE WHEN}.
 *
 * @param set the values of {@link OnRemove#SET}; empty for the others
 */
public record Removal(OnRemove what, List<Assignment> set) {
  public Removal {
    set = List.copyOf(set);
  }

  /** One without values. */
  public static Removal of(OnRemove what) {
    return new Removal(what, List.of());
  }
}
