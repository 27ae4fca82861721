package dev.backfeed.engine.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.warehouse.Warehouse;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who holds a lease: host, process, and a random id for this one lease. Which leases of this
 * process are still held is known to the whole process, even where our classes were loaded twice.
 *
 * @param backend what the warehouse calls the connection's life; empty text for nothing
 */
record LeaseOwner(String host, long pid, long started, String id, String backend) {
  private static final String LIVE = "dev.backfeed.live-leases";

  static LeaseOwner here(String backend) {
    return new LeaseOwner(
        hostName(),
        ProcessHandle.current().pid(),
        ManagementFactory.getRuntimeMXBean().getStartTime(),
        UUID.randomUUID().toString(),
        backend);
  }

  static LeaseOwner read(String json) {
    JsonNode node = Json.read(json);
    return new LeaseOwner(
        node.path("host").asText(),
        node.path("pid").asLong(),
        node.path("started").asLong(),
        node.path("id").asText(),
        node.path("backend").asText());
  }

  String json() {
    ObjectNode node = Json.object();
    node.put("host", host);
    node.put("pid", pid);
    node.put("started", started);
    node.put("id", id);
    node.put("backend", backend);
    return Json.write(node);
  }

  void live() {
    liveLeases().add(id);
  }

  void ended() {
    liveLeases().remove(id);
  }

  /** Whether it lives; null where only the expiry tells. */
  Boolean alive(Warehouse warehouse) throws SQLException {
    // A run of this process that ended badly leaves its connection, and so its backend, alive.
    return isOfThisProcess()
        ? Boolean.valueOf(livesHere())
        : warehouse.dialect().alive(warehouse.connection(), backend, livesHere());
  }

  private boolean isOfThisProcess() {
    LeaseOwner here = here(backend);
    return host.equals(here.host) && pid == here.pid && started == here.started;
  }

  /** Whether this very process holds the lease and has not let go of it. */
  private boolean livesHere() {
    return liveLeases().contains(id);
  }

  @Override
  public String toString() {
    return "host " + host + ", process " + pid;
  }

  @SuppressWarnings("unchecked")
  private static Set<String> liveLeases() {
    return (Set<String>)
        System.getProperties().computeIfAbsent(LIVE, key -> ConcurrentHashMap.newKeySet());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
