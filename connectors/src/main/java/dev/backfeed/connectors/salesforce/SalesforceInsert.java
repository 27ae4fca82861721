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
import dev.backfeed.engine.spi.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST composite/sobjects}: up to 200 new records a call, never repeated. That a key is
 * there already is said by Salesforce where the external id is unique, else looked up beforehand.
 */
final class SalesforceInsert {
  private static final Set<String> TAKEN = Set.of("DUPLICATE_VALUE", "DUPLICATE_EXTERNAL_ID");
  private static final Pattern HOLDER =
      Pattern.compile(
          "duplicate value found: (\\w+) duplicates value on record with id: (\\w{15,18})");

  private final SalesforceSession session;
  private final SalesforceQuery query;
  private final Redaction redaction;

  SalesforceInsert(SalesforceSession session, Redaction redaction) {
    this.session = session;
    this.query = new SalesforceQuery(session);
    this.redaction = redaction;
  }

  Answer write(Batch batch, String keyField, Optional<SalesforceObject> described) {
    Map<Integer, Outcome> outcomes = new TreeMap<>();
    if (!unique(keyField, described)) {
      exist(batch.object(), batch.changes(), described)
          .forEach((i, ids) -> outcomes.put(i, Outcome.exists(i, only(ids))));
    }
    List<Change> missing =
        batch.changes().stream().filter(c -> !outcomes.containsKey(c.index())).toList();
    if (!missing.isEmpty()) {
      HttpAnswer answer = session.call(request(batch.object(), missing, described));
      if (!answer.successful()) {
        return new Answer.Refused(SalesforceError.ofCall(answer).toRow(redaction));
      }
      answered(batch.object(), keyField, missing, session.body(answer), outcomes, described);
    }
    return new Answer.Answered(List.copyOf(outcomes.values()));
  }

  List<SalesforceRequest> requests(
      Batch batch, String keyField, Optional<SalesforceObject> described) {
    List<SalesforceRequest> requests = new ArrayList<>();
    if (!unique(keyField, described)) {
      List<ObjectNode> keys = batch.changes().stream().map(Change::key).toList();
      SalesforceQuery.texts(batch.object(), keys, List.of(), described)
          .forEach(q -> requests.add(SalesforceRequest.get(SalesforceQuery.path(q))));
    }
    requests.add(request(batch.object(), batch.changes(), described));
    return requests;
  }

  private void answered(
      String object,
      String keyField,
      List<Change> sent,
      JsonNode results,
      Map<Integer, Outcome> outcomes,
      Optional<SalesforceObject> described) {
    if (!results.isArray() || results.size() != sent.size()) {
      throw new ConnectorException(
          Kind.UNKNOWN_OUTCOME,
          "Salesforce did not answer with one result for each of the records sent");
    }
    Map<Change, SalesforceError> taken = new LinkedHashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      Change change = sent.get(i);
      JsonNode result = results.get(i);
      SalesforceError error = SalesforceError.ofRecord(result);
      if (result.path("success").asBoolean()) {
        outcomes.put(
            change.index(), Outcome.created(change.index(), result.path("id").asText(null)));
      } else if (TAKEN.contains(error.code())) {
        taken.put(change, error);
      } else {
        outcomes.put(change.index(), Outcome.failed(change.index(), error.toRow(redaction)));
      }
    }
    taken(object, keyField, taken, outcomes, described);
  }

  /** Another unique field than the key may be what is taken: then the row failed. */
  private void taken(
      String object,
      String keyField,
      Map<Change, SalesforceError> taken,
      Map<Integer, Outcome> outcomes,
      Optional<SalesforceObject> described) {
    Map<Change, SalesforceError> untold = new LinkedHashMap<>();
    taken.forEach(
        (change, error) -> {
          Matcher holder = HOLDER.matcher(error.message());
          if (holder.find() && holder.group(1).equalsIgnoreCase(keyField)) {
            outcomes.put(change.index(), Outcome.exists(change.index(), holder.group(2)));
          } else {
            untold.put(change, error);
          }
        });
    if (untold.isEmpty()) {
      return;
    }
    Map<Integer, List<String>> there = exist(object, untold.keySet(), described);
    untold.forEach(
        (change, error) -> {
          List<String> ids = there.get(change.index());
          outcomes.put(
              change.index(),
              ids == null
                  ? Outcome.failed(change.index(), error.toRow(redaction))
                  : Outcome.exists(change.index(), only(ids)));
        });
  }

  private Map<Integer, List<String>> exist(
      String object, Iterable<Change> changes, Optional<SalesforceObject> described) {
    Map<Integer, ObjectNode> keys = new LinkedHashMap<>();
    changes.forEach(c -> keys.put(c.index(), c.key()));
    return query.ids(object, keys, described);
  }

  private static boolean unique(String keyField, Optional<SalesforceObject> described) {
    return described.filter(d -> d.unique(keyField)).isPresent();
  }

  /** The id of the record that is there; none of several is the one. */
  private static String only(List<String> ids) {
    return ids.size() == 1 ? ids.get(0) : null;
  }

  private static SalesforceRequest request(
      String object, List<Change> changes, Optional<SalesforceObject> described) {
    ObjectNode body = Json.object().put("allOrNone", false);
    body.putArray("records")
        .addAll(changes.stream().map(c -> SalesforceRecord.of(c, object, described)).toList());
    return SalesforceRequest.of("POST", "composite/sobjects", body).notRepeatable();
  }
}
