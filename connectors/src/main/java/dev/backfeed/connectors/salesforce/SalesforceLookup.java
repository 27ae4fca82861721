package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds record ids by external id, with SOQL. */
final class SalesforceLookup {
  /** Longer addresses are refused with 414; how long they may be is not documented. */
  private static final int LONGEST_QUERY = 6000;

  private final SalesforceSession session;

  SalesforceLookup(SalesforceSession session) {
    this.session = session;
  }

  /**
   * The ids of the records with each change's key, by the change's index; absent if none has it.
   */
  Map<Integer, List<String>> idsByIndex(
      String object, String keyField, List<Change> changes, Optional<SalesforceObject> described) {
    Map<String, Integer> indexByKey = new HashMap<>();
    changes.forEach(
        c -> indexByKey.put(folded(c.key().get(keyField), keyField, described), c.index()));
    Map<Integer, List<String>> ids = new HashMap<>();
    for (String query : queries(object, keyField, changes, described)) {
      for (JsonNode record : records(query)) {
        Integer index = indexByKey.get(folded(record.path(keyField), keyField, described));
        if (index != null) {
          ids.computeIfAbsent(index, i -> new ArrayList<>()).add(record.path("Id").asText());
        }
      }
    }
    return ids;
  }

  /** As few queries as the length of an address allows: usually one. */
  private static List<String> queries(
      String object, String keyField, List<Change> changes, Optional<SalesforceObject> described) {
    boolean numeric = described.filter(d -> d.numeric(keyField)).isPresent();
    String head = "SELECT Id," + keyField + " FROM " + object + " WHERE " + keyField + " IN (";
    List<String> queries = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    for (Change change : changes) {
      String literal = literal(change.key().get(keyField), numeric);
      if (!query.isEmpty() && Urls.encode(query + "," + literal).length() > LONGEST_QUERY) {
        queries.add(query + ")");
        query.setLength(0);
      }
      query.append(query.isEmpty() ? head : ",").append(literal);
    }
    queries.add(query + ")");
    return queries;
  }

  /** Strings in single quotes; SOQL escapes with a backslash. */
  private static String literal(JsonNode key, boolean numeric) {
    if (key.isNumber() || (numeric && key.asText().matches("-?\\d{1,30}(\\.\\d{1,30})?"))) {
      return key.isNumber() ? key.decimalValue().toPlainString() : key.asText();
    }
    String escaped =
        key.asText()
            .replace("\\", "\\\\")
            .replace("'", "\\'")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t");
    return "'" + escaped + "'";
  }

  private List<JsonNode> records(String query) {
    List<JsonNode> records = new ArrayList<>();
    HttpAnswer answer = session.call("GET", "query?q=" + Urls.encode(query), Optional.empty());
    while (true) {
      if (!answer.successful()) {
        throw session.failure(
            Kind.MISCONFIGURED, "Salesforce refuses to look records up by external id", answer);
      }
      JsonNode page = session.body(answer);
      page.path("records").forEach(records::add);
      if (page.path("done").asBoolean(true) || !page.hasNonNull("nextRecordsUrl")) {
        return records;
      }
      answer = session.page(page.get("nextRecordsUrl").asText());
    }
  }

  /** Keys that Salesforce takes for the same are the same text. */
  private static String folded(JsonNode key, String field, Optional<SalesforceObject> described) {
    if (key.isNumber()) {
      return key.decimalValue().stripTrailingZeros().toPlainString();
    }
    boolean exact = described.filter(d -> d.caseSensitive(field)).isPresent();
    return exact ? key.asText() : key.asText().toLowerCase(Locale.ROOT);
  }
}
