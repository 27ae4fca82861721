package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change.Kind;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresWritingTest extends ReadingTest {
  private static final Place PLACE = Place.postgres(PostgresWritingTest.class);

  @Override
  Place place(Path emptyFolder) {
    return PLACE;
  }

  @Test
  void valuesOfEveryTypeRoundTrip() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS kinds",
        "DROP TYPE IF EXISTS mood",
        "CREATE TYPE mood AS ENUM ('ok', 'bad')",
        "CREATE TABLE kinds (id UUID PRIMARY KEY, big BIGINT, exact NUMERIC(38,10), f DOUBLE PRECISION,"
            + " b BOOLEAN, d DATE, ts TIMESTAMP, tz TIMESTAMPTZ, j JSON, jb JSONB, bin BYTEA, tags TEXT[],"
            + " grid INTEGER[][], m mood, tm TIME, ip INET, c CHAR(3), made INTEGER GENERATED ALWAYS AS (1) STORED)");
    upsert("kinds", List.of(change(Kind.ADDED, key(), values(), true)));
    assertThat(
            place.rows(
                "SELECT big, exact, f, b, d, ts, tz AT TIME ZONE 'UTC', j, jb->>'a', encode(bin, 'hex'),"
                    + " tags[2], tags[3], grid, m, tm, ip, c FROM kinds"))
        .containsExactly(
            "9007199254740993|1234567890123456789012345678.0123456789|0.1|t|2024-02-29"
                + "|2024-03-10 02:30:00.123|2024-03-10 02:30:00.123|\"just text\"|1.10|0001c8"
                + "|it's \"q\" \\ {}|null|{{1,2},{3,4}}|ok|10:11:12|10.0.0.1|abc");
    isReadBack("kinds", key(), values());
    ObjectNode nulls = node();
    values().fieldNames().forEachRemaining(nulls::putNull);
    Outcome cleared = upsert("kinds", List.of(change(Kind.CHANGED, key(), nulls, false))).get(0);
    isReadBack("kinds", key(), nulls);
    assertThat(cleared.status()).isEqualTo(Status.UPDATED);
    assertThat(
            place.rows(
                "SELECT count(*) FROM kinds WHERE num_nulls(big, exact, f, b, d, ts, tz, j, jb, bin, tags, grid, m, tm, ip, c) = 16"))
        .containsExactly("1");
    ObjectSchema schema = destination.describe("kinds");
    assertThat(schema.field("m").orElseThrow().allowedValues()).containsExactly("ok", "bad");
    assertThat(schema.field("m").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.TEXT);
    assertThat(schema.field("d").orElseThrow().allowedValues()).isEmpty();
    assertThat(schema.field("made").orElseThrow().writable()).isFalse();
    assertThat(schema.field("c").orElseThrow().maxLength()).contains(3);
    assertThat(schema.field("jb").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.JSON);
    assertThat(schema.field("b").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.BOOLEAN);
  }

  private static ObjectNode key() {
    return node().put("id", "6f1e3c0e-7a2b-4f9a-9a58-0f1a2b3c4d5e");
  }

  private static ObjectNode values() {
    ObjectNode all = node();
    all.put("big", 9007199254740993L);
    all.put("exact", new BigDecimal("1234567890123456789012345678.0123456789"));
    all.put("f", 0.1).put("b", true).put("d", "2024-02-29");
    all.put("ts", "2024-03-10T02:30:00.123Z").put("tz", "2024-03-10T02:30:00.123Z");
    all.put("j", "just text");
    all.putObject("jb").put("a", new BigDecimal("1.10"));
    all.put("bin", "AAHI");
    all.putArray("tags").add("a,b").add("it's \"q\" \\ {}").addNull();
    all.putArray("grid").addArray().add(1).add(2);
    all.withArray("grid").addArray().add(3).add(4);
    all.put("m", "ok").put("tm", "10:11:12").put("ip", "10.0.0.1").put("c", "abc");
    return all;
  }

  @Test
  void anEnumThatIsNoneIsARowsFault() throws SQLException {
    place.sql("DROP TABLE IF EXISTS ids", "CREATE TABLE ids (id UUID PRIMARY KEY)");
    Outcome bad =
        upsert("ids", List.of(change(Kind.ADDED, node().put("id", "x"), node(), true))).get(0);
    assertThat(bad.status()).isEqualTo(Status.FAILED);
    assertThat(bad.error().orElseThrow().code()).isEqualTo("22P02");
  }

  @Test
  void anErrorShowsNothingOfColumnsThatAreNotMapped() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS staff",
        "CREATE TABLE staff (id INTEGER PRIMARY KEY, grade INTEGER CHECK (grade < 10), token TEXT)",
        "INSERT INTO staff VALUES (1, 5, 'tok-4711')");
    Outcome bad =
        upsert(
                "staff",
                List.of(change(Kind.CHANGED, node().put("id", 1), node().put("grade", 50), false)))
            .get(0);
    assertThat(bad.error().orElseThrow().code()).isEqualTo("23514");
    assertThat(bad.error().orElseThrow().message())
        .contains("staff_grade_check")
        .doesNotContain("tok-4711");
  }

  @Test
  void tablesOfOtherSchemas() throws SQLException {
    place.sql(
        "CREATE SCHEMA IF NOT EXISTS \"Crm\"",
        "DROP TABLE IF EXISTS \"Crm\".users",
        "CREATE TABLE \"Crm\".users (id INTEGER PRIMARY KEY, only_here TEXT)");
    upsert(
        "Crm.users",
        List.of(change(Kind.ADDED, node().put("id", 1), node().put("only_here", "x"), true)));
    upsert("public.users", List.of(user(Kind.ADDED, 5, "p")));
    assertThat(place.rows("SELECT only_here FROM \"Crm\".users")).containsExactly("x");
    assertThat(place.rows("SELECT name FROM public.users")).containsExactly("p");
    assertThat(destination.describe("users").field("only_here")).isEmpty();
  }

  @Test
  void aPartialIndexIsNoKey() throws SQLException {
    place.sql("CREATE UNIQUE INDEX top_names ON users (name) WHERE score > 5");
    assertThat(destination.describe("users").field("name").orElseThrow().key()).isFalse();
  }

  @Test
  void aDeferredConstraintSpeaksAtCommit() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users DEFERRABLE INITIALLY DEFERRED)");
    List<Outcome> outcomes =
        upsert(
            "orders",
            List.of(
                change(Kind.ADDED, node().put("id", 1), node().put("user_id", 77), true),
                change(Kind.ADDED, node().put("id", 2), node().putNull("user_id"), true)));
    assertThat(outcomes).extracting(Outcome::status).containsExactly(Status.FAILED, Status.CREATED);
    assertThat(outcomes.get(0).error().orElseThrow().code()).isEqualTo("23503");
    place.sql("DROP TABLE orders");
  }

  @Test
  void aKilledConnectionIsReplaced() throws SQLException {
    upsert("users", List.of(user(Kind.ADDED, 1, "x")));
    try (Connection c = place.connect();
        Statement s = c.createStatement()) {
      s.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
    assertThat(upsert("users", List.of(user(Kind.CHANGED, 1, "y"))))
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED);
    assertThat(gate.retries()).isEqualTo(1);
    assertThat(gate.pauses()).hasSize(1);
  }

  /** The server ends the session while it commits, so that nobody can say what was kept. */
  @Test
  void aCommitWithoutAnAnswerIsUnknown() throws SQLException {
    place.sql(
        """
        CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
        """,
        "CREATE CONSTRAINT TRIGGER last_words AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION die()");
    assertThatThrownBy(() -> upsert("users", List.of(user(Kind.ADDED, 1, "x"))))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.kind()).isEqualTo(ConnectorException.Kind.UNKNOWN_OUTCOME));
    assertThat(gate.retries()).isEqualTo(3);
  }

  @Test
  void aTriggerThatRefusesIsValidation() throws SQLException {
    place.sql(
        """
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.name = 'no' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$
        """,
        "CREATE TRIGGER gatekeeper BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()");
    List<Outcome> outcomes =
        upsert("users", List.of(user(Kind.ADDED, 1, "no"), user(Kind.ADDED, 2, "yes")));
    assertThat(outcomes).extracting(Outcome::status).containsExactly(Status.FAILED, Status.CREATED);
    assertThat(outcomes.get(0).error().orElseThrow().type()).isEqualTo("VALIDATION");
    assertThat(outcomes.get(0).error().orElseThrow().message()).contains("not this one");
  }
}
