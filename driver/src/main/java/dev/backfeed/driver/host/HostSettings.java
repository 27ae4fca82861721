package dev.backfeed.driver.host;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The settings that widen what SQL may reach from this host. They come from connection properties
 * given in code, or from a file of Java properties in UTF-8, never from SQL, a URL or a table.
 *
 * @param secrets resolves references
 * @param egress says which addresses may be dialled
 * @param agent what an agent may do
 * @param telemetry whether OpenTelemetry is told of runs
 */
public record HostSettings(
    HostSecrets secrets, HostEgress egress, AgentSettings agent, boolean telemetry) {
  /** Names the file; beats the environment variable {@link #CONFIG_VARIABLE}. */
  public static final String CONFIG = "backfeed.config";

  /** Names the file where no property does. */
  public static final String CONFIG_VARIABLE = "BACKFEED_CONFIG";

  /** Which references may be used. */
  public static final String SECRETS_ALLOW = "backfeed.secrets.allow";

  /** The folder of {@code file:} secrets. */
  public static final String SECRETS_DIR = "backfeed.secrets.dir";

  /** Addresses that may be dialled beside those that may by default. */
  public static final String EGRESS_ALLOW = "backfeed.egress.allow";

  /** The folder that files of destinations lie below. */
  public static final String FILES_DIR = "backfeed.files.dir";

  /** Whether OpenTelemetry is told of runs, checkpoints and calls. */
  public static final String TELEMETRY = "backfeed.telemetry";

  /** One sentence a setting, for tools that show a driver's properties. */
  public static final Map<String, String> DESCRIPTIONS = descriptions();

  /** All settings of a host. */
  public static final Set<String> NAMES = DESCRIPTIONS.keySet();

  private static final String DEFAULT_SECRETS = "env:BACKFEED_*";

  /** Families of settings that are the host's, those of later versions included. */
  private static final List<String> HOST_SIDE =
      List.of(
          CONFIG, "backfeed.secrets.", "backfeed.egress.", "backfeed.files.", "backfeed.agent.");

  /**
   * Reads the settings.
   *
   * @param given connection properties; they beat the file's
   * @param reach what may be dialled without being named
   * @param environment looks up an environment variable, null if it is not set
   * @throws IllegalArgumentException naming the setting or file that is wrong
   */
  public static HostSettings of(
      Properties given, HostEgress.Reach reach, UnaryOperator<String> environment) {
    Properties all = file(given, environment);
    for (String name : NAMES) {
      if (given.getProperty(name) != null) {
        all.setProperty(name, given.getProperty(name));
      }
    }
    HostSecrets secrets =
        HostSecrets.of(
            all.getProperty(SECRETS_ALLOW, DEFAULT_SECRETS),
            Optional.ofNullable(all.getProperty(SECRETS_DIR)).map(Path::of),
            environment);
    return new HostSettings(
        secrets,
        HostEgress.of(
            reach,
            all.getProperty(EGRESS_ALLOW, ""),
            Optional.ofNullable(all.getProperty(FILES_DIR)).map(Path::of)),
        AgentSettings.of(all),
        flag(TELEMETRY, all.getProperty(TELEMETRY, "false")));
  }

  /** The same for an agent, which takes statements from others: it reaches what is public. */
  public HostSettings forAgent() {
    return new HostSettings(secrets, egress.publicOnly(), agent, telemetry);
  }

  /**
   * What the configuration file says; empty where none is named.
   *
   * @throws IllegalArgumentException if it cannot be read, or holds a setting that is not a host's
   */
  public static Properties file(Properties given, UnaryOperator<String> environment) {
    String path = given.getProperty(CONFIG, environment.apply(CONFIG_VARIABLE));
    Properties read = new Properties();
    if (path == null || path.isEmpty()) {
      return read;
    }
    try (Reader reader = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the configuration file " + path + " cannot be read: check its path and rights", e);
    }
    for (String name : read.stringPropertyNames()) {
      boolean known = NAMES.contains(name) || isHostSide(name);
      if (!known || name.equals(CONFIG)) {
        throw new IllegalArgumentException(
            "the configuration file "
                + path
                + " holds "
                + name
                + ", which is not a host's setting");
      }
    }
    return read;
  }

  /** Whether a setting has no place in a URL. */
  public static boolean isHostSide(String name) {
    return HOST_SIDE.stream().anyMatch(name::startsWith);
  }

  static boolean flag(String name, String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(text);
    }
    throw new IllegalArgumentException(name + " is \"" + text + "\": write true or false");
  }

  private static Map<String, String> descriptions() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(CONFIG, "file of host settings (default: the environment variable BACKFEED_CONFIG)");
    all.put(
        SECRETS_ALLOW,
        "secret references that SQL may name, each with optional hosts (default env:BACKFEED_*)");
    all.put(SECRETS_DIR, "folder below which file: secrets lie (default: none are allowed)");
    all.put(EGRESS_ALLOW, "hosts, addresses or CIDR ranges, with optional :port, allowed as well");
    all.put(
        FILES_DIR,
        "folder below which files of destinations lie (default: any; none for an agent)");
    all.put(AgentSettings.AGENT, "true: this connection brings an agent with it (default false)");
    all.put(AgentSettings.REQUESTS, "what may be requested: run, define or all (default run)");
    all.put(AgentSettings.DEFINE_TO, "destinations that requested syncs may write to");
    all.put(AgentSettings.RUNS, "how many runs an agent has under way at once (default 4)");
    all.put(AgentSettings.PORT, "loopback port for health and metrics (default: none)");
    all.put(TELEMETRY, "true: OpenTelemetry's global API is told of runs (default false)");
    return Collections.unmodifiableMap(all);
  }
}
