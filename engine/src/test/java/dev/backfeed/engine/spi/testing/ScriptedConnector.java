package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The type {@code scripted}: what it was sent and how it answers is kept by destination name. */
public final class ScriptedConnector implements Connector {
  private static final Manifest MANIFEST = Manifest.read(ScriptedConnector.class, "scripted.yaml");

  private final Manifest manifest;
  private final Map<String, ScriptedVendor> vendors = new ConcurrentHashMap<>();
  private volatile Clock clock = Clock.systemUTC();

  /** As {@code scripted.yaml} says: whatever it is sent may be repeated. */
  public ScriptedConnector() {
    this(MANIFEST);
  }

  private ScriptedConnector(Manifest manifest) {
    this.manifest = manifest;
  }

  /** The same, but nothing it is sent may be repeated, and it knows no idempotency key. */
  public static ScriptedConnector unrepeatable() {
    return with(Set.of(), false);
  }

  /** The same, and it drops what it is sent a second time under one idempotency key. */
  public static ScriptedConnector keyed() {
    return with(MANIFEST.idempotent(), true);
  }

  private static ScriptedConnector with(Set<Operation> idempotent, boolean idempotencyKey) {
    return new ScriptedConnector(
        new Manifest(
            MANIFEST.type(),
            MANIFEST.doc(),
            MANIFEST.options(),
            MANIFEST.objectOptions(),
            MANIFEST.operations(),
            idempotent,
            idempotencyKey,
            MANIFEST.batch(),
            MANIFEST.keyComparison(),
            MANIFEST.maxKeyFields(),
            MANIFEST.findsBy(),
            MANIFEST.callsPerSecond(),
            MANIFEST.concurrency(),
            MANIFEST.timeout(),
            MANIFEST.hosts(),
            MANIFEST.errors(),
            MANIFEST.byId(),
            MANIFEST.changeTimes(),
            MANIFEST.countsByPlan()));
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public Destination open(DestinationContext context) {
    return new ScriptedDestination(context, vendor(context.name()));
  }

  /** The clock that records take their change times from. */
  public void clock(Clock records) {
    clock = records;
  }

  /** The other side of a destination. */
  public ScriptedVendor vendor(String destination) {
    return vendors.computeIfAbsent(
        destination, name -> new ScriptedVendor(manifest.idempotencyKey(), () -> clock.instant()));
  }
}
