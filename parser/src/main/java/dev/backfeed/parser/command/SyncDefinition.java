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
 * @param match field lists by which a key that is not yet known is looked up, tried in order
 * @param rekeyFrom the old key of {@code REKEY FROM}; empty where not written
 * @param mode UPSERT where the clause is missing
 * @param fields which columns are sent
 * @param onRemove the clause where written; without it KEEP, or DELETE under MIRROR
 * @param onReturn what is set when a removed row is back; empty where not written
 * @param deleteWhen rows that are deletions, where written
 * @param detect how changes are found
 * @param reconcileDays in how many days one run compares everything; 0 where not written
 * @param constraints what is expected of the query's rows, by name
 * @param firstRun what happens until everything was there once; sent at once where not said
 * @param limits the guards written, at most one a subject
 * @param allowEmpty whether {@code ALLOW EMPTY} was written
 * @param schedule when it is due by itself, where written
 * @param options {@code WITH (…)} in the order written, no name twice
 * @param query what is to be synced
 */
public record SyncDefinition(
    Name name,
    ObjectName target,
    List<KeyColumn> key,
    List<List<KeyColumn>> match,
    List<Name> rekeyFrom,
    Mode mode,
    FieldList fields,
    Optional<Removal> onRemove,
    List<Assignment> onReturn,
    Optional<DeleteWhen> deleteWhen,
    Detect detect,
    long reconcileDays,
    List<Constraint> constraints,
    FirstRun firstRun,
    List<Limit> limits,
    boolean allowEmpty,
    Optional<Schedule> schedule,
    List<Option> options,
    Query query) {
  public SyncDefinition {
    key = List.copyOf(key);
    match = match.stream().map(List::copyOf).toList();
    rekeyFrom = List.copyOf(rekeyFrom);
    onReturn = List.copyOf(onReturn);
    constraints = List.copyOf(constraints);
    limits = List.copyOf(limits);
    options = List.copyOf(options);
  }

  /** The guard written about a subject. */
  public Optional<Limit> limit(Limit.Subject subject) {
    return limits.stream().filter(limit -> limit.subject() == subject).findFirst();
  }

  /** What happens to a row that leaves the query, the mode's own rule included. */
  public OnRemove removal() {
    return onRemove
        .map(Removal::what)
        .orElse(mode == Mode.MIRROR ? OnRemove.DELETE : OnRemove.KEEP);
  }
}
