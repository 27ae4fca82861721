package dev.backfeed.driver.shell;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.OptionalInt;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.terminal.impl.exec.ExecPty;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.Pty;
import org.jline.terminal.spi.SystemStream;

/**
 * Opens the terminal this process runs on. It is driven by the system's own stty, without native
 * code: that is found by the names of classes, which have other names within our jar.
 */
final class Terminals {
  private Terminals() {}

  /**
   * Whether both input and output are a terminal. Asked of the system, because newer Java versions
   * have a Console in either case.
   */
  static boolean present() {
    ExecTerminalProvider system = new ExecTerminalProvider();
    return system.isSystemStream(SystemStream.Input) && system.isSystemStream(SystemStream.Output);
  }

  /** Columns of the terminal that the output goes to; empty where it does not say. */
  static OptionalInt width() {
    try (Pty pty = ExecPty.current(new ExecTerminalProvider(), SystemStream.Output)) {
      int columns = pty.getSize().getColumns();
      return columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
    } catch (IOException | UnsupportedOperationException | LinkageError withoutStty) {
      return OptionalInt.empty();
    }
  }

  /** The terminal, or one without editing where there is no stty. */
  static Terminal open() throws IOException {
    Charset charset = Charset.defaultCharset();
    try {
      return new ExecTerminalProvider()
          .sysTerminal(
              "backfeed",
              System.getenv().getOrDefault("TERM", "dumb"),
              false,
              charset,
              charset,
              charset,
              true,
              Terminal.SignalHandler.SIG_DFL,
              false,
              SystemStream.Output);
    } catch (IOException | UnsupportedOperationException | LinkageError withoutStty) {
      return new DumbTerminal(System.in, System.out);
    }
  }
}
