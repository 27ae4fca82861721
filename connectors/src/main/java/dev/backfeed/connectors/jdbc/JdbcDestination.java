package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RecordReader;
import java.math.BigDecimal;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One database, opened for a statement or a run. A batch is a transaction: all of it is kept or
 * nothing, so that a refused one can be halved. Tables are read once; one that is altered during a
 * run is seen by the next.
 */
final class JdbcDestination implements Destination, RecordReader {
  private static final BigDecimal DEFAULT_RETRIES = BigDecimal.valueOf(3);

  private final JdbcUrl url;
  private final Credentials credentials;
  private final Optional<String> schema;
  private final Optional<String> modifiedColumn;
  private final int timeoutSeconds;
  private final TableReader reader;
  private final Encoding encoding;
  private final Connections connections;
  private final Transactions transactions;
  private final Map<String, Table> tables = new ConcurrentHashMap<>();

  JdbcDestination(JdbcUrl url, DestinationContext context) {
    Duration timeout = context.options().duration("timeout").orElse(Duration.ofSeconds(30));
    int retries =
        context
            .options()
            .number("max_retries")
            .orElse(DEFAULT_RETRIES)
            .max(BigDecimal.ZERO)
            .intValue();
    this.url = url;
    this.credentials = new Credentials(context.options(), url);
    this.schema = context.options().text("schema");
    this.modifiedColumn = context.options().text("modified_column");
    this.timeoutSeconds = (int) Math.max(1, Math.min(86_400, timeout.toSeconds()));
    this.reader = new TableReader(url.database(), schema);
    this.encoding = new Encoding(url.database());
    this.connections =
        new Connections(url, context, credentials, Duration.ofSeconds(timeoutSeconds));
    this.transactions = new Transactions(url, connections, credentials, context.gate(), retries);
  }

  @Override
  public String account() {
    return "jdbc:" + url.label();
  }

  @Override
  public List<Check> test() {
    List<Check> checks = new ArrayList<>();
    try {
      checks.add(new Check("credentials", true, connectedTo()));
      if (schema.isPresent()) {
        checks.add(schemaCheck(schema.get()));
      }
    } catch (ConnectorException e) {
      checks.add(new Check("credentials", false, e.getMessage()));
    }
    return checks;
  }

  @Override
  public ObjectSchema describe(String object) {
    return table(object).schema();
  }

  @Override
  public Answer write(Batch batch) {
    Table table = table(batch.object());
    RowReader.Encoded read =
        new RowReader(table, encoding, batch.operation()).read(batch.changes());
    List<Outcome> outcomes = new ArrayList<>(read.unfit());
    if (read.rows().isEmpty()) {
      return new Answer.Answered(outcomes);
    }
    try {
      outcomes.addAll(write(table, batch.operation(), read.rows()));
    } catch (Transactions.RowRefused e) {
      if (read.rows().size() > 1) {
        return new Answer.Refused(e.error());
      }
      outcomes.add(Outcome.failed(read.rows().get(0).change().index(), e.error()));
    }
    return new Answer.Answered(outcomes);
  }

  @Override
  public void close() {
    connections.close();
  }

  private List<Outcome> write(Table table, Operation operation, List<Row> rows)
      throws Transactions.RowRefused {
    ChunkWriter writer = new ChunkWriter(url.database(), table, encoding, timeoutSeconds);
    return switch (operation) {
      case DELETE ->
          transactions.run((connection, calls) -> writer.delete(connection, calls, rows));
      case APPEND ->
          transactions.once((connection, calls) -> writer.append(connection, calls, rows));
      case UPDATE ->
          transactions.run((connection, calls) -> writer.update(connection, calls, rows));
      case INSERT ->
          transactions.once((connection, calls) -> writer.insert(connection, calls, rows));
      default -> transactions.run((connection, calls) -> writer.upsert(connection, calls, rows));
    };
  }

  @Override
  public String request(Batch batch) {
    Table table = table(batch.object());
    RowReader rows = new RowReader(table, encoding, batch.operation());
    return new RequestText(new Statements(url.database(), table), batch.operation())
        .of(rows.read(batch.changes()).rows());
  }

  @Override
  public List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
    Table table = table(object);
    RowFinder finder = new RowFinder(url.database(), table, modified(table), fields);
    return asked((connection, calls) -> finder.find(connection, calls, wanted));
  }

  /** The column that says when a row was changed, where the table has one. */
  private Optional<Column> modified(Table table) {
    return modifiedColumn.flatMap(
        name ->
            table.columns().stream()
                .filter(c -> c.name().equalsIgnoreCase(name))
                .filter(
                    c -> c.kind() == Column.Kind.TIMESTAMP || c.kind() == Column.Kind.TIMESTAMP_TZ)
                .findFirst());
  }

  private Table table(String object) {
    return tables.computeIfAbsent(
        object, o -> asked((connection, calls) -> calls.make(0, () -> reader.read(connection, o))));
  }

  private String connectedTo() {
    return asked(
        (connection, calls) ->
            calls.make(
                0,
                () -> {
                  DatabaseMetaData meta = connection.getMetaData();
                  String user = meta.getUserName();
                  return "connected to %s %s at %s%s"
                      .formatted(
                          meta.getDatabaseProductName(),
                          meta.getDatabaseProductVersion(),
                          url.label(),
                          user == null || user.isBlank() ? "" : " as " + user);
                }));
  }

  private Check schemaCheck(String name) {
    boolean there =
        asked((connection, calls) -> calls.make(0, () -> reader.hasSchema(connection, name)));
    return new Check(
        "schema",
        there,
        there ? "schema \"" + name + "\" is there" : "there is no schema \"" + name + "\"");
  }

  /** Reads; a database that finds fault with a question of ours is out of order itself. */
  private <T> T asked(Transactions.Work<T> question) {
    try {
      return transactions.run(question);
    } catch (Transactions.RowRefused e) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          "database "
              + url.label()
              + " does not answer: "
              + credentials.redact(e.error().message()),
          e);
    }
  }
}
