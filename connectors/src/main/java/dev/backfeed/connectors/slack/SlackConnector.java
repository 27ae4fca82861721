package dev.backfeed.connectors.slack;

import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;

/** The type {@code slack}. */
public final class SlackConnector implements Connector {
  static final Manifest MANIFEST = Manifest.read(SlackConnector.class, "slack.yaml");

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  @Override
  public Destination open(DestinationContext context) {
    Options options = context.options();
    boolean webhook = options.has("webhook_url");
    if (webhook && options.has("token")) {
      throw new OptionException(
          "webhook_url", "options \"token\" and \"webhook_url\" exclude each other: leave one out");
    }
    if (options.flag("sandbox")) {
      return SlackDestination.toSandbox(context);
    }
    if (!webhook && !options.has("token")) {
      throw new OptionException(
          "token",
          "a destination of type slack needs token = SECRET '…' or webhook_url = SECRET '…'");
    }
    String usual = webhook ? "https://hooks.slack.com" : "https://slack.com";
    String origin = options.text("base_url").orElse(usual);
    return SlackDestination.to(Urls.origin(Urls.checked("base_url", origin)), context);
  }
}
