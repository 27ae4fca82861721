package dev.backfeed.connectors.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RecordStore.Stored;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.MapOptions;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import org.junit.jupiter.api.Test;

/** The stand-in, through the destination. */
class EmailSandboxTest extends OnMail {
  private final MemoryRecordStore store = new MemoryRecordStore();

  private Destination sandbox() {
    MapOptions options = new MapOptions(EmailConnector.MANIFEST).with("sandbox", true);
    return new EmailConnector()
        .open(
            new DestinationContext(
                "mail", options, gate, (host, address, port) -> {}, () -> store));
  }

  @Test
  void keepsAMessageForEachRecipient() {
    ObjectNode row = text("Zoë\n.\n..x").put("html", "<p>ü</p>").put("subject", "Grüße");
    try (Destination destination = sandbox()) {
      assertThat(destination.test().get(0).ok()).isTrue();
      Outcome sent = send(destination, "bo@acme.com, cy@acme.com", row);
      for (String recipient : new String[] {"bo@acme.com", "cy@acme.com"}) {
        Stored kept = store.all(recipient).get(0);
        assertThat(kept.key()).isEqualTo(sent.destinationId().orElseThrow());
        assertThat(kept.record())
            .isEqualTo(
                Changes.node()
                    .put("from", "Backfeed <backfeed@example.com>")
                    .put("to", "bo@acme.com, cy@acme.com")
                    .put("subject", "Grüße")
                    .put("message_id", kept.key())
                    .put("text", "Zoë\n.\n..x")
                    .put("html", "<p>ü</p>"));
      }
    }
  }

  @Test
  void refusesWhatServersRefuse() {
    try (Destination destination = sandbox()) {
      Outcome nobody = send(destination, "bo@nowhere.invalid", text("x"));
      assertThat(nobody.error().orElseThrow().code()).isEqualTo("550");
      Outcome large = send(destination, "bo@acme.com", text("x".repeat(11_000_000)));
      assertThat(large.error().orElseThrow().type()).isEqualTo("TOO_LARGE");
      assertThat(send(destination, "bo@acme.com", text("small")).status())
          .isEqualTo(Outcome.Status.CREATED);
    }
    assertThat(store.all("bo@acme.com")).hasSize(1);
  }
}
