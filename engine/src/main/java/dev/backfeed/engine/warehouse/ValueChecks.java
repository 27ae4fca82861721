package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec.ValueCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Values that a destination cannot take: no call is made for their rows. */
final class ValueChecks {
  private final WarehouseDialect dialect;
  private final DiffSpec spec;

  ValueChecks(WarehouseDialect dialect, DiffSpec spec) {
    this.dialect = dialect;
    this.spec = spec;
  }

  /** That some value of a row cannot be taken. */
  Sql misfit(String relation) {
    List<Sql> tests = new ArrayList<>(notFinite(relation));
    tests.addAll(tooLong(relation));
    tests.addAll(notAllowed(relation));
    return any(tests);
  }

  /** Branches of a CASE: why it cannot. */
  Sql reasons(String relation) {
    return reasonsUnless(relation, Sql.of("FALSE"));
  }

  /** The same for rows of which something else does not hold. */
  Sql reasonsUnless(String relation, Sql exempt) {
    List<Sql> branches = new ArrayList<>();
    branch(branches, exempt, notFinite(relation), Sql.of("'NOT_FINITE'"));
    branch(branches, exempt, tooLong(relation), Sql.of("'TOO_LONG'"));
    branch(branches, exempt, notAllowed(relation), Sql.of("'NOT_ALLOWED'"));
    return Sql.join(" ", branches);
  }

  private static void branch(List<Sql> branches, Sql exempt, List<Sql> tests, Sql reason) {
    if (!tests.isEmpty()) {
      branches.add(Sql.of("WHEN NOT ({}) AND {} THEN {}", exempt, any(tests), reason));
    }
  }

  /** Which field, and what it takes; null where there is nothing to say. */
  Sql detail(String relation) {
    List<Sql> branches = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      ValueCheck check = spec.rules().checks().get(field.stored());
      if (check != null) {
        addDetail(branches, text(relation, field), field, check);
      }
    }
    return branches.isEmpty()
        ? Sql.of("CAST(NULL AS VARCHAR)")
        : Sql.of("CASE {} END", Sql.join(" ", branches));
  }

  private static void addDetail(
      List<Sql> branches, Sql text, MappedColumn field, ValueCheck check) {
    if (check.maxLength().isPresent()) {
      int most = check.maxLength().get();
      branches.add(
          Sql.of(
              "WHEN length({}) > {} THEN {} || CAST(length({}) AS VARCHAR)",
              text,
              Sql.number(most),
              Sql.literal(
                  "field \"%s\" takes %d characters, this value has "
                      .formatted(field.field(), most)),
              text));
    }
    if (!check.allowed().isEmpty()) {
      branches.add(
          Sql.of(
              "WHEN {} NOT IN ({}) THEN {}",
              text,
              words(check.allowed()),
              Sql.literal("field \"%s\" does not allow this value".formatted(field.field()))));
    }
  }

  private List<Sql> notFinite(String relation) {
    return spec.fields().stream()
        .map(f -> dialect.unsendable(Sql.name(relation, f.stored()), f.type()))
        .filter(Objects::nonNull)
        .toList();
  }

  private List<Sql> tooLong(String relation) {
    List<Sql> tests = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      ValueCheck check = spec.rules().checks().get(field.stored());
      if (check != null && check.maxLength().isPresent()) {
        tests.add(
            Sql.of("length({}) > {}", text(relation, field), Sql.number(check.maxLength().get())));
      }
    }
    return tests;
  }

  private List<Sql> notAllowed(String relation) {
    List<Sql> tests = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      ValueCheck check = spec.rules().checks().get(field.stored());
      if (check != null && !check.allowed().isEmpty()) {
        tests.add(Sql.of("{} NOT IN ({})", text(relation, field), words(check.allowed())));
      }
    }
    return tests;
  }

  private Sql text(String relation, MappedColumn field) {
    return dialect.text(Sql.name(relation, field.stored()), field.type(), spec.zone());
  }

  private static Sql words(List<String> allowed) {
    return Sql.join(", ", allowed.stream().map(Sql::literal).toList());
  }

  private static Sql any(List<Sql> tests) {
    return tests.isEmpty()
        ? Sql.of("FALSE")
        : Sql.of(
            "COALESCE({}, FALSE)",
            Sql.join(" OR ", tests.stream().map(t -> Sql.of("COALESCE({}, FALSE)", t)).toList()));
  }
}
