package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.ConnectorContractTest;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** The connector contract on a real database; subclasses say which. */
abstract class JdbcContract extends ConnectorContractTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  abstract Place place();

  /** Column types, in the order number, flag, date, timestamp, JSON. */
  abstract String types();

  /** The timestamp as the language writes it. */
  abstract String timestamp(ResultSet row) throws SQLException;

  @BeforeEach
  void makeTheTable() throws SQLException {
    String[] types = types().split(";");
    place()
        .sql(
            "DROP TABLE IF EXISTS people",
            "CREATE TABLE people (id VARCHAR(40) PRIMARY KEY, name VARCHAR(200) NOT NULL CHECK (name <> 'bad'), score %s, active %s, born %s, seen %s, facts %s)"
                .formatted((Object[]) types));
  }

  @Override
  protected Connector connector() {
    return new JdbcConnector();
  }

  @Override
  protected MapOptions options() {
    return place().options();
  }

  @Override
  protected Names names() {
    return new Names("people", "id", "name", "score", "active", "born", "seen", "facts");
  }

  @Override
  protected ObjectNode fieldsThatFail() {
    return whole("bad", "1");
  }

  @Override
  protected Optional<ObjectNode> held(String key) {
    try (Connection c = place().connect();
        PreparedStatement s = c.prepareStatement("SELECT * FROM people WHERE id = ?")) {
      s.setString(1, key);
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(record(row)) : Optional.empty();
      }
    } catch (SQLException | JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected void deleteBehindOurBack(String key) {
    try {
      place().sql("DELETE FROM people WHERE id = '" + key + "'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectNode record(ResultSet row) throws SQLException, JsonProcessingException {
    ObjectNode record = Changes.node();
    record.put("id", row.getString("id"));
    record.put("name", row.getString("name"));
    record.put("score", row.getBigDecimal("score"));
    record.put("active", row.getBoolean("active"));
    record.put("born", row.getString("born"));
    record.put("seen", row.getString("seen") == null ? null : timestamp(row));
    String facts = row.getString("facts");
    record.set("facts", facts == null ? null : JSON.readTree(facts));
    return record;
  }
}
