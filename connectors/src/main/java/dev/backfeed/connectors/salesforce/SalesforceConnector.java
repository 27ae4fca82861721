package dev.backfeed.connectors.salesforce;

import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;

/** The type {@code salesforce}. */
public final class SalesforceConnector implements Connector {
  static final Manifest MANIFEST = Manifest.read(SalesforceConnector.class, "salesforce.yaml");

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  @Override
  public Destination open(DestinationContext context) {
    Options options = context.options();
    version(options);
    if (options.flag("sandbox")) {
      return SalesforceDestination.toSandbox(context);
    }
    for (String url : new String[] {"instance_url", "login_url", "base_url"}) {
      options.text(url).ifPresent(value -> Urls.checked(url, value));
    }
    options.requiredText("instance_url");
    checkFlow(options);
    return SalesforceDestination.to(context);
  }

  /** {@code v67.0}, however it was written. */
  static String version(Options options) {
    String version = options.requiredText("api_version");
    if (!version.matches("v?\\d{2,3}\\.0")) {
      throw new OptionException("api_version", "option \"api_version\" is written like v67.0");
    }
    return version.startsWith("v") ? version : "v" + version;
  }

  private static void checkFlow(Options options) {
    boolean jwt = options.has("private_key") || options.has("username");
    if (jwt && options.has("client_secret")) {
      throw new OptionException(
          "client_secret",
          "give either \"client_secret\" (client credentials) or \"username\" and \"private_key\""
              + " (JWT bearer), not both");
    }
    String missing = !jwt ? "client_secret" : options.has("username") ? "private_key" : "username";
    if (!options.has(missing)) {
      throw new OptionException(
          missing,
          "option \""
              + missing
              + "\" is missing: give \"client_secret\", or \"username\" and \"private_key\"");
    }
  }
}
