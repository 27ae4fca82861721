package dev.backfeed.connectors.salesforce;

import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Record ids as Salesforce makes them: three characters for the object, twelve for the record, and
 * three that make the first fifteen safe where case gets lost. The prefixes of custom objects are
 * kept in the store, under {@code EntityDefinition}.
 */
final class SandboxIds {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final String CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  private static final String DEFINITIONS = "EntityDefinition";
  private static final Map<String, String> STANDARD =
      Map.of(
          "Account", "001", "Contact", "003", "Lead", "00Q", "Opportunity", "006", "Case", "500");

  private final RecordStore store;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, String> prefixes = new HashMap<>(STANDARD);

  SandboxIds(RecordStore store) {
    this.store = store;
  }

  /** A new id for a record of this object. */
  String next(String object) {
    StringBuilder id = new StringBuilder(prefix(object));
    while (id.length() < 15) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return longForm(id.toString());
  }

  /** The object that an id belongs to. */
  Optional<String> object(String id) {
    if (!wellFormed(id)) {
      return Optional.empty();
    }
    String prefix = id.substring(0, 3);
    Optional<String> known =
        prefixes.entrySet().stream()
            .filter(e -> e.getValue().equals(prefix))
            .map(Map.Entry::getKey)
            .findFirst();
    return known.or(
        () -> {
          Optional<String> stored =
              store.findById(DEFINITIONS, List.of(prefix)).stream().map(Stored::key).findFirst();
          stored.ifPresent(object -> prefixes.put(object, prefix));
          return stored;
        });
  }

  static boolean wellFormed(String id) {
    return id.matches("[0-9A-Za-z]{15}([0-9A-Z]{3})?");
  }

  /** The id with its three check characters: one bit for each capital among five. */
  static String longForm(String id) {
    if (id.length() != 15) {
      return id;
    }
    StringBuilder full = new StringBuilder(id);
    for (int block = 0; block < 3; block++) {
      int bits = 0;
      for (int i = 0; i < 5; i++) {
        bits |= Character.isUpperCase(id.charAt(block * 5 + i)) ? 1 << i : 0;
      }
      full.append(CHECKS.charAt(bits));
    }
    return full.toString();
  }

  private String prefix(String object) {
    return prefixes.computeIfAbsent(
        object,
        o ->
            store.findByKey(DEFINITIONS, List.of(o)).stream()
                .map(Stored::id)
                .findFirst()
                .orElseGet(() -> define(o)));
  }

  private String define(String object) {
    long number = store.count(DEFINITIONS);
    String prefix =
        "a" + DIGITS.charAt((int) (number / 62 % 62)) + DIGITS.charAt((int) (number % 62));
    store.put(
        DEFINITIONS,
        List.of(new Stored(prefix, object, Json.object().put("QualifiedApiName", object))));
    return prefix;
  }
}
