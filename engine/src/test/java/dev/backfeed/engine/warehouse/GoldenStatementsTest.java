package dev.backfeed.engine.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ColumnType.Kind;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec.PushTerm;
import dev.backfeed.engine.warehouse.MergeStatements.Range;
import dev.backfeed.engine.warehouse.duckdb.DuckDbDialect;
import dev.backfeed.engine.warehouse.postgresql.PostgresqlDialect;
import dev.backfeed.parser.command.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The statements as they are sent, to be read when they change. {@code -Drewrite=true} writes them
 * anew; the difference is to be reviewed.
 */
class GoldenStatementsTest {
  private static final Path SOURCES = Path.of("src/test/resources/dev/backfeed/engine/warehouse");

  @Test
  void duckdb() throws IOException {
    compare(new DuckDbDialect(), "shop", ColumnTypes.DUCKDB);
  }

  @Test
  void postgresql() throws IOException {
    compare(new PostgresqlDialect(), "", ColumnTypes.POSTGRESQL);
  }

  private record ColumnTypes(ColumnType text, ColumnType decimal, ColumnType number) {
    static final ColumnTypes DUCKDB = of("VARCHAR", "DECIMAL(5,4)", "DOUBLE");
    static final ColumnTypes POSTGRESQL = of("text", "numeric", "double precision");

    static ColumnTypes of(String text, String decimal, String number) {
      return new ColumnTypes(
          new ColumnType(Kind.TEXT, text),
          new ColumnType(Kind.DECIMAL, decimal),
          new ColumnType(Kind.FLOAT, number));
    }
  }

