package dev.backfeed.driver.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own that runs one statement through the driver and says what came of it. */
final class OtherProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private final Process process;
  private final Path output;

  private OtherProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** The child's side: URL and statement. */
  public static void main(String[] arguments) {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(arguments[1])) {
      row.next();
      System.out.println(row.getString("status"));
    } catch (SQLException e) {
      System.out.println(e.getSQLState() + " " + e.getMessage());
    }
  }

  /**
   * Starts it.
   *
   * @param settings system properties, each {@code name=value}
   */
  static OtherProcess start(String url, String statement, String... settings) throws IOException {
    Path output = Files.createTempFile("other", ".txt");
    List<String> command = new ArrayList<>(java());
    for (String setting : settings) {
      command.add("-D" + setting);
    }
    command.addAll(List.of(OtherProcess.class.getName(), url, statement));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new OtherProcess(process, output);
  }

  /** A JVM with the class path of this one. */
  static List<String> java() {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Xmx512m",
        "-cp",
        classes);
  }

  /** Stops it where it stands, {@code STOP}, or lets it go on, {@code CONT}. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  /** What it said in the end. */
  String result() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it goes on: " + Files.readString(output));
    }
    return Files.readString(output).strip();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(output);
  }
}
