package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code PATCH composite/sobjects/{Object}/{ExternalIdField}}: up to 200 records a call, each for
 * itself ({@code allOrNone} false), answered in the order they were sent.
 */
final class SalesforceUpsert {
  private final SalesforceSession session;
  private final Redaction redaction;

  SalesforceUpsert(SalesforceSession session, Redaction redaction) {
    this.session = session;
    this.redaction = redaction;
  }

  Answer write(Batch batch, String keyField, Optional<SalesforceObject> described) {
    HttpAnswer answer = session.call(request(batch, keyField, described));
    if (answer.status() == 404) {
      throw session.failure(
          Kind.MISCONFIGURED,
          "Salesforce knows no object " + batch.object() + " with external id " + keyField,
          answer);
    }
    if (!answer.successful()) {
      return new Answer.Refused(SalesforceError.ofCall(answer).toRow(redaction));
    }
    return answered(batch, answer);
  }

  SalesforceRequest request(Batch batch, String keyField, Optional<SalesforceObject> described) {
    String path = "composite/sobjects/" + Urls.encode(batch.object()) + "/" + Urls.encode(keyField);
    ObjectNode body = Json.object().put("allOrNone", false);
    body.putArray("records")
        .addAll(
            batch.changes().stream()
                .map(c -> SalesforceRecord.of(c, batch.object(), described))
                .toList());
    return SalesforceRequest.of("PATCH", path, body);
  }

  private Answer answered(Batch batch, HttpAnswer answer) {
    JsonNode results = session.body(answer);
    if (!results.isArray() || results.size() != batch.changes().size()) {
      throw new ConnectorException(
          Kind.UNKNOWN_OUTCOME,
          "Salesforce did not answer with one result for each of the records sent");
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outcomes.add(outcome(batch.changes().get(i), results.get(i), answer.uncertainBefore()));
    }
    return new Answer.Answered(outcomes);
  }

  private Outcome outcome(Change change, JsonNode result, boolean uncertainBefore) {
    boolean part = change.known() && !change.whole();
    if (result.path("success").asBoolean()) {
      String id = result.path("id").asText(null);
      if (result.path("created").asBoolean()) {
        return Outcome.created(change.index(), id);
      }
      // The attempt whose answer was lost may have created the record from a part of the row.
      return uncertainBefore && part
          ? Outcome.vanished(change.index(), LOST_BEFORE)
          : Outcome.updated(change.index(), id);
    }
    SalesforceError error = SalesforceError.ofRecord(result);
    // An update never lacks a required field; a creation from the changed fields alone does.
    return part && error.code().equals("REQUIRED_FIELD_MISSING")
        ? Outcome.vanished(change.index(), error.toRow(redaction))
        : Outcome.failed(change.index(), error.toRow(redaction));
  }

  private static final RowError LOST_BEFORE =
      new RowError("NO_ANSWER", "", "an earlier answer for this record was lost");
}
