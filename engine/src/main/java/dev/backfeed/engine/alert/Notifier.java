package dev.backfeed.engine.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.alert.Notifications.Notice;
import dev.backfeed.engine.catalog.CheckedOptions;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Sends one notification as one appended record of a destination. */
final class Notifier {
  /** No call begins after it. */
  private static final Duration LONGEST = Duration.ofSeconds(45);

  /** The record's key, where it has one. */
  private static final String EVENT_ID = "event_id";

  private final RunEnvironment environment;
  private final Execution execution;

  Notifier(RunEnvironment environment, Execution execution) {
    this.environment = environment;
    this.execution =
        new Execution(execution.cancelled(), Optional.of(LONGEST), 0, execution.listener(), false);
  }

  /**
   * Why a notification did not arrive.
   *
   * @param general whether others to the same destination would fare no better now
   */
  record Failure(String message, boolean general) {}

  /**
   * Sends it.
   *
   * @return why it did not arrive; empty if it did
   * @throws SQLException what our warehouse says
   */
  Optional<Failure> send(Notice notice) throws SQLException {
    Optional<StoredDestination> stored = environment.destinations().find(notice.destination());
    if (stored.isEmpty()) {
      return failure("there is no destination \"" + notice.destination() + "\" any more", true);
    }
    if (stored.get().paused()) {
      return failure(
          "destination \"" + stored.get().name() + "\" is paused: RESUME DESTINATION it", true);
    }
    try {
      return send(notice, stored.get()).map(message -> new Failure(message, false));
    } catch (ConnectorException e) {
      return failure(e.getMessage(), e.kind() != ConnectorException.Kind.MISCONFIGURED);
    } catch (SecretException | RunStopped | SQLException e) {
      return failure(e.getMessage(), true);
    } catch (RuntimeException e) {
      // A mistake of a connector must not keep others from being told.
      return failure("unexpected " + e, false);
    }
  }

  private static Optional<Failure> failure(String message, boolean general) {
    return Optional.of(new Failure(String.valueOf(message), general));
  }

  private Optional<String> send(Notice notice, StoredDestination stored) throws SQLException {
    Connector connector = SyncTarget.connector(stored, environment.connectors());
    if (!connector.manifest().operations().contains(Operation.APPEND)) {
      return Optional.of("a destination of type " + stored.type() + " takes no messages");
    }
    CheckedOptions options =
        SyncTarget.options(stored, connector, environment.settings().secrets());
    RunGate gate = new RunGate(execution, options.duration("timeout").orElseThrow());
    try (Destination destination = environment.open(stored, connector, options, gate)) {
      ObjectSchema schema = destination.describe(notice.object());
      ObjectNode fields = fitting(fields(notice), schema);
      return fields.isEmpty()
          ? Optional.of(
              "object \"%s\" has none of the fields of a notification: %s"
                  .formatted(notice.object(), String.join(", ", fields(notice).keySet())))
          : trouble(destination.write(batch(notice, fields, schema)));
    }
  }

  /** What a notification says. */
  private static Map<String, String> fields(Notice notice) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("text", notice.message());
    fields.put("subject", notice.message().lines().findFirst().orElse(""));
    fields.put("alert", notice.alert());
    fields.put("sync", notice.sync());
    fields.put("condition", notice.condition());
    fields.put("state", notice.state());
    fields.put("run_id", notice.runId());
    fields.put(
        "occurred_at", notice.occurredAt().toInstant().truncatedTo(ChronoUnit.MILLIS).toString());
    return fields;
  }

  private static ObjectNode fitting(Map<String, String> all, ObjectSchema schema) {
    ObjectNode fitting = Json.object();
    all.forEach(
        (name, value) -> {
          if (!schema.described()) {
            fitting.put(name, value);
          } else {
            schema
                .field(name)
                .filter(ObjectSchema.Field::writable)
                .ifPresent(field -> fitting.put(field.name(), cut(value, field)));
          }
        });
    return fitting;
  }

  private static String cut(String value, ObjectSchema.Field field) {
    int longest = field.maxLength().orElse(Integer.MAX_VALUE);
    return value == null || value.length() <= longest ? value : value.substring(0, longest);
  }

  private static Batch batch(Notice notice, ObjectNode fields, ObjectSchema schema) {
    String once =
        UUID.nameUUIDFromBytes(
                (notice.eventId() + ' ' + notice.destination() + '.' + notice.object())
                    .getBytes(StandardCharsets.UTF_8))
            .toString();
    ObjectNode key = fitting(Map.of(EVENT_ID, notice.eventId()), schema);
    Change change =
        new Change(
            0,
            Change.Kind.ADDED,
            notice.eventId(),
            key,
            fields,
            true,
            Optional.empty(),
            false,
            once,
            Json.object());
    return new Batch(Operation.APPEND, notice.object(), List.of(change), once);
  }

  private static Optional<String> trouble(Answer answer) {
    if (answer instanceof Answer.Refused refused) {
      return Optional.of(said(refused.error()));
    }
    List<Outcome> outcomes = ((Answer.Answered) answer).outcomes();
    if (outcomes.size() != 1) {
      return Optional.of("the destination gave no answer for it");
    }
    return outcomes.get(0).error().map(Notifier::said);
  }

  private static String said(RowError error) {
    return String.join(
            " ", error.type(), String.valueOf(error.code()), String.valueOf(error.message()))
        .strip();
  }
}
