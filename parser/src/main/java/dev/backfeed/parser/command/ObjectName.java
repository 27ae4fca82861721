package dev.backfeed.parser.command;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a sync writes to: {@code crm."Account"}, {@code appdb.public.users}.
 *
 * @param destination the name of the destination
 * @param path the object within it, one or more segments, case kept
 */
public record ObjectName(Name destination, List<Name> path) {
  public ObjectName {
    path = List.copyOf(path);
  }

  /** The object as the connector is told it: segments joined by dots. */
  public String object() {
    return path.stream().map(Name::text).collect(Collectors.joining("."));
  }
}