  private static void compare(WarehouseDialect dialect, String database, ColumnTypes types)
      throws IOException {
    String actual = statements(dialect, database, types);
    String file = dialect.name() + ".sql";
    if (Boolean.getBoolean("rewrite")) {
      Files.writeString(SOURCES.resolve(file), actual);
    }
    try (InputStream golden = GoldenStatementsTest.class.getResourceAsStream(file)) {
      String expected =
          Boolean.getBoolean("rewrite")
              ? Files.readString(SOURCES.resolve(file))
              : new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static String statements(WarehouseDialect dialect, String database, ColumnTypes types) {
    Warehouse warehouse = new Warehouse(null, dialect, database, "backfeed");
    DiffSpec spec = spec(types, Scope.CHANGES, OptionalLong.empty(), Optional.empty());
    DiffStatements diff = new DiffStatements(warehouse, spec);
    DigestStatements digests = new DigestStatements(warehouse, spec);
    PlanStatements plan = new PlanStatements(warehouse, spec);
    MergeStatements merge = new MergeStatements(warehouse, spec, "_plan_r", "r");
    Range range = new Range(3, 10, 19);
    OffsetDateTime now = OffsetDateTime.parse("2026-01-02T03:04:05Z");
    Map<String, Sql> statements = new LinkedHashMap<>();
    statements.put("candidates of a first run", diff.firstRun());
    statements.put("candidates", diff.quick());
    statements.put("candidates, repeated keys first", diff.exact());
    statements.put("digests of the state", digests.create());
    statements.put("dirty buckets", digests.compare());
    statements.put("what is dirty", digests.summary());
    statements.put("dirty part of the state", digests.setDirtyApart());
    statements.put("candidates in dirty buckets", digests.dirtyDiff(true).quick());
    statements.put("the candidate of rows without a key", digests.noKey(2));
    statements.put("digests of what a plan touched, out", digests.forget(Sql.name("_plan_r")));
    statements.put("digests of what a plan touched, in", digests.renew(Sql.name("_plan_r")));
    statements.put("plan", plan.plan(Sql.name("candidates"), false));
    DiffSpec paced = spec(types, Scope.RETRY, OptionalLong.of(1_000), Optional.empty());
    statements.put(
        "plan of a retry at a pace",
        new PlanStatements(warehouse, paced).plan(Sql.name("candidates"), false));
    statements.put("acknowledged rows out of the state", merge.deleteState(range));
    statements.put("acknowledged rows into the state", merge.insertState(range));
    statements.put("notes of answered rows", merge.deleteNotes(range));
    statements.put("notes of failed rows", merge.insertFailedNotes(range));
    statements.put("notes of rows without an answer", merge.insertDeferredNotes("QUOTA", now));
    statements.put("new rejections", merge.logNewRejections(now));
    DiffSpec once = append(types, new DiffSpec.Append(false, Optional.empty()));
    DiffSpec.KeyColumn event = new DiffSpec.KeyColumn("event", types.text);
    DiffSpec changes = append(types, new DiffSpec.Append(true, Optional.of(event)));
    statements.put("candidates to append", new DiffStatements(warehouse, once).quick());
    statements.put("versions to append", new DiffStatements(warehouse, changes).quick());
    Sql candidates = Sql.name("candidates");
    statements.put(
        "plan of an append", new PlanStatements(warehouse, once).plan(candidates, false));
    statements.put(
        "plan of versions, named", new PlanStatements(warehouse, changes).plan(candidates, false));
    DiffSpec linked = linked(types);
    statements.put(
        "plan with MATCH and LOOKUP",
        new PlanStatements(warehouse, linked).plan(candidates, false));
    statements.put(
        "notes of rows without a parent",
        new MergeStatements(warehouse, linked, "_plan_r", "r").insertOrphanNotes("[]", now));
    detection(statements, warehouse, spec, types);
    List<String> parts = new ArrayList<>();
    statements.forEach(
        (title, sql) -> parts.add("-- " + title + "\n" + sql.render(dialect).text() + "\n"));
    return String.join("\n", parts);
  }

  private static DiffSpec linked(ColumnTypes types) {
    DiffSpec spec = spec(types, Scope.CHANGES, OptionalLong.of(100), Optional.empty());
    DiffSpec.Parent parent =
        new DiffSpec.Parent(
            "_state_s2", new MappedColumn("id", List.of("Ext__c"), "k1", types.text), "UTC");
    DiffSpec.Links links =
        new DiffSpec.Links(
            List.of(List.of(new DiffSpec.Match("email", List.of("Email"), types.text))),
            List.of(
                new DiffSpec.Lookup("f1", "Account", List.of("Ext__c"), List.of(parent, parent))));
    DiffSpec.Rules none = DiffSpec.Rules.NONE;
    return new DiffSpec(
        spec.syncId(),
        spec.query(),
        spec.keys(),
        spec.fields(),
        spec.order(),
        spec.keyComparison(),
        spec.zone(),
        spec.stateTable(),
        spec.scope(),
        spec.pace(),
        spec.notes(),
        spec.maxAttempts(),
        spec.repeatable(),
        spec.now(),
        spec.append(),
        new DiffSpec.Rules(
            none.once(),
            none.recheck(),
            none.left(),
            none.flag(),
            none.restores(),
            none.times(),
            none.checks(),
            none.expectations(),
            links),
        spec.detection(),
        spec.rekeyed());
  }

  private static void detection(
      Map<String, Sql> statements, Warehouse warehouse, DiffSpec spec, ColumnTypes types) {
    Detection.Watermark since =
        new Detection.Watermark("scored", types.decimal, Optional.of("0.5"), 0, true);
    DiffStatements watermark = new DiffStatements(warehouse, spec.with(Detection.by(since, false)));
    statements.put("candidates by a watermark", watermark.exact());
    statements.put("the watermark", watermark.watermark(Sql.name("candidates")).orElseThrow());
    Detection.Feed feed =
        new Detection.Feed(
            "_backlog_s1",
            "op",
            Optional.of(new DiffSpec.KeyColumn("lsn", types.decimal)),
            List.of(types.decimal),
            List.of(),
            false);
    DiffSpec looking = spec.with(Detection.by(feed));
    DiffSpec taken = spec.with(Detection.by(feed.whenTaken()));
    BacklogStatements backlog = new BacklogStatements(warehouse, taken);
    statements.put("backlog", backlog.create());
    statements.put("a feed into the backlog", backlog.take(7));
    statements.put("operations that are none", backlog.unknownOperation());
    statements.put("superseded rows out of the backlog", backlog.dropSuperseded());
    statements.put("candidates of a backlog", new DiffStatements(warehouse, taken).exact());
    statements.put(
        "candidates of a backlog and a feed that is not taken",
        new DiffStatements(warehouse, looking).exact());
    statements.put("settled rows out of the backlog", backlog.dropSettled(Optional.of("_plan_r")));
    statements.put("answered rows out of the backlog", backlog.dropAnswered("_plan_r", "r"));
  }

  private static DiffSpec append(ColumnTypes types, DiffSpec.Append append) {
    return spec(types, Scope.CHANGES, OptionalLong.empty(), Optional.of(append));
  }

  private static DiffSpec spec(
      ColumnTypes types, Scope scope, OptionalLong pace, Optional<DiffSpec.Append> append) {
    return new DiffSpec(
        "s1",
        "SELECT * FROM customers",
        List.of(new MappedColumn("id", List.of("Id__c"), "k1", types.text)),
        List.of(
            new MappedColumn("score", List.of("Score__c"), "f1", types.decimal),
            new MappedColumn("ratio", List.of("Ratio__c"), "f2", types.number)),
        List.of(new PushTerm("mrr", true, Optional.of(false))),
        KeyComparison.CASE_INSENSITIVE,
        "UTC",
        "_state_s1",
        scope,
        pace,
        true,
        5,
        true,
        OffsetDateTime.parse("2026-01-02T03:04:05Z"),
        append,
        DiffSpec.Rules.NONE,
        Detection.DIFF,
        Optional.empty());
  }
}
