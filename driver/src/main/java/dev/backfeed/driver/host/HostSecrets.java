package dev.backfeed.driver.host;

import dev.backfeed.engine.spi.Secret;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.engine.spi.SecretProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Resolves {@code env:NAME} and {@code file:path} as far as this host allows. A value is looked up
 * when it is used and kept nowhere.
 */
public final class HostSecrets implements SecretProvider {
  private static final Pattern ENV = Pattern.compile("env:[A-Za-z_][A-Za-z0-9_]*");

  private final List<SecretRule> rules;
  private final Optional<SecretFiles> files;
  private final UnaryOperator<String> environment;

  private HostSecrets(
      List<SecretRule> rules, Optional<SecretFiles> files, UnaryOperator<String> environment) {
    this.rules = rules;
    this.files = files;
    this.environment = environment;
  }

  /**
   * Secrets under these settings.
   *
   * @param allow entries divided by commas: {@code env:BACKFEED_*}, {@code env:BACKFEED_SF_* ->
   *     *.salesforce.com}; several hosts are divided by blanks
   * @param dir the folder of {@code file:} secrets; empty to refuse them
   * @param environment looks up a variable, null if it is not set
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  public static HostSecrets of(
      String allow, Optional<Path> dir, UnaryOperator<String> environment) {
    return new HostSecrets(SecretRule.parse(allow), dir.map(SecretFiles::new), environment);
  }

  @Override
  public void check(String reference) {
    if (reference.startsWith("file:")) {
      files(reference).locate(reference);
    } else if (!ENV.matcher(reference).matches()) {
      throw new SecretException(
          false,
          "\"" + reference + "\" is no secret reference: write env:NAME, or file: and a path");
    } else if (rules.stream().noneMatch(rule -> rule.covers(reference))) {
      throw new SecretException(
          false,
          "this host does not allow the secret \""
              + reference
              + "\": allowed are "
              + allowed()
              + " (setting "
              + HostSettings.SECRETS_ALLOW
              + ")");
    }
  }

  @Override
  public Secret resolve(String reference) {
    check(reference);
    String value =
        reference.startsWith("file:") ? files(reference).read(reference) : variable(reference);
    return new HostSecret(reference, value, hosts(reference));
  }

  private SecretFiles files(String reference) {
    return files.orElseThrow(
        () ->
            new SecretException(
                false,
                "this host does not allow the secret \""
                    + reference
                    + "\": set "
                    + HostSettings.SECRETS_DIR
                    + " to the folder that file: secrets lie in"));
  }

  private String variable(String reference) {
    String name = reference.substring("env:".length());
    String value = environment.apply(name);
    if (value == null || value.isEmpty()) {
      throw new SecretException(
          true,
          "the secret \""
              + reference
              + "\" has no value: set the environment variable "
              + name
              + " before this process starts");
    }
    return value;
  }

  /** The hosts of all rules that name some; a rule without hosts does not widen them. */
  private List<HostPattern> hosts(String reference) {
    return rules.stream()
        .filter(rule -> rule.covers(reference))
        .flatMap(rule -> rule.hosts().stream())
        .toList();
  }

  private String allowed() {
    return rules.isEmpty()
        ? "none"
        : String.join(", ", rules.stream().map(SecretRule::pattern).toList());
  }

  private record HostSecret(String reference, String value, List<HostPattern> hosts)
      implements Secret {
    @Override
    public String revealTo(String host) {
      if (!hosts.isEmpty() && hosts.stream().noneMatch(pattern -> pattern.matches(host))) {
        throw new SecretException(
            false,
            "the secret \""
                + reference
                + "\" may not go to "
                + host
                + ", only to "
                + String.join(", ", hosts.stream().map(HostPattern::text).toList())
                + " (setting "
                + HostSettings.SECRETS_ALLOW
                + ")");
      }
      return value;
    }

    @Override
    public String toString() {
      return "secret " + reference;
    }
  }
}
