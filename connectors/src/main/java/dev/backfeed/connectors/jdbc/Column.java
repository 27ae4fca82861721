package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import java.util.List;
import java.util.Optional;

/**
 * A column of a destination table.
 *
 * @param name as the database has it
 * @param kind which form its values are bound in
 * @param typeName the database's name of the type
 * @param required whether an INSERT without it fails
 * @param writable whether it may be set
 * @param maxLength longest text in characters, where the database enforces one
 * @param allowed the values of an enum; empty where it is none
 * @param ignoresCase whether texts that differ in case are equal to it
 */
record Column(
    String name,
    Kind kind,
    String typeName,
    boolean required,
    boolean writable,
    Optional<Integer> maxLength,
    List<String> allowed,
    boolean ignoresCase) {
  Column {
    allowed = List.copyOf(allowed);
  }

  /** How a value travels to the column. */
  enum Kind {
    INTEGER(FieldType.NUMBER),
    DECIMAL(FieldType.NUMBER),
    FLOAT(FieldType.NUMBER),
    BOOLEAN(FieldType.BOOLEAN),
    TEXT(FieldType.TEXT),
    DATE(FieldType.DATE),
    /** Without a zone: holds UTC. */
    TIMESTAMP(FieldType.TIMESTAMP),
    TIMESTAMP_TZ(FieldType.TIMESTAMP),
    JSON(FieldType.JSON),
    /** Lists and, on DuckDB, structs: written from JSON. */
    ARRAY(FieldType.JSON),
    BINARY(FieldType.BINARY),
    /** Enums, uuid, inet, intervals: written from text, judged by the database. */
    OTHER(FieldType.ANY);

    private final FieldType fieldType;

    Kind(FieldType fieldType) {
      this.fieldType = fieldType;
    }
  }

  /** The column as the engine is told of it. */
  Field field(boolean key) {
    return new Field(
        name,
        allowed.isEmpty() ? kind.fieldType : FieldType.TEXT,
        required,
        writable,
        key,
        ignoresCase ? Optional.of(KeyComparison.CASE_INSENSITIVE) : Optional.empty(),
        maxLength,
        allowed);
  }
}
