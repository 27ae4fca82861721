package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.parser.command.Command.ShowDestinationTypes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lists the types of destination by name, with what their manifests say. */
final class ShowDestinationTypesHandler implements Handler<ShowDestinationTypes> {
  @Override
  public Result handle(
      ShowDestinationTypes command, RunEnvironment environment, Execution execution)
      throws SQLException {
    return Result.rows(
        command.shape(),
        environment.connectors().manifests().stream()
            .filter(manifest -> Like.matching(command.like()).test(manifest.type()))
            .map(ShowDestinationTypesHandler::row)
            .toList());
  }

  private static List<Object> row(Manifest manifest) {
    return List.of(
        manifest.type(),
        manifest.doc().strip(),
        operations(manifest.operations()),
        options(manifest.options()),
        options(manifest.objectOptions()),
        new TreeMap<>(manifest.batch())
            .entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", ")),
        manifest.idempotencyKey() ? "by idempotency key" : operations(manifest.idempotent()),
        manifest.keyComparison().name().toLowerCase(Locale.ROOT),
        manifest.findsBy());
  }

  private static String operations(Collection<Operation> operations) {
    return operations.stream()
        .sorted()
        .map(o -> o.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static String options(List<Manifest.Option> options) {
    return options.stream()
        .map(ShowDestinationTypesHandler::option)
        .collect(Collectors.joining("\n"));
  }

  /** {@code instance_url (string, required, says where): the org's address}. */
  private static String option(Manifest.Option option) {
    List<String> words = new ArrayList<>();
    words.add(option.type().name().toLowerCase(Locale.ROOT));
    if (option.required()) {
      words.add("required");
    }
    if (option.secret()) {
      words.add("secret");
    }
    if (option.where()) {
      words.add("says where");
    }
    option.fallback().ifPresent(text -> words.add("default " + text));
    if (!option.values().isEmpty()) {
      words.add("one of " + String.join(", ", option.values()));
    }
    return option.name() + " (" + String.join(", ", words) + "): " + option.doc();
  }
}
