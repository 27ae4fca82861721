package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.List;

/** The types of destination that were found. */
public final class Connectors {
  private final List<Connector> found;

  public Connectors(List<Connector> found) {
    this.found = List.copyOf(found);
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
    throw new StatementException(
        SqlState.UNDEFINED_OBJECT,
        "there is no destination type \""
            + type
            + "\" (types are "
            + String.join(", ", types)
            + ")"
            + Nearest.hint(type.text(), types),
        type.position());
  }
}
