package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.Comparator;
import java.util.List;

/** The types of destination that were found. */
public final class Connectors {
  private final List<Connector> found;

  public Connectors(List<Connector> found) {
    this.found = List.copyOf(found);
  }

  /** What each type says of itself, by type. */
  public List<Manifest> manifests() {
    return found.stream()
        .map(Connector::manifest)
        .sorted(Comparator.comparing(Manifest::type))
        .toList();
  }

  /**
   * The connector of a type.
   *
   * @throws StatementException {@code 42704} with the nearest type
   */
  public Connector get(Name type) throws StatementException {
    for (Connector connector : found) {
      if (connector.manifest().type().equals(type.folded())) {
        return connector;
      }
    }
    List<String> types = found.stream().map(c -> c.manifest().type()).sorted().toList();
    String hint = Nearest.hint(type.text(), types);
    throw new StatementException(
        SqlState.UNDEFINED_OBJECT,
        "there is no destination type \""
            + type
            + "\""
            + (hint.isEmpty() ? ": types are " : hint + " Types are ")
            + String.join(", ", types),
        type.position());
  }
}
