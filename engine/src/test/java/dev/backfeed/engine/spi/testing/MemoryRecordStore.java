package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.RecordStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A sandbox's records, in memory. Hands out and keeps copies. */
public final class MemoryRecordStore implements RecordStore {
  private final Map<String, Map<String, Stored>> objects = new LinkedHashMap<>();
  private int calls;

  @Override
  public synchronized List<Stored> findByKey(String object, Collection<String> keys) {
    calls++;
    Set<String> wanted = Set.copyOf(keys);
    return of(object).values().stream()
        .filter(s -> wanted.contains(s.key()))
        .map(this::copy)
        .toList();
  }

  @Override
  public synchronized List<Stored> findById(String object, Collection<String> ids) {
    calls++;
    Set<String> wanted = Set.copyOf(ids);
    return of(object).values().stream()
        .filter(s -> wanted.contains(s.id()))
        .map(this::copy)
        .toList();
  }

  @Override
  public synchronized void put(String object, Collection<Stored> records) {
    calls++;
    records.forEach(s -> of(object).put(s.id(), copy(s)));
  }

  @Override
  public synchronized void delete(String object, Collection<String> ids) {
    calls++;
    ids.forEach(of(object)::remove);
  }

  @Override
  public synchronized long count(String object) {
    return of(object).size();
  }

  /** All records of an object, in the order they were first put. */
  @Override
  public synchronized List<Stored> all(String object) {
    return of(object).values().stream().map(this::copy).toList();
  }

  /** How often the store was asked or told something. */
  public synchronized int calls() {
    return calls;
  }

  private Map<String, Stored> of(String object) {
    return objects.computeIfAbsent(object, o -> new LinkedHashMap<>());
  }

  private Stored copy(Stored s) {
    return new Stored(s.id(), s.key(), s.record().deepCopy());
  }
}
