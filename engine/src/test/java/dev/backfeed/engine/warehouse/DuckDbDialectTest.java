package dev.backfeed.engine.warehouse;

/** The contract on DuckDB. */
class DuckDbDialectTest extends DialectContractTest {
  @Override
  String warehouse() {
    return "duckdb";
  }

  @Override
  String type(String name) {
    return switch (name) {
      case "double" -> "DOUBLE";
      case "timestamptz" -> "TIMESTAMPTZ";
      case "json" -> "JSON";
      case "binary" -> "BLOB";
      case "binary literal" -> "'\\x01\\x02\\xFF'::BLOB";
      case "array literal" -> "[1, 2]";
      default -> throw new IllegalArgumentException(name);
    };
  }
}
