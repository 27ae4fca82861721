package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;

/** Databases as destinations; an object is a table. */
public final class JdbcConnector implements Connector {
  private static final Manifest MANIFEST = Manifest.read(JdbcConnector.class, "jdbc.yaml");

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  @Override
  public boolean tellsChangeTimes(Options options) {
    return options.has("modified_column");
  }

  @Override
  public Destination open(DestinationContext context) {
    if (context.options().flag("sandbox")) {
      throw new OptionException(
          "sandbox", "a jdbc destination has no sandbox: point url at a DuckDB file to try a sync");
    }
    JdbcUrl url = JdbcUrl.parse(context.options().requiredText("url"));
    return new JdbcDestination(url, context);
  }
}
