package dev.backfeed.engine.spi;

/**
 * The type of a query's output column, and of the state's column that remembers it.
 *
 * @param kind how its values compare and travel
 * @param name the type's name in the warehouse, for DDL and casts
 */
public record ColumnType(Kind kind, String name) {
  /** How values compare and travel. */
  public enum Kind {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    /** Compared within a relative 1e-11; NaN and infinities are rejected. */
    FLOAT,
    TEXT,
    DATE,
    /** Without a zone: UTC, unless the sync says another. */
    TIMESTAMP,
    TIMESTAMP_TZ,
    JSON,
    BINARY
  }

  /** Whether it may be part of a key. */
  public boolean keyable() {
    return kind != Kind.FLOAT && kind != Kind.JSON && kind != Kind.BINARY;
  }

  /** What the destination has to be able to hold. */
  public ObjectSchema.FieldType fieldType() {
    return switch (kind) {
      case BOOLEAN -> ObjectSchema.FieldType.BOOLEAN;
      case INTEGER, DECIMAL, FLOAT -> ObjectSchema.FieldType.NUMBER;
      case TEXT -> ObjectSchema.FieldType.TEXT;
      case DATE -> ObjectSchema.FieldType.DATE;
      case TIMESTAMP, TIMESTAMP_TZ -> ObjectSchema.FieldType.TIMESTAMP;
      case JSON -> ObjectSchema.FieldType.JSON;
      case BINARY -> ObjectSchema.FieldType.BINARY;
    };
  }
}
