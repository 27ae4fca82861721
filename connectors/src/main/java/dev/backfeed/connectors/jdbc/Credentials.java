package dev.backfeed.connectors.jdbc;

import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import java.util.Optional;

/** User and password, resolved when first needed, and their removal from what drivers say. */
final class Credentials {
  private final Options options;
  private final JdbcUrl url;
  private final Redaction redaction = new Redaction();

  Credentials(Options options, JdbcUrl url) {
    this.options = options;
    this.url = url;
    if (url.database().isFile()) {
      refuse("user");
      refuse("password");
    }
  }

  Optional<String> user() {
    Optional<String> plain = options.text("user");
    return plain.isPresent() ? plain : reveal("user");
  }

  Optional<String> password() {
    return reveal("password");
  }

  /** A driver's message without our secrets, on one line and of limited length. */
  String redact(String message) {
    return redaction.clean(message);
  }

  private Optional<String> reveal(String option) {
    String host = url.host().replace("[", "").replace("]", "");
    return options.secret(option).map(secret -> redaction.reveal(secret, host));
  }

  private void refuse(String option) {
    if (options.has(option)) {
      throw new OptionException(
          option, "option \"" + option + "\" does not apply: " + url.label() + " is a file");
    }
  }
}
