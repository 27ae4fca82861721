package dev.backfeed.engine.spi;

import java.util.List;
import java.util.Optional;

/**
 * What a destination says of one object.
 *
 * @param described false where the destination takes any field (a webhook); {@code fields} is then
 *     empty and nothing is checked
 * @param fields in the destination's order
 */
public record ObjectSchema(boolean described, List<Field> fields) {
  /** The schema of an object that takes any field. */
  public static final ObjectSchema FREE_FORM = new ObjectSchema(false, List.of());

  public ObjectSchema {
    fields = List.copyOf(fields);
  }

  /** What a field holds. */
  public enum FieldType {
    TEXT,
    NUMBER,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    JSON,
    BINARY,
    /** Takes anything; nothing is checked. */
    ANY
  }

  /**
   * One field.
   *
   * @param name as the destination spells it
   * @param type what it holds
   * @param required whether a new record needs it
   * @param writable whether we may set it
   * @param key whether records can be found by it (an external id, a unique column)
   * @param keyComparison how it compares as a key, where that differs from the manifest's
   * @param maxLength longest text in characters
   * @param allowedValues a closed list; empty where anything goes
   */
  public record Field(
      String name,
      FieldType type,
      boolean required,
      boolean writable,
      boolean key,
      Optional<KeyComparison> keyComparison,
      Optional<Integer> maxLength,
      List<String> allowedValues) {
    public Field {
      allowedValues = List.copyOf(allowedValues);
    }
  }
}
