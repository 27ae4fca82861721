package dev.backfeed.engine.handler;

import dev.backfeed.engine.handler.SyncChecks.Finding;
import dev.backfeed.engine.plan.FieldOrigins;
import dev.backfeed.engine.plan.Mapping;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What is allowed in a definition and will hardly be meant. */
final class DefinitionWarnings {
  /** For queries that cannot be read. */
  private static final Pattern MOVING =
      Pattern.compile(
          "(?i)\\b(now|random|rand|uuid|gen_random_uuid|clock_timestamp|today)\\s*\\(|\\b(current_date|current_timestamp|localtimestamp)\\b");

  private DefinitionWarnings() {}

  static List<Finding> of(
      SyncDefinition definition,
      Mapping mapping,
      List<MappedColumn> columns,
      FieldOrigins origins) {
    List<Finding> warnings = new ArrayList<>();
    List<String> missing = mapping.missingRequired(columns);
    if (!missing.isEmpty() && definition.mode() != Mode.UPDATE) {
      warnings.add(
          new Finding(
              "required fields",
              "new records of "
                  + definition.target().object()
                  + " need fields that this sync does not send: "
                  + String.join(", ", missing)));
    }
    for (MappedColumn column : columns) {
      if (isCompared(definition, column)
          && origins.of(column.column()) instanceof Origin.Known known
          && !known.unsteady().isEmpty()) {
        warnings.add(
            new Finding(
                "values",
                "column \""
                    + column.column()
                    + "\" is made with "
                    + listed(known.unsteady())
                    + ": its value changes, and is sent again, though no data changed"));
      }
    }
    movingRows(definition, origins).ifPresent(why -> warnings.add(new Finding("removals", why)));
    detection(definition).ifPresent(why -> warnings.add(new Finding("detection", why)));
    return warnings;
  }

  /** Whether another value is a change that is sent by itself. */
  private static boolean isCompared(SyncDefinition definition, MappedColumn column) {
    FieldPolicy policy = column.policy();
    return !definition.mode().appends()
        && definition.mode() != Mode.INSERT
        && (column.key()
            || !(policy.passive() || policy.wins() == FieldPolicy.Wins.ON_CREATE_ONLY));
  }

  private static Optional<String> movingRows(SyncDefinition definition, FieldOrigins origins) {
    if (definition.removal() == OnRemove.KEEP) {
      return Optional.empty();
    }
    String what = "rows may leave it, and be removed at the destination, though no data changed";
    if (origins.unsteadyFilters().isPresent()) {
      Set<String> functions = origins.unsteadyFilters().get();
      return functions.isEmpty()
          ? Optional.empty()
          : Optional.of("the query chooses its rows by " + listed(functions) + ": " + what);
    }
    return MOVING.matcher(definition.query().text()).find()
        ? Optional.of("the query depends on the time or on chance: " + what)
        : Optional.empty();
  }

  private static String listed(Set<String> functions) {
    return String.join(", ", new TreeSet<>(functions));
  }

  private static Optional<String> detection(SyncDefinition definition) {
    boolean reconciles = definition.reconcileDays() > 0;
    return switch (definition.detect().by()) {
      case COLUMN ->
          definition.removal() != OnRemove.KEEP && !reconciles
              ? Optional.of(
                  "rows that leave the query are never noticed, whatever ON REMOVE or MODE says:"
                      + " DETECT CHANGES BY COLUMN looks at changed rows only; add RECONCILE EVERY n"
                      + " DAYS")
              : Optional.empty();
      case DIFF ->
          reconciles
              ? Optional.of("RECONCILE changes nothing: every run compares everything")
              : Optional.empty();
      case OPERATION -> Optional.empty();
    };
  }
}
