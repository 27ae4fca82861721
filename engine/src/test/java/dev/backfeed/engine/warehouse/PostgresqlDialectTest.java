package dev.backfeed.engine.warehouse;

/** The contract on PostgreSQL. */
class PostgresqlDialectTest extends DialectContractTest {
  @Override
  String warehouse() {
    return "postgresql";
  }

  @Override
  String type(String name) {
    return switch (name) {
      case "double" -> "DOUBLE PRECISION";
      case "timestamptz" -> "TIMESTAMPTZ";
      case "json" -> "JSON";
      case "binary" -> "BYTEA";
      case "binary literal" -> "'\\x0102ff'";
      case "array literal" -> "'{1,2}'";
      default -> throw new IllegalArgumentException(name);
    };
  }
}
