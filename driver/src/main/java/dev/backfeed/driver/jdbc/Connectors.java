package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.spi.Connector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Finds the types of destination on the class path. */
final class Connectors {
  private Connectors() {}

  /** Those beside this driver and those the calling thread sees, each once. */
  static List<Connector> find() {
    Map<Class<?>, Connector> found = new LinkedHashMap<>();
    add(found, Connectors.class.getClassLoader());
    add(found, Thread.currentThread().getContextClassLoader());
    return new ArrayList<>(found.values());
  }

  private static void add(Map<Class<?>, Connector> found, ClassLoader loader) {
    if (seesOurs(loader)) {
      ServiceLoader.load(Connector.class, loader).forEach(c -> found.putIfAbsent(c.getClass(), c));
    }
  }

  /** The calling thread may see another copy of Backfeed, whose connectors are none of ours. */
  private static boolean seesOurs(ClassLoader loader) {
    try {
      return loader != null && loader.loadClass(Connector.class.getName()) == Connector.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
