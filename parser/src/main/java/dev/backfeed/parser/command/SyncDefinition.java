package dev.backfeed.parser.command;

import java.util.List;
import java.util.Optional;

/**
 * What {@code CREATE SYNC} says, checked for form only: whether columns and fields exist is the
 * engine's to find out.
 *
 * @param name the sync
 * @param target destination and object
 * @param key the stable identity, one or more columns
 * @param mode UPSERT where the clause is missing
 * @param fields which columns are sent
 * @param onRemove the clause where written; without it KEEP, or DELETE under MIRROR
 * @param firstRun what happens until everything was there once; sent at once where not said
 * @param limits the guards written, at most one a subject
 * @param allowEmpty whether {@code ALLOW EMPTY} was written
 * @param options {@code WITH (…)} in the order written, no name twice
 * @param query what is to be synced
 */
public record SyncDefinition(
    Name name,
    ObjectName target,
    List<KeyColumn> key,
    Mode mode,
    FieldList fields,
    Optional<OnRemove> onRemove,
    FirstRun firstRun,
    List<Limit> limits,
    boolean allowEmpty,
    List<Option> options,
    Query query) {
  public SyncDefinition {
    key = List.copyOf(key);
    limits = List.copyOf(limits);
    options = List.copyOf(options);
  }

  /** The guard written about a subject. */
  public Optional<Limit> limit(Limit.Subject subject) {
    return limits.stream().filter(limit -> limit.subject() == subject).findFirst();
  }

  /** What happens to a row that leaves the query, the mode's own rule included. */
  public OnRemove removal() {
    return onRemove.orElse(mode == Mode.MIRROR ? OnRemove.DELETE : OnRemove.KEEP);
  }
}
