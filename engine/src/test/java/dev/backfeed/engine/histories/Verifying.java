package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.Map;

/** One {@code VERIFY SYNC}: every record that the state is sure of is held against it. */
final class Verifying {
  private final History history;
  private final SyncOracle sync;

  Verifying(History history, SyncOracle sync) {
    this.history = history;
    this.sync = sync;
  }

  void verify() throws SQLException {
    Map<String, ObjectNode> records = history.stage.engine().vendor().records(sync.object);
    Stage.Reply reply = history.stage.ours("VERIFY SYNC " + sync.name);
    assertThat(reply.result()).as("a verification").isPresent();
    assertThat(reply.calls()).as("calls that change something").isEmpty();
    sync.dead = false;
    sync.verified.clear();
    sync.state.forEach(
        (key, known) -> {
          if (!known.removed() && !known.unsure() && differs(known, records.get(sync.fold(key)))) {
            sync.verified.add(key);
          }
        });
    assertThat(
            history
                .stage
                .engine()
                .query(
                    "SELECT record_key FROM backfeed.sync_verifications WHERE sync = '%s'"
                        .formatted(sync.name)))
        .as("records that differ or are missing")
        .containsExactlyInAnyOrderElementsOf(sync.verified);
  }

  private static boolean differs(SyncOracle.Known known, ObjectNode record) {
    if (record == null) {
      return true;
    }
    Map<String, Object> held = Values.read(record);
    return known.values().entrySet().stream()
        .anyMatch(field -> !Present.same(held.get(field.getKey()), field.getValue()));
  }
}
