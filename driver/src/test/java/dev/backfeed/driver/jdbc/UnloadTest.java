package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that loads this driver apart, as servers do, with its warehouse's below. */
class UnloadTest {
  private static final String URL = "jdbc:backfeed:duckdb::memory:unload";

  /** What runs in there: a sync, and the clean-up that a server does for its applications. */
  public static final class Client implements UnaryOperator<String> {
    @Override
    public String apply(String destination) {
      try (Connection connection = new BackfeedDriver().connect(URL, new Properties());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE people AS SELECT 1 AS id, 'Ann' AS name");
        statement.execute("CREATE TABLE copy (id INTEGER PRIMARY KEY, name VARCHAR)");
        statement.execute("CREATE DESTINATION d TYPE " + destination);
        statement.execute("CREATE SYNC s TO d.copy KEY (id) AS TABLE people");
        try (ResultSet run = statement.executeQuery("SYNC NOW s")) {
          run.next();
          return run.getString("status") + " " + run.getInt("created");
        } finally {
          deregister();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void deregister() throws SQLException {
      for (Driver driver : Collections.list(DriverManager.getDrivers())) {
        if (driver.getClass().getClassLoader() == Client.class.getClassLoader()) {
          DriverManager.deregisterDriver(driver);
        }
      }
    }
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    assertLeavesNoThread("jdbc WITH (url = 'jdbc:duckdb::memory:unload')", Duration.ofSeconds(2));
  }

  /** The HTTP client's own threads wait a minute for more work before they end. */
  @Test
  @Tag("slow")
  void leavesNoThreadAMinuteAfterCallsOverHttp() throws Exception {
    assertLeavesNoThread(
        "webhook WITH (url = 'https://hook.example/', sandbox = TRUE)", Duration.ofSeconds(130));
  }

  private static void assertLeavesNoThread(String destination, Duration patience) throws Exception {
    // Whoever asks first decides for the whole JVM which loader's drivers are registered by it.
    assertThat(DriverManager.getDrivers().hasMoreElements()).isTrue();
    ByteArrayOutputStream noise = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    Predicate<String> warehouse = path -> path.contains("duckdb_jdbc");
    try (PrintStream listening = new PrintStream(noise, true, StandardCharsets.UTF_8);
        URLClassLoader theirs =
            new URLClassLoader(classPath(warehouse), ClassLoader.getPlatformClassLoader());
        URLClassLoader ours = new URLClassLoader(classPath(warehouse.negate()), theirs)) {
      System.setOut(listening);
      System.setErr(listening);
      Thread.currentThread().setContextClassLoader(ours);
      assertThat(client(ours).apply(destination)).isEqualTo("succeeded 1");
      Thread.currentThread().setContextClassLoader(UnloadTest.class.getClassLoader());
      long deadline = System.nanoTime() + patience.toNanos();
      while (!threads(ours).isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(threads(ours)).isEmpty();
    } finally {
      System.setOut(out);
      System.setErr(err);
      Thread.currentThread().setContextClassLoader(UnloadTest.class.getClassLoader());
    }
    assertThat(noise.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static UnaryOperator<String> client(ClassLoader loader)
      throws ReflectiveOperationException {
    return (UnaryOperator<String>)
        loader.loadClass(Client.class.getName()).getDeclaredConstructor().newInstance();
  }

  /** The threads that were begun from within, or run what was loaded there. */
  private static List<Thread> threads(ClassLoader loader) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getContextClassLoader() == loader
                    || thread.getClass().getClassLoader() == loader)
        .toList();
  }

  private static URL[] classPath(Predicate<String> which) throws IOException {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> parts = Arrays.stream(path.split(File.pathSeparator, -1)).filter(which).toList();
    URL[] urls = new URL[parts.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = new File(parts.get(i)).toURI().toURL();
    }
    return urls;
  }
}
