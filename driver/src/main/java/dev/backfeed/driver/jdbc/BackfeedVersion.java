package dev.backfeed.driver.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this driver, as the build wrote it into the jar. */
public final class BackfeedVersion {
  private static final String TEXT = read();

  private BackfeedVersion() {}

  /** For instance {@code 0.1.0}. */
  public static String text() {
    return TEXT;
  }

  /** One of its numbers, the first being 0. */
  static int part(int index) {
    return Integer.parseInt(TEXT.split("[.-]", -1)[index]);
  }

  private static String read() {
    try (InputStream in = BackfeedVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties", e);
    }
  }
}
