package dev.backfeed.driver.shell;

import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.engine.RunListener;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.StatementRouter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** One run of the shell: connects, then runs what was given or what is typed. */
final class Shell {
  private final ShellOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private final StatementRouter router;

  Shell(ShellOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
    this.router = new StatementRouter(Lexicon.of(options.warehouse()));
  }

  /** The exit code. */
  int run() {
    boolean terminal = Terminals.present();
    boolean interactive = terminal && options.asks();
    ProgressLine progress = new ProgressLine(out);
    try (Connection connection = connect(interactive, terminal ? progress : RunListener.NONE)) {
      if (interactive) {
        return new Prompt(connection, router, out, options.url()).run();
      }
      return script(connection, terminal) ? 0 : Main.FAILED;
    } catch (SQLException e) {
      ErrorText.of(e, "", Optional.empty()).forEach(err::println);
    } catch (IOException e) {
      err.println("ERROR: " + e.getMessage());
    }
    return Main.FAILED;
  }

  private boolean script(Connection connection, boolean terminal) throws IOException, SQLException {
    Optional<String> name = options.file().filter(file -> !file.equals("-"));
    boolean echo = options.statements().isEmpty();
    Display display =
        terminal
            ? Display.watched(Terminals.width().orElse(Display.SCRIPT_WIDTH))
            : Display.script();
    Runner runner = new Runner(connection, out, err, display);
    return new Script(router, runner, out, echo ? Script.Echo.ON : Script.Echo.OFF, name)
        .run(text(name));
  }

  private String text(Optional<String> file) throws IOException {
    if (options.statements().isPresent()) {
      return options.statements().get();
    }
    if (file.isEmpty()) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return Files.readString(Path.of(file.get()));
    } catch (IOException | InvalidPathException e) {
      throw new IOException(
          "the script "
              + file.get()
              + " cannot be read: check its path, rights and that it is"
              + " UTF-8",
          e);
    }
  }

  private Connection connect(boolean interactive, RunListener listener) throws SQLException {
    Properties properties = new Properties();
    properties.put("backfeed.listener", listener);
    options.config().ifPresent(file -> properties.setProperty(HostSettings.CONFIG, file));
    if (interactive && !narrowed(properties)) {
      // Whoever types here owns the process and its environment already.
      properties.setProperty(HostSettings.SECRETS_ALLOW, "env:*");
    }
    return DriverManager.getConnection(options.url(), properties);
  }

  private static boolean narrowed(Properties properties) throws SQLException {
    try {
      return HostSettings.file(properties, System::getenv).containsKey(HostSettings.SECRETS_ALLOW);
    } catch (IllegalArgumentException e) {
      throw new SQLException(e.getMessage(), "22023", e);
    }
  }
}
