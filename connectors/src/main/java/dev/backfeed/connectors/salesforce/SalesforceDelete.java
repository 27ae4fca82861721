package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code DELETE composite/sobjects?ids=…}: up to 200 ids a call, answered in their order. Ids that
 * are not known yet are looked up by external id first. What is gone is deleted.
 */
final class SalesforceDelete {
  private final SalesforceSession session;
  private final SalesforceQuery query;
  private final Redaction redaction;

  SalesforceDelete(SalesforceSession session, Redaction redaction) {
    this.session = session;
    this.query = new SalesforceQuery(session);
    this.redaction = redaction;
  }

  Answer write(Batch batch, Optional<SalesforceObject> described) {
    Map<Integer, ObjectNode> unknown = new LinkedHashMap<>();
    batch.changes().stream()
        .filter(c -> c.destinationId().isEmpty())
        .forEach(c -> unknown.put(c.index(), c.key()));
    Map<Integer, List<String>> found = query.ids(batch.object(), unknown, described);
    Map<Integer, Outcome> outcomes = new HashMap<>();
    Map<String, List<Integer>> byId = new LinkedHashMap<>();
    for (Change change : batch.changes()) {
      List<String> ids =
          change.destinationId().map(List::of).orElseGet(() -> found.get(change.index()));
      if (ids == null || ids.isEmpty()) {
        outcomes.put(change.index(), Outcome.deleted(change.index()));
      } else if (ids.size() > 1) {
        outcomes.put(
            change.index(), Outcome.failed(change.index(), SalesforceUpdate.ambiguous(ids)));
      } else {
        byId.computeIfAbsent(ids.get(0), id -> new ArrayList<>()).add(change.index());
      }
    }
    if (byId.isEmpty()) {
      return new Answer.Answered(List.copyOf(outcomes.values()));
    }
    return delete(byId, outcomes);
  }

  private Answer delete(Map<String, List<Integer>> byId, Map<Integer, Outcome> outcomes) {
    List<String> ids = List.copyOf(byId.keySet());
    HttpAnswer answer = session.call(request(ids));
    if (!answer.successful()) {
      return new Answer.Refused(SalesforceError.ofCall(answer).toRow(redaction));
    }
    JsonNode results = session.body(answer);
    if (!results.isArray() || results.size() != ids.size()) {
      throw new ConnectorException(
          Kind.UNKNOWN_OUTCOME,
          "Salesforce did not answer with one result for each of the ids sent");
    }
    for (int i = 0; i < ids.size(); i++) {
      for (int index : byId.get(ids.get(i))) {
        outcomes.put(index, outcome(index, results.get(i)));
      }
    }
    return new Answer.Answered(List.copyOf(outcomes.values()));
  }

  /** What is sent, ids that are not known yet described. */
  List<SalesforceRequest> requests(Batch batch, Optional<SalesforceObject> described) {
    List<SalesforceRequest> requests = new ArrayList<>();
    List<ObjectNode> keys =
        batch.changes().stream().filter(c -> c.destinationId().isEmpty()).map(Change::key).toList();
    SalesforceQuery.texts(batch.object(), keys, List.of(), described)
        .forEach(q -> requests.add(SalesforceRequest.get(SalesforceQuery.path(q))));
    requests.add(
        request(
            batch.changes().stream()
                .map(c -> c.destinationId().orElse("(found by " + c.recordKey() + ")"))
                .toList()));
    return requests;
  }

  private static SalesforceRequest request(List<String> ids) {
    String path =
        "composite/sobjects?ids="
            + String.join(",", ids.stream().map(Urls::encode).toList())
            + "&allOrNone=false";
    return new SalesforceRequest("DELETE", path, Optional.empty(), true);
  }

  private Outcome outcome(int index, JsonNode result) {
    if (result.path("success").asBoolean()) {
      return Outcome.deleted(index);
    }
    SalesforceError error = SalesforceError.ofRecord(result);
    return SalesforceUpdate.GONE.contains(error.code())
        ? Outcome.deleted(index)
        : Outcome.failed(index, error.toRow(redaction));
  }
}
