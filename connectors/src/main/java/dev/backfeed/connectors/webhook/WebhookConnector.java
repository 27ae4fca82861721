package dev.backfeed.connectors.webhook;

import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The type {@code webhook}. A connector class does two things: it publishes the manifest, and it
 * opens destinations. The engine finds it by its line in {@code
 * META-INF/services/dev.backfeed.engine.spi.Connector}.
 */
public final class WebhookConnector implements Connector {
  private static final Manifest MANIFEST = Manifest.read(WebhookConnector.class, "webhook.yaml");

  /** Headers that we set ourselves, or that belong to the connection. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "connection",
          "content-length",
          "content-type",
          "transfer-encoding",
          "webhook-id",
          "webhook-timestamp",
          "webhook-signature");

  private static final Pattern KEY_LIKE =
      Pattern.compile(
          "authorization|cookie|.*(key|token|secret|auth|password|signature|session).*");

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  /** The user knows the endpoint. */
  @Override
  public boolean takesIdempotencyKey(Options options) {
    return options.flag("deduplicates");
  }

  /** With one change a request, a batch of one makes sure that no answered row is ever lost. */
  @Override
  public int batchSize(Operation operation, Options options) {
    return WebhookDestination.rowByRow(options) ? 1 : manifest().batchSize(operation);
  }

  /**
   * Opening makes no call and resolves no secret, so it is also what checks options when a
   * destination is created. The manifest has been checked already; here is what it cannot say.
   */
  @Override
  public Destination open(DestinationContext context) {
    context.options().secretsUnder("header").keySet().forEach(h -> check(h, context.options()));
    return context.options().flag("sandbox")
        ? WebhookDestination.toSandbox(context)
        : WebhookDestination.to(url(context.options()), context);
  }

  /** {@code base_url}, which every type has, takes the place of {@code url}. */
  private static String url(Options options) {
    String option = options.has("base_url") ? "base_url" : "url";
    String url = options.requiredText(option);
    Urls.checked(option, url.replace("{object}", "object"));
    return url;
  }

  /** A key in plain text would be stored in the warehouse for everyone to read. */
  private static void check(String header, Options options) {
    String name = header.toLowerCase(Locale.ROOT);
    String option = "header." + header;
    if (OURS.contains(name) || !name.matches("[!#$%&'*+.^_`|~0-9a-z-]+")) {
      throw new OptionException(
          option, "option \"" + option + "\": this header cannot be set; leave it out");
    }
    if (options.text(option).isPresent() && KEY_LIKE.matcher(name).matches()) {
      throw new OptionException(
          option,
          "option \"" + option + "\" looks like a key: write \"" + option + "\" = SECRET 'env:…'");
    }
  }
}
