package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.OptionException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A database's URL, taken apart. The driver never sees the user's text but one that is put together
 * from these parts, so that what was checked here is what is dialled there: drivers know many ways
 * to name a second host, a class to load or a file to read.
 *
 * @param database which kind
 * @param host name or literal address; empty text for a file
 * @param port 0 for a file
 * @param path the database's name, or the file
 * @param properties driver properties, all on the allow-list
 */
record JdbcUrl(
    Database database, String host, int port, String path, Map<String, String> properties) {
  private static final Pattern SERVER =
      Pattern.compile(
          "//(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]{1,5}))?/(?<db>[^/?#;&]+)(\\?(?<query>[^#]*))?");
  private static final Pattern FILE = Pattern.compile("(?<path>[^?;]+)(\\?(?<query>[^;]*))?");
  private static final Pattern NAMED_MEMORY = Pattern.compile(":memory:[A-Za-z0-9_]+");

  /** {@code md:}, {@code s3:}, {@code file:} … but not a drive letter. */
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9+._-]+:.*");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern CREDENTIAL =
      Pattern.compile("(?i).*(user|password|passwd|pwd|token|secret|credential|key).*");

  JdbcUrl {
    properties = Map.copyOf(properties);
  }

  /**
   * Takes a URL apart.
   *
   * @throws OptionException for {@code url}, without the text of the URL, which may hold a password
   */
  static JdbcUrl parse(String text) {
    Database database = database(text);
    String rest = text.substring("jdbc:".length() + database.scheme().length() + 1);
    if (CONTROL.matcher(rest).find()) {
      throw refused("holds a control character");
    }
    return database.isFile() ? file(database, rest) : server(database, rest);
  }

  /** What the driver is given. */
  String driverUrl() {
    String start = "jdbc:" + database.scheme() + ":";
    return database.isFile()
        ? start + path
        : start
            + "//"
            + host
            + ":"
            + port
            + "/"
            + URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether the database lives in this process alone. */
  boolean inMemory() {
    return path.startsWith(":memory:");
  }

  /** Host, port and database, or the file; for people and as the account. */
  String label() {
    return database.isFile() ? database.scheme() + ":" + path : host + ":" + port + "/" + path;
  }

  private static Database database(String text) {
    return Arrays.stream(Database.values())
        .filter(
            d ->
                text.regionMatches(true, 0, "jdbc:" + d.scheme() + ":", 0, d.scheme().length() + 6))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    "must begin with one of "
                        + Arrays.stream(Database.values())
                            .map(d -> "jdbc:" + d.scheme() + ":")
                            .collect(Collectors.joining(", "))));
  }

  private static JdbcUrl server(Database database, String rest) {
    String authority = rest.startsWith("//") ? rest.substring(2).split("[/?]", 2)[0] : rest;
    if (authority.contains("@")) {
      throw refused("holds user information: use the options user and password");
    }
    Matcher parts = SERVER.matcher(rest);
    if (!parts.matches()) {
      throw refused(
          "must look like jdbc:%s://host:%d/database, with one host"
              .formatted(database.scheme(), database.defaultPort()));
    }
    String written = parts.group("port");
    int port = written == null ? database.defaultPort() : Integer.parseInt(written);
    if (port < 1 || port > 65_535) {
      throw refused("has a port out of range: " + port);
    }
    String name = decode(parts.group("db"));
    return new JdbcUrl(
        database, parts.group("host"), port, name, properties(database, parts.group("query")));
  }

  private static JdbcUrl file(Database database, String rest) {
    Matcher parts = FILE.matcher(rest);
    if (!parts.matches()) {
      throw refused(
          "must look like jdbc:%s:path/to/file, without settings after a semicolon"
              .formatted(database.scheme()));
    }
    String path = parts.group("path");
    boolean named = database == Database.DUCKDB && NAMED_MEMORY.matcher(path).matches();
    if (!named && path.startsWith(":memory:")) {
      throw refused(
          "names a database that each connection would see empty: name a file, or jdbc:duckdb::memory:some_name");
    }
    if (!named && (path.startsWith(":") || PREFIX.matcher(path).matches())) {
      throw refused("must name a local file, not another address");
    }
    return new JdbcUrl(database, "", 0, path, properties(database, parts.group("query")));
  }

  private static Map<String, String> properties(Database database, String query) {
    Map<String, String> properties = new LinkedHashMap<>();
    for (String pair :
        query == null || query.isEmpty() ? List.<String>of() : List.of(query.split("&"))) {
      String[] nameAndValue = pair.split("=", 2);
      String name = allowed(database, decode(nameAndValue[0]));
      String value = nameAndValue.length == 2 ? decode(nameAndValue[1]) : "";
      if (properties.put(name, value) != null) {
        throw refused("sets the property \"" + name + "\" twice");
      }
    }
    return properties;
  }

  private static String allowed(Database database, String name) {
    Optional<String> known =
        database.allowedProperties().stream().filter(name::equalsIgnoreCase).findFirst();
    if (known.isEmpty() && CREDENTIAL.matcher(name).matches()) {
      throw refused(
          "sets \""
              + shown(name)
              + "\": use the options user and password, the latter as SECRET '…'");
    }
    return known.orElseThrow(
        () ->
            refused(
                "sets the driver property \"%s\", which may not be set; allowed for %s: %s"
                    .formatted(
                        shown(name),
                        database.scheme(),
                        database.allowedProperties().isEmpty()
                            ? "none"
                            : String.join(", ", database.allowedProperties()))));
  }

  private static String shown(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40).toLowerCase(Locale.ROOT) + "…";
  }

  private static String decode(String text) {
    String decoded;
    try {
      decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("holds a % that is no escape");
    }
    if (CONTROL.matcher(decoded).find()) {
      throw refused("holds a control character");
    }
    return decoded;
  }

  private static OptionException refused(String why) {
    return new OptionException("url", "option \"url\" " + why);
  }
}
