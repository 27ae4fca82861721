package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code PATCH composite/sobjects}: up to 200 records a call by their ids, which never creates one.
 * Ids that are not known, or known and gone, are looked up by external id.
 */
final class SalesforceUpdate {
  /** A record that is gone, in the words that a write by id is answered with. */
  static final Set<String> GONE =
      Set.of("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND");

  private static final String PATH = "composite/sobjects";

  private final SalesforceSession session;
  private final SalesforceQuery query;
  private final Redaction redaction;

  SalesforceUpdate(SalesforceSession session, Redaction redaction) {
    this.session = session;
    this.query = new SalesforceQuery(session);
    this.redaction = redaction;
  }

  Answer write(Batch batch, Optional<SalesforceObject> described) {
    Map<Integer, Outcome> outcomes = new TreeMap<>();
    Map<Change, SalesforceError> gone = new LinkedHashMap<>();
    Optional<Answer> refused =
        send(batch.object(), ids(batch, outcomes, described), outcomes, gone, described);
    if (refused.isPresent()) {
      return refused.get();
    }
    settle(batch, gone, outcomes, described);
    return new Answer.Answered(List.copyOf(outcomes.values()));
  }

  /** What is sent, ids that are not known yet described. */
  List<SalesforceRequest> requests(Batch batch, Optional<SalesforceObject> described) {
    List<SalesforceRequest> requests = new ArrayList<>();
    List<ObjectNode> keys =
        batch.changes().stream().filter(c -> c.destinationId().isEmpty()).map(Change::key).toList();
    SalesforceQuery.texts(batch.object(), keys, List.of(), described)
        .forEach(q -> requests.add(SalesforceRequest.get(SalesforceQuery.path(q))));
    Map<Change, String> ids = new LinkedHashMap<>();
    batch
        .changes()
        .forEach(c -> ids.put(c, c.destinationId().orElse("(found by " + c.recordKey() + ")")));
    requests.add(request(batch.object(), ids, described));
    return requests;
  }

  /** The ids of the records, known or looked up; what has none is answered. */
  private Map<Change, String> ids(
      Batch batch, Map<Integer, Outcome> outcomes, Optional<SalesforceObject> described) {
    Map<Integer, ObjectNode> keys = new LinkedHashMap<>();
    batch.changes().stream()
        .filter(c -> c.destinationId().isEmpty())
        .forEach(c -> keys.put(c.index(), c.key()));
    Map<Integer, List<String>> found = query.ids(batch.object(), keys, described);
    Map<Change, String> ids = new LinkedHashMap<>();
    for (Change change : batch.changes()) {
      int index = change.index();
      List<String> fitting =
          change.destinationId().map(List::of).orElse(found.getOrDefault(index, List.of()));
      if (fitting.size() == 1) {
        ids.put(change, fitting.get(0));
      } else {
        outcomes.put(
            index,
            fitting.isEmpty() ? Outcome.missing(index) : Outcome.failed(index, ambiguous(fitting)));
      }
    }
    return ids;
  }

  /**
   * Records that are gone by the id we had. The same words are used for a parent that is not there,
   * so it is looked up what the trouble is; a record may have been made anew with the same key.
   */
  private void settle(
      Batch batch,
      Map<Change, SalesforceError> gone,
      Map<Integer, Outcome> outcomes,
      Optional<SalesforceObject> described) {
    Map<Integer, ObjectNode> ids = new LinkedHashMap<>();
    Map<Integer, ObjectNode> keys = new LinkedHashMap<>();
    for (Change change : gone.keySet()) {
      ObjectNode id = Json.object().put("Id", change.destinationId().orElse(null));
      (change.byId() ? ids : keys).put(change.index(), change.byId() ? id : change.key());
    }
    Map<Integer, List<String>> there = new HashMap<>(query.ids(batch.object(), ids, described));
    there.putAll(query.ids(batch.object(), keys, described));
    gone.forEach(
        (change, error) -> {
          int index = change.index();
          List<String> fitting = there.getOrDefault(index, List.of());
          if (fitting.isEmpty()) {
            outcomes.put(index, gone(batch.operation(), change, error));
          } else if (fitting.size() > 1 || sameId(fitting.get(0), change)) {
            outcomes.put(index, Outcome.failed(index, error.toRow(redaction)));
          } else {
            again(batch.object(), change, fitting.get(0), outcomes, described);
          }
        });
  }

  private static boolean sameId(String found, Change change) {
    return change
        .destinationId()
        .filter(id -> found.startsWith(id) || id.equals(found))
        .isPresent();
  }

  private Outcome gone(Operation operation, Change change, SalesforceError error) {
    if (operation == Operation.UPDATE) {
      return Outcome.missing(change.index());
    }
    RowError gone = new RowError("NOT_FOUND", error.code(), redaction.clean(error.message()));
    return change.whole()
        ? Outcome.failed(change.index(), gone)
        : Outcome.vanished(change.index(), gone);
  }

  /** A record that was found anew: alone, for what is refused now is this row's trouble. */
  private void again(
      String object,
      Change change,
      String id,
      Map<Integer, Outcome> outcomes,
      Optional<SalesforceObject> described) {
    Map<Change, SalesforceError> gone = new LinkedHashMap<>();
    Optional<Answer> refused = send(object, Map.of(change, id), outcomes, gone, described);
    if (refused.isPresent() && refused.get() instanceof Answer.Refused r) {
      outcomes.put(change.index(), Outcome.failed(change.index(), r.error()));
    }
    gone.forEach(
        (c, error) -> outcomes.put(c.index(), Outcome.failed(c.index(), error.toRow(redaction))));
  }

  private Optional<Answer> send(
      String object,
      Map<Change, String> ids,
      Map<Integer, Outcome> outcomes,
      Map<Change, SalesforceError> gone,
      Optional<SalesforceObject> described) {
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    HttpAnswer answer = session.call(request(object, ids, described));
    if (!answer.successful()) {
      return Optional.of(new Answer.Refused(SalesforceError.ofCall(answer).toRow(redaction)));
    }
    JsonNode results = session.body(answer);
    if (!results.isArray() || results.size() != ids.size()) {
      throw new ConnectorException(
          Kind.UNKNOWN_OUTCOME,
          "Salesforce did not answer with one result for each of the records sent");
    }
    int position = 0;
    for (var sent : ids.entrySet()) {
      int index = sent.getKey().index();
      JsonNode result = results.get(position++);
      SalesforceError error = SalesforceError.ofRecord(result);
      if (result.path("success").asBoolean()) {
        outcomes.put(index, Outcome.updated(index, sent.getValue()));
      } else if (GONE.contains(error.code()) && sent.getKey().destinationId().isPresent()) {
        gone.put(sent.getKey(), error);
      } else {
        outcomes.put(index, Outcome.failed(index, error.toRow(redaction)));
      }
    }
    return Optional.empty();
  }

  private static SalesforceRequest request(
      String object, Map<Change, String> ids, Optional<SalesforceObject> described) {
    ObjectNode body = Json.object().put("allOrNone", false);
    var records = body.putArray("records");
    ids.forEach(
        (change, id) -> records.add(SalesforceRecord.withId(change, id, object, described)));
    return SalesforceRequest.of("PATCH", PATH, body);
  }

  static RowError ambiguous(List<String> ids) {
    return new RowError(
        "AMBIGUOUS_KEY", "", "several records have this external id: " + String.join(", ", ids));
  }
}
