package dev.backfeed.driver.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;

/** What somebody sees who types statements at the prompt, in a window of 110 columns. */
public final class Typed {
  private Typed() {}

  /** The lines that one statement prints, those of its error included. */
  public static List<String> lines(Connection connection, String statement) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream screen = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Display display = Display.terminal(() -> Display.SCRIPT_WIDTH);
    new Runner(connection, screen, screen, display).run(statement, Optional.empty());
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
