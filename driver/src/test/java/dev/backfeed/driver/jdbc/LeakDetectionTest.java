package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A pool that looks for connections nobody gives back finds ours, and says who took them. */
class LeakDetectionTest {
  private static final String DETECTED = "Connection leak detection triggered";

  @TempDir Path folder;

  /** What the pool logs by: tests themselves log nothing, so it has a class loader of its own. */
  public static final class Listening implements SLF4JServiceProvider {
    public static final List<Object> WARNINGS = new CopyOnWriteArrayList<>();

    @Override
    public ILoggerFactory getLoggerFactory() {
      return name ->
          (Logger)
              Proxy.newProxyInstance(
                  Listening.class.getClassLoader(),
                  new Class<?>[] {Logger.class},
                  (proxy, method, args) -> {
                    if (method.getName().equals("warn")) {
                      WARNINGS.add(args[0]);
                      WARNINGS.addAll(Arrays.asList((Object[]) args[1]));
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                  });
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
      return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
      return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
      return "2.0.99";
    }

    @Override
    public void initialize() {}
  }

  @Test
  void namesWhoKeepsAConnection() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader())) {
      List<?> warnings =
          (List<?>) loader.loadClass(Listening.class.getName()).getField("WARNINGS").get(null);
      DataSource pool = pool(loader);
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("SHOW SYNCS");
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (warnings.isEmpty() && System.nanoTime() < end) {
          Thread.sleep(20);
        }
        statement.execute("SHOW SYNCS");
      } finally {
        ((AutoCloseable) pool).close();
      }
      assertThat(warnings).first().asString().startsWith(DETECTED);
      assertThat(warnings)
          .filteredOn(Throwable.class::isInstance)
          .singleElement()
          .satisfies(
              taken ->
                  assertThat(((Throwable) taken).getStackTrace())
                      .anyMatch(at -> at.getMethodName().equals("namesWhoKeepsAConnection")));
    }
  }

  private URL[] urls() throws Exception {
    Path service = folder.resolve("META-INF/services/" + SLF4JServiceProvider.class.getName());
    Files.createDirectories(service.getParent());
    Files.writeString(service, Listening.class.getName());
    return new URL[] {
      folder.toUri().toURL(),
      location(HikariConfig.class),
      location(LoggerFactory.class),
      location(LeakDetectionTest.class)
    };
  }

  private static URL location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private DataSource pool(ClassLoader loader) throws Exception {
    Class<?> type = loader.loadClass(HikariConfig.class.getName());
    Object config = type.getConstructor().newInstance();
    String url = Warehouses.DUCKDB.fresh(folder);
    type.getMethod("setDataSource", DataSource.class)
        .invoke(config, new DriverManagerDataSource(url));
    type.getMethod("setMaximumPoolSize", int.class).invoke(config, 1);
    type.getMethod("setLeakDetectionThreshold", long.class).invoke(config, 2_000L);
    return (DataSource)
        loader.loadClass(HikariDataSource.class.getName()).getConstructor(type).newInstance(config);
  }
}
