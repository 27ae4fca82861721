package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** User and password, resolved when first needed, and their removal from what drivers say. */
final class Credentials {
  private static final int LONGEST_MESSAGE = 500;

  private final Options options;
  private final JdbcUrl url;
  private volatile Set<String> seen = Set.of();

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

  /** A driver's message without our secrets, in any of their usual forms. */
  String redact(String message) {
    String clean = message;
    for (String secret : seen) {
      clean = clean.replace(secret, "***");
    }
    return clean.length() <= LONGEST_MESSAGE ? clean : clean.substring(0, LONGEST_MESSAGE);
  }

  private Optional<String> reveal(String option) {
    Optional<Secret> secret = options.secret(option);
    Optional<String> value = secret.map(s -> s.revealTo(bareHost()));
    value.filter(v -> !v.isEmpty()).ifPresent(this::remember);
    return value;
  }

  private synchronized void remember(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Set<String> forms = new LinkedHashSet<>(seen);
    forms.add(value);
    forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
    forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    forms.add(Base64.getEncoder().encodeToString(bytes));
    seen = forms;
  }

  private String bareHost() {
    return url.host().replace("[", "").replace("]", "");
  }

  private void refuse(String option) {
    if (options.has(option)) {
      throw new OptionException(
          option, "option \"" + option + "\" does not apply: " + url.label() + " is a file");
    }
  }
}
