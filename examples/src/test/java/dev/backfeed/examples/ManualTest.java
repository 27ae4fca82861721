package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the manual's SQL, page by page, in the order in which it stands. A statement below a line
 * {@code -- error 42703} must fail in just that way.
 */
class ManualTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)[^)\\s]*\\)");

  /** What a page shows to run; the state of its error if it shows one. */
  private record Example(String sql, Optional<String> error) {}

  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"statements.md", "tables.md"})
  void examplesDoWhatTheManualSays(String page) throws SQLException, IOException {
    List<Example> examples = examples(ROOT.resolve("driver/docs").resolve(page));
    assertThat(examples).hasSizeGreaterThan(5);
    String url = "jdbc:backfeed:duckdb:" + dir.resolve("shop.duckdb");
    try (Connection connection = DriverManager.getConnection(url)) {
      for (Example example : examples) {
        Optional<String> state = run(connection, example.sql());
        assertThat(state).as(example.sql()).isEqualTo(example.error());
      }
    }
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<Path> pages = new ArrayList<>(pages("driver/docs"));
    pages.addAll(pages(".github"));
    pages.add(ROOT.resolve("README.md"));
    assertThat(pages).hasSizeGreaterThan(5);
    for (Path page : pages) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("link in " + page).exists();
      }
    }
  }

  /** The SQLState of what went wrong. */
  private static Optional<String> run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      SQLException error = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
      if (error != null && error.getSQLState() == null) {
        throw error;
      }
      return Optional.ofNullable(error).map(SQLException::getSQLState);
    }
  }

  private static List<Example> examples(Path page) throws IOException {
    List<Example> examples = new ArrayList<>();
    StringBuilder sql = new StringBuilder();
    Optional<String> error = Optional.empty();
    boolean within = false;
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("```")) {
        within = line.equals("```sql");
      } else if (within && line.startsWith("-- error ")) {
        error = Optional.of(line.substring("-- error ".length()));
      } else if (within) {
        sql.append(line).append('\n');
        if (line.endsWith(";")) {
          examples.add(new Example(sql.toString().strip(), error));
          sql.setLength(0);
          error = Optional.empty();
        }
      }
    }
    return examples;
  }

  private static List<Path> pages(String folder) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".md")).toList();
    }
  }
}
