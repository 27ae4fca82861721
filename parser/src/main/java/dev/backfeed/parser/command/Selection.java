package dev.backfeed.parser.command;

import java.util.List;
import java.util.Optional;

/**
 * Which syncs {@code SYNC NOW} is about; {@code ALL} where nothing is named.
 *
 * @param syncs by name
 * @param tag those with this tag
 * @param destination those that write to it
 */
public record Selection(List<Name> syncs, Optional<String> tag, Optional<Name> destination) {
  /** {@code ALL}. */
  public static final Selection ALL = of(List.of());

  public Selection {
    syncs = List.copyOf(syncs);
  }

  /** {@code s, t, …}. */
  public static Selection of(List<Name> syncs) {
    return new Selection(syncs, Optional.empty(), Optional.empty());
  }

  /** {@code TAG 'tag'}. */
  public static Selection tag(String tag) {
    return new Selection(List.of(), Optional.of(tag), Optional.empty());
  }

  /** {@code TO destination}. */
  public static Selection to(Name destination) {
    return new Selection(List.of(), Optional.empty(), Optional.of(destination));
  }
}
