package dev.backfeed.driver.cases;

import dev.backfeed.driver.cases.ManualPage.Block;
import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.driver.shell.Typed;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.StatementRouter;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Types the examples of a page into the shell, one after the other, in a database of the page's
 * own. {@code sql}: what is typed. {@code output} behind it: what the shell prints, with {@link
 * Samples}; a line {@code …} stands for any lines. Where there is no output, there must be no error
 * and no warning. {@code sql duckdb}: on that warehouse only. {@code slt}: records of a text case.
 */
final class PageRunner {
  private static final String ANY = "…";

  private final ManualPage page;
  private final Warehouses warehouse;
  private final boolean rewrite;
  private final Samples samples = new Samples();

  /**
   * A runner.
   *
   * @param rewrite whether to write what came into the page, in place of what was expected
   */
  PageRunner(ManualPage page, Warehouses warehouse, boolean rewrite) {
    this.page = page;
    this.warehouse = warehouse;
    this.rewrite = rewrite;
  }

  void run() throws IOException, SQLException {
    Map<Block, List<String>> came = new HashMap<>();
    CaseRunner records = new CaseRunner(page.file(), warehouse, rewrite);
    boolean scripted = page.blocks().stream().anyMatch(b -> b.string().contains("TYPE scripted"));
    try (CaseSession session = CaseSession.open(warehouse, scripted)) {
      for (Block block : page.blocks()) {
        if (block.language().equals("slt")) {
          List<String> text = records.run(inPlace(block), session);
          if (writes(block)) {
            came.put(block, text);
          }
        } else if (block.language().equals("sql") && block.runsOn(name())) {
          List<String> typed = type(block, session);
          Optional<Block> output = page.output(block);
          if (output.isPresent() && writes(block) && !fits(output.get().text(), typed)) {
            came.put(output.get(), typed);
          } else {
            check(block, output, typed);
          }
        }
      }
    }
    if (!came.isEmpty()) {
      Files.write(page.file(), page.with(came));
    }
  }

  /** A block with as many lines before it as on the page, so that errors name the right ones. */
  private static List<String> inPlace(Block block) {
    List<String> lines = new ArrayList<>(Collections.nCopies(block.from(), ""));
    lines.addAll(block.text());
    return lines;
  }

  /** What is for all warehouses is written on DuckDB. */
  private boolean writes(Block block) {
    return rewrite
        && (block.warehouse().isEmpty() ? warehouse == Warehouses.DUCKDB : block.runsOn(name()));
  }

  private List<String> type(Block block, CaseSession session) {
    List<String> typed = new ArrayList<>();
    Connection connection = samples.over(session.connection());
    StatementRouter router = new StatementRouter(Lexicon.of(name()));
    for (Statement statement : router.split(block.string())) {
      if (!typed.isEmpty()) {
        typed.add("");
      }
      Typed.lines(connection, samples.typed(statement.text()))
          .forEach(line -> typed.add(samples.line(line)));
    }
    return typed;
  }

  private void check(Block block, Optional<Block> output, List<String> typed) {
    if (output.isEmpty()) {
      if (typed.stream().anyMatch(line -> line.startsWith("ERROR") || line.startsWith("WARNING"))) {
        throw failure(block, "nothing of this is on the page", typed);
      }
    } else if (!fits(output.get().text(), typed)) {
      throw failure(block, "expected:\n" + output.get().string(), typed);
    }
  }

  private static boolean fits(List<String> expected, List<String> typed) {
    int any = expected.indexOf(ANY);
    if (any < 0) {
      return expected.equals(typed);
    }
    List<String> rest = expected.subList(any + 1, expected.size());
    return typed.size() >= any + rest.size()
        && typed.subList(0, any).equals(expected.subList(0, any))
        && typed.subList(typed.size() - rest.size(), typed.size()).equals(rest);
  }

  private AssertionError failure(Block block, String expected, List<String> typed) {
    return new AssertionError(
        "%s:%d on %s: %s\n%s\n but was:\n%s"
            .formatted(
                page.name(),
                block.from() + 1,
                warehouse,
                block.string(),
                expected,
                String.join("\n", typed)));
  }

  private String name() {
    return warehouse.name().toLowerCase(Locale.ROOT);
  }
}
