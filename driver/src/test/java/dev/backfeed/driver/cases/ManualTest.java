package dev.backfeed.driver.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.cases.ManualPage.Block;
import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.StatementRouter;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.StatementException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The manual: its examples are run where they stand, and there is a page for each statement. {@code
 * -Dbackfeed.cases.rewrite=true} writes what came into the pages.
 */
class ManualTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern COLUMN = Pattern.compile("^\\| ((?:`\\w+`(?:, )?)+) \\|");
  private static final Pattern TABLE = Pattern.compile("^\\| `(\\w+)` \\|[^|]*\\|(.*)\\|$");
  private static final Pattern QUOTED = Pattern.compile("`(\\w+)`");
  private static final Pattern STATE = Pattern.compile("^ERROR (\\w{5})");

  /** What stands between fences, by the word behind them: what is run, and what is not SQL. */
  private static final Set<String> LANGUAGES =
      Set.of("sql", "output", "slt", "syntax", "java", "bash", "properties", "json", "yaml");

  /** On DuckDB, and on another warehouse what is written for that one only. */
  @TestFactory
  List<DynamicTest> examples() throws IOException {
    return examples((page, warehouse) -> warehouse == Warehouses.DUCKDB || hasOwn(page, warehouse));
  }

  /** The same pages on the others: what differs between warehouses is in the text cases, too. */
  @TestFactory
  @Tag("slow")
  List<DynamicTest> examplesElsewhere() throws IOException {
    return examples(
        (page, warehouse) -> warehouse != Warehouses.DUCKDB && !hasOwn(page, warehouse));
  }

  private static boolean hasOwn(ManualPage page, Warehouses warehouse) {
    return page.blocks().stream()
        .anyMatch(b -> b.warehouse().equals(warehouse.name().toLowerCase(Locale.ROOT)));
  }

  private static List<DynamicTest> examples(BiPredicate<ManualPage, Warehouses> wanted)
      throws IOException {
    boolean rewrite = Boolean.getBoolean("backfeed.cases.rewrite");
    List<DynamicTest> tests = new ArrayList<>();
    for (ManualPage page : ManualPage.all()) {
      for (Warehouses warehouse : Warehouses.values()) {
        if (page.blocks().stream().anyMatch(b -> b.language().matches("sql|slt"))
            && wanted.test(page, warehouse)) {
          tests.add(
              DynamicTest.dynamicTest(
                  page.name() + " on " + warehouse,
                  () -> new PageRunner(ManualPage.read(page.file()), warehouse, rewrite).run()));
        }
      }
    }
    return tests;
  }

  @TestFactory
  Stream<DynamicTest> statements() {
    return Stream.of(Command.class.getPermittedSubclasses())
        .map(type -> DynamicTest.dynamicTest(pageName(type), () -> describes(type)));
  }

  /** A page has the parts, its examples are about the statement, and it tells all columns. */
  private static void describes(Class<?> statement) throws IOException {
    ManualPage page = page(pageName(statement));
    assertThat(page.lines()).contains("## Syntax", "## Result", "## Errors", "## Examples");
    List<String> labels =
        page.blocks().stream()
            .flatMap(block -> commands(block))
            .flatMap(Optional::stream)
            .filter(statement::isInstance)
            .findFirst()
            .orElseThrow(() -> new AssertionError("there is no example"))
            .shape()
            .columns()
            .stream()
            .map(Shape.Column::label)
            .toList();
    assertThat(columns(page)).isEqualTo(labels);
    String errors = String.join("\n", page.section("Errors"));
    assertThat(states(page, statement))
        .isNotEmpty()
        .allSatisfy(state -> assertThat(errors).contains("`" + state + "`"));
  }

  /** The errors shown by examples of a statement. */
  private static Set<String> states(ManualPage page, Class<?> statement) {
    return page.blocks().stream()
        .filter(block -> commands(block).anyMatch(c -> c.map(statement::isInstance).orElse(true)))
        .flatMap(block -> page.output(block).stream())
        .flatMap(output -> output.text().stream())
        .flatMap(line -> STATE.matcher(line).results())
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thereIsNoPageForAnythingElse() throws IOException {
    Set<String> statements =
        Stream.of(Command.class.getPermittedSubclasses())
            .map(ManualTest::pageName)
            .collect(Collectors.toSet());
    assertThat(ManualPage.all().stream().map(ManualPage::name).filter(n -> n.contains("/")))
        .containsExactlyInAnyOrderElementsOf(statements);
  }

  @Test
  void theTablesHaveTheColumnsThatTheirPageNames() throws IOException, SQLException {
    Set<String> there = new TreeSet<>();
    try (CaseSession session = CaseSession.open(Warehouses.DUCKDB);
        Statement statement = session.connection().createStatement()) {
      statement.execute("CREATE DESTINATION d TYPE scripted");
      statement.execute("CREATE SYNC s TO d.a KEY (id) AS SELECT 1 AS id");
      ResultSet columns = statement.executeQuery("SELECT * FROM information_schema.columns");
      while (columns.next()) {
        there.add(columns.getString("table_name") + "." + columns.getString("column_name"));
      }
    }
    int rows = 0;
    for (String line : page("tables.md").lines()) {
      Matcher row = TABLE.matcher(line.replaceAll("\\([^)]*\\)", "").replace("<sync>", "s"));
      if (row.find()) {
        rows++;
        QUOTED
            .matcher(row.group(2))
            .results()
            .forEach(found -> assertThat(there).contains(row.group(1) + "." + found.group(1)));
      }
    }
    assertThat(rows).isGreaterThanOrEqualTo(14);
  }

  @Test
  void fencesSayWhatTheyHold() throws IOException {
    for (ManualPage page : ManualPage.all()) {
      assertThat(page.blocks())
          .as(page.name())
          .allSatisfy(block -> assertThat(LANGUAGES).contains(block.language()))
          .allSatisfy(block -> assertThat(block.warehouse()).matches("|duckdb|postgresql"));
    }
  }

  @Test
  void javaIsTakenFromSourcesOfTheBuild() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String folder : List.of("examples/src", "driver/src/test")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sources.add(unindented(Files.readAllLines(file)));
        }
      }
    }
    for (ManualPage page : ManualPage.all()) {
      for (Block block : page.blocks()) {
        if (block.language().equals("java")) {
          assertThat(sources)
              .as(page.name() + ": " + block.string())
              .anyMatch(source -> source.contains(unindented(block.text())));
        }
      }
    }
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of("driver", ".github", "parser", "engine", "connectors")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("/target/"))
            .forEach(pages::add);
      }
    }
    assertThat(pages).hasSizeGreaterThan(25);
    for (Path page : pages) {
      LINK.matcher(Files.readString(page)).results().forEach(link -> leads(page, link));
    }
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    String index = Files.readString(ManualPage.FOLDER.resolve("index.md"));
    assertThat(ManualPage.all())
        .map(ManualPage::name)
        .filteredOn(name -> !name.equals("index.md"))
        .allSatisfy(name -> assertThat(index).contains("(" + name));
  }

  private static void leads(Path page, MatchResult link) {
    Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
    assertThat(target).as("link in " + page).exists();
    if (link.group(2) != null) {
      assertThat(anchors(target)).as("link in " + page).contains(link.group(2));
    }
  }

  /** Headings as GitHub makes anchors of them. */
  private static Set<String> anchors(Path page) {
    try (Stream<String> lines = Files.lines(page)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** {@code CreateSync} is on {@code statements/create-sync.md}. */
  private static String pageName(Class<?> statement) {
    String words = statement.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-");
    return "statements/" + words.toLowerCase(Locale.ROOT) + ".md";
  }

  private static ManualPage page(String name) throws IOException {
    return ManualPage.all().stream()
        .filter(page -> page.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no page " + name));
  }

  /** The commands of an example; empty for what is not ours or has an error. */
  private static Stream<Optional<Command>> commands(Block block) {
    return block.language().equals("sql")
        ? new StatementRouter(Lexicon.DUCKDB)
            .split(block.string()).stream().map(each -> command(each.text()))
        : Stream.empty();
  }

  private static Optional<Command> command(String statement) {
    try {
      return Optional.of(new BackfeedParser(Lexicon.DUCKDB).parse(statement));
    } catch (StatementException e) {
      return Optional.empty();
    }
  }

  /** The names in the first cells of the first table that says what a statement returns. */
  private static List<String> columns(ManualPage page) {
    return page.section("Result").stream()
        .dropWhile(line -> !line.startsWith("|"))
        .takeWhile(line -> line.startsWith("|"))
        .flatMap(line -> COLUMN.matcher(line).results())
        .flatMap(found -> Stream.of(found.group(1).replace("`", "").split(", ")))
        .toList();
  }

  private static String unindented(List<String> lines) {
    return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
  }
}
