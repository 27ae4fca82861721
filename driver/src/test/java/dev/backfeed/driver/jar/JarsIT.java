package dev.backfeed.driver.jar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two jars that users take, as the build left them. */
class JarsIT {
  private static final Path JARS = Path.of(System.getProperty("backfeed.jars"));
  private static final Path SLIM = JARS.resolve("backfeed-driver.jar");
  private static final Path FULL = JARS.resolve("backfeed.jar");
  private static final Path DUCKDB = Path.of(System.getProperty("backfeed.duckdb.jar"));
  private static final long MEGABYTE = 1024 * 1024;

  @TempDir private Path dir;

  @Test
  void theDriverJarHasNothingOutsideOurPackage() throws IOException {
    try (JarFile jar = new JarFile(SLIM.toFile())) {
      assertThat(jar.stream().filter(e -> !e.isDirectory()).map(JarEntry::getName))
          .filteredOn(name -> !name.startsWith("dev/backfeed/"))
          .filteredOn(name -> !name.startsWith("META-INF/services/dev.backfeed."))
          .containsExactlyInAnyOrder(
              "META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/services/java.sql.Driver");
    }
    assertThat(Files.size(SLIM)).isLessThan(25 * MEGABYTE);
  }

  @Test
  void onlyTheDriversThatAreMeantAreRegistered() throws IOException {
    assertThat(service(SLIM, "java.sql.Driver"))
        .containsExactly("dev.backfeed.driver.jdbc.BackfeedDriver");
    assertThat(service(FULL, "java.sql.Driver"))
        .containsExactlyInAnyOrder(
            "dev.backfeed.driver.jdbc.BackfeedDriver",
            "org.duckdb.DuckDBDriver",
            "org.postgresql.Driver");
  }

  @Test
  void theFullJarHoldsTheWarehouseDriversAsTheyAre() throws IOException {
    try (JarFile full = new JarFile(FULL.toFile());
        JarFile duckdb = new JarFile(DUCKDB.toFile())) {
      for (JarEntry entry : duckdb.stream().filter(e -> e.getName().endsWith("64")).toList()) {
        assertThat(full.getEntry(entry.getName()).getCrc()).isEqualTo(entry.getCrc());
      }
      assertThat(full.getEntry("org/duckdb/DuckDBDriver.class")).isNotNull();
      assertThat(full.getEntry("org/postgresql/Driver.class")).isNotNull();
    }
  }

  @Test
  void theJarStartsWithoutNoise() throws Exception {
    assertThat(run("version")).startsWith("backfeed 0.").hasLineCount(1);
    assertThat(run("help")).contains("shell <url>");
    assertThat(run("shell", "jdbc:backfeed:duckdb:", "-c", "SELECT 42 AS answer"))
        .contains("answer")
        .contains("42");
    assertThat(run("shell", "jdbc:backfeed:duckdb:", "-c", "SHOW SYNCS")).contains("rows_in_state");
  }

  @Test
  void theDriverJarWorksInAClassLoaderOfItsOwn() throws Exception {
    URL[] jars = {SLIM.toUri().toURL(), DUCKDB.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      List<Driver> drivers = new ArrayList<>();
      ServiceLoader.load(Driver.class, loader).forEach(drivers::add);
      assertThat(drivers.stream().map(d -> d.getClass().getName()))
          .containsExactlyInAnyOrder(
              "dev.backfeed.driver.jdbc.BackfeedDriver", "org.duckdb.DuckDBDriver");
      try (Connection connection = connect(drivers);
          Statement statement = connection.createStatement()) {
        ResultSet theirs = statement.executeQuery("SELECT 42");
        assertThat(theirs.next()).isTrue();
        assertThat(statement.executeQuery("SHOW SYNCS").getMetaData().getColumnLabel(1))
            .isEqualTo("name");
        assertThatThrownBy(() -> statement.execute("SYNC NOW"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42601"));
      }
    }
  }

  @Test
  void theParserOfQueriesWorksInTheJarAndIsLoadedForADefinitionOnly() throws Exception {
    String url = "jdbc:backfeed:duckdb:" + dir.resolve("shop.duckdb");
    Path loaded = dir.resolve("loaded");
    String log = "-Xlog:class+load:file=" + loaded;
    run(List.of(log), "shell", url, "-c", "CREATE TABLE t (id INTEGER, email VARCHAR)");
    assertThat(Files.readString(loaded)).doesNotContain("Babel").contains("BackfeedDriver");
    run(List.of(log), "shell", url, "-c", "SHOW SYNCS");
    assertThat(Files.readString(loaded)).doesNotContain("Babel");
    run("shell", url, "-c", "CREATE DESTINATION crm TYPE webhook WITH (sandbox = TRUE)");
    String sync = "CREATE SYNC s TO crm.a KEY (id) AS SELECT id, lower(email) AS mail FROM t";
    run(List.of(log), "shell", url, "-c", sync);
    assertThat(Files.readString(loaded)).contains("Babel");
    assertThat(run("shell", url, "-c", "DESCRIBE SYNC s")).contains("main.t.email");
    run(List.of(log), "shell", url, "-c", "SYNC NOW s");
    assertThat(Files.readString(loaded)).doesNotContain("Babel");
  }

  /** The mail library finds its parts by class names in files, which are ours in the jar. */
  @Test
  void mailIsSentFromTheJar() throws Exception {
    String url = "jdbc:backfeed:duckdb:" + dir.resolve("mail.duckdb");
    run("shell", url, "-c", "CREATE DESTINATION mail TYPE email WITH (sandbox = TRUE)");
    String umlaut = "'Gr' || chr(252) || 'n'";
    String sync =
        "CREATE SYNC s TO mail.\"bo@acme.com\" KEY (id) MODE APPEND AS SELECT 1 AS id, "
            + umlaut
            + " AS subject, 'hello' AS text, '<p>hello</p>' AS html";
    run("shell", url, "-c", sync);
    assertThat(run("shell", url, "-c", "SYNC NOW s")).contains("succeeded");
    String kept =
        "SELECT record->>'html' AS html FROM backfeed.sandbox_records WHERE record->>'subject' = "
            + umlaut;
    assertThat(run("shell", url, "-c", kept)).contains("<p>hello</p>");
  }

  private static Connection connect(List<Driver> drivers) throws SQLException {
    for (Driver driver : drivers) {
      Connection connection = driver.connect("jdbc:backfeed:duckdb:", new Properties());
      if (connection != null) {
        return connection;
      }
    }
    throw new AssertionError("no driver took the URL");
  }

  private static List<String> service(Path path, String name) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      ZipEntry entry = jar.getEntry("META-INF/services/" + name);
      try (InputStream in = jar.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
    }
  }

  /** What the jar prints; nothing may appear on standard error. */
  private String run(String... args) throws IOException, InterruptedException {
    return run(List.of(), args);
  }

  private String run(List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-jar", FULL.toString()));
    command.addAll(List.of(args));
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(err)).isEmpty();
    assertThat(process.exitValue()).isZero();
    return Files.readString(out);
  }
}
