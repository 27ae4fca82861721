package dev.backfeed.connectors.webhook;

import dev.backfeed.engine.spi.testing.MapOptions;

/** The contract with many changes a request. */
class WebhookBatchContractTest extends WebhookContractTest {
  @Override
  protected MapOptions options() {
    return super.options().with("body", "batch");
  }
}
