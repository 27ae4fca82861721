package dev.backfeed.engine.spi;

import java.util.List;
import java.util.Optional;

/**
 * What a destination says of one object.
 *
 * @param described false where the destination takes any field (a webhook); {@code fields} is then
 *     empty and nothing is checked
 * @param fields in the destination's order. A name with one {@code *} in it stands for every name
 *     that fits and is not listed ({@code *__c} of a sandbox that takes any custom field); of
 *     several that fit the first counts
 */
public record ObjectSchema(boolean described, List<Field> fields) {
  /** The schema of an object that takes any field. */
  public static final ObjectSchema FREE_FORM = new ObjectSchema(false, List.of());

  /**
   * The key of what is appended, where it only tells rows apart and need be none of the fields: it
   * takes any name that is not listed, and no other column does.
   */
  public static final Field KEY_ALONE =
      new Field(
          "*", FieldType.ANY, false, false, true, Optional.empty(), Optional.empty(), List.of());

  public ObjectSchema {
    fields = List.copyOf(fields);
  }

  /**
   * The field that a name means: spelled exactly so, else the only one that differs in case alone,
   * else the first pattern that fits, which is then given the name asked for. A path is asked for
   * by its first step.
   */
  public Optional<Field> field(String name) {
    Optional<Field> exact = fields.stream().filter(f -> f.name().equals(name)).findFirst();
    if (exact.isPresent()) {
      return exact;
    }
    List<Field> folded = fields.stream().filter(f -> f.name().equalsIgnoreCase(name)).toList();
    return folded.size() == 1
        ? Optional.of(folded.get(0))
        : fields.stream().filter(f -> f.fits(name)).findFirst().map(f -> f.named(name));
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

    /** Whether this is {@link #KEY_ALONE}, under whatever name. */
    public boolean keyAlone() {
      return key && !writable && type == FieldType.ANY;
    }

    /** Whether this is a pattern ({@code *__c}) that the name fits. */
    boolean fits(String other) {
      int star = name.indexOf('*');
      return star >= 0
          && other.length() >= name.length()
          && other.startsWith(name.substring(0, star))
          && other.endsWith(name.substring(star + 1));
    }

    Field named(String other) {
      return new Field(
          other, type, required, writable, key, keyComparison, maxLength, allowedValues);
    }
  }
}
