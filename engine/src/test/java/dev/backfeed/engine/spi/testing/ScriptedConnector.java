package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The type {@code scripted}: what it was sent and how it answers is kept by destination name. */
public final class ScriptedConnector implements Connector {
  private static final Manifest MANIFEST = Manifest.read(ScriptedConnector.class, "scripted.yaml");

  private final Map<String, ScriptedVendor> vendors = new ConcurrentHashMap<>();

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  @Override
  public Destination open(DestinationContext context) {
    return new ScriptedDestination(context, vendor(context.name()));
  }

  /** The other side of a destination. */
  public ScriptedVendor vendor(String destination) {
    return vendors.computeIfAbsent(destination, name -> new ScriptedVendor());
  }
}
