package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds records by the values of fields, with SOQL. */
final class SalesforceQuery {
  /** Longer addresses are refused with 414; how long they may be is not documented. */
  private static final int LONGEST_QUERY = 6000;

  private final SalesforceSession session;

  SalesforceQuery(SalesforceSession session) {
    this.session = session;
  }

  /**
   * A record that fits.
   *
   * @param index of what was asked for
   */
  record Match(int index, JsonNode row) {}

  /**
   * The records that fit each of what is asked for. A value of null, or an empty text, which is the
   * same to Salesforce, fits nothing.
   *
   * @param by field to value by index, all of the same fields
   * @param select names of fields, dotted where they are a parent's
   */
  List<Match> find(
      String object,
      Map<Integer, ObjectNode> by,
      Collection<String> select,
      Optional<SalesforceObject> described) {
    Map<String, List<Integer>> indexes = new HashMap<>();
    Map<String, ObjectNode> wanted = new LinkedHashMap<>();
    by.forEach(
        (index, values) -> {
          if (findable(values)) {
            String folded = folded(values, values, described);
            wanted.putIfAbsent(folded, values);
            indexes.computeIfAbsent(folded, f -> new ArrayList<>()).add(index);
          }
        });
    List<Match> found = new ArrayList<>();
    for (String query : texts(object, wanted.values(), select, described)) {
      for (JsonNode row : rows(query)) {
        String folded = folded(wanted.values().iterator().next(), row, described);
        indexes.getOrDefault(folded, List.of()).forEach(i -> found.add(new Match(i, row)));
      }
    }
    return found;
  }

  /** The ids of the records with each key, by its index; absent where none has it. */
  Map<Integer, List<String>> ids(
      String object, Map<Integer, ObjectNode> by, Optional<SalesforceObject> described) {
    return find(object, by, List.of(), described).stream()
        .collect(
            Collectors.groupingBy(
                Match::index,
                Collectors.mapping(m -> m.row().path("Id").asText(), Collectors.toList())));
  }

  /** As few queries as the length of an address allows: usually one. */
  static List<String> texts(
      String object,
      Collection<ObjectNode> wanted,
      Collection<String> select,
      Optional<SalesforceObject> described) {
    List<ObjectNode> findable = wanted.stream().filter(SalesforceQuery::findable).toList();
    if (findable.isEmpty()) {
      return List.of();
    }
    List<String> by = findable.get(0).properties().stream().map(Map.Entry::getKey).toList();
    String head = head(object, by, select);
    boolean list = by.size() == 1;
    List<String> queries = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    for (ObjectNode values : findable) {
      String term =
          list ? literal(by.get(0), values.get(by.get(0)), described) : all(values, described);
      String next = (list ? "," : " OR ") + term;
      if (!query.isEmpty() && Urls.encode(query + next).length() > LONGEST_QUERY) {
        queries.add(query + (list ? ")" : ""));
        query.setLength(0);
      }
      query.append(query.isEmpty() ? head + (list ? name(by.get(0)) + " IN (" : "") + term : next);
    }
    queries.add(query + (list ? ")" : ""));
    return queries;
  }

  /** The resource of a query. */
  static String path(String query) {
    return "query?q=" + Urls.encode(query);
  }

  private static String head(String object, List<String> by, Collection<String> select) {
    Set<String> columns = new LinkedHashSet<>(List.of("Id"));
    by.forEach(f -> columns.add(name(f)));
    select.forEach(f -> columns.add(name(f)));
    Set<String> folded = new LinkedHashSet<>();
    // A field asked for twice, even in another case, is refused.
    columns.removeIf(c -> !folded.add(c.toLowerCase(Locale.ROOT)));
    return "SELECT " + String.join(",", columns) + " FROM " + name(object) + " WHERE ";
  }

  /** Nothing but names goes into a query unquoted. */
  private static String name(String name) {
    if (!name.matches("[A-Za-z]\\w*(\\.[A-Za-z]\\w*)*")) {
      throw new ConnectorException(
          Kind.MISCONFIGURED, "Salesforce has no object or field called \"" + name + "\"");
    }
    return name;
  }

  private static String all(ObjectNode values, Optional<SalesforceObject> described) {
    return values.properties().stream()
        .map(e -> name(e.getKey()) + " = " + literal(e.getKey(), e.getValue(), described))
        .collect(Collectors.joining(" AND ", "(", ")"));
  }

  private static boolean findable(ObjectNode values) {
    for (JsonNode value : values) {
      if (!value.isValueNode() || value.isNull() || value.asText().isEmpty()) {
        return false;
      }
    }
    return !values.isEmpty();
  }

  /** Texts in single quotes, which SOQL escapes with a backslash; the rest is written bare. */
  private static String literal(
      String field, JsonNode value, Optional<SalesforceObject> described) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    if (value.isBoolean() || described.filter(d -> d.bare(field, value.asText())).isPresent()) {
      return value.asText();
    }
    StringBuilder escaped = new StringBuilder("'");
    for (char c : value.asText().toCharArray()) {
      switch (c) {
        case '\\', '\'' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> escaped.append(c);
      }
    }
    return escaped.append('\'').toString();
  }

  private List<JsonNode> rows(String query) {
    List<JsonNode> rows = new ArrayList<>();
    HttpAnswer answer = session.call("GET", path(query), Optional.empty());
    while (true) {
      if (!answer.successful()) {
        throw session.failure(Kind.MISCONFIGURED, "Salesforce refuses to find records", answer);
      }
      JsonNode page = session.body(answer);
      page.path("records").forEach(rows::add);
      if (page.path("done").asBoolean(true) || !page.hasNonNull("nextRecordsUrl")) {
        return rows;
      }
      answer = session.page(page.get("nextRecordsUrl").asText());
    }
  }

  /** Values that Salesforce takes for the same are the same text. */
  private static String folded(
      ObjectNode fields, JsonNode row, Optional<SalesforceObject> described) {
    List<String> values = new ArrayList<>();
    fields
        .properties()
        .forEach(e -> values.add(folded(e.getKey(), at(row, e.getKey()), described)));
    return values.size() == 1 ? values.get(0) : values.toString();
  }

  private static String folded(String field, JsonNode value, Optional<SalesforceObject> described) {
    if (value.isNumber()) {
      return value.decimalValue().stripTrailingZeros().toPlainString();
    }
    if (field.equalsIgnoreCase("Id")) {
      // The first 15 characters are the id; three more make it safe where case gets lost.
      return value.asText().substring(0, Math.min(15, value.asText().length()));
    }
    String text = described.map(d -> d.language(field, value)).orElse(value).asText().strip();
    boolean exact = described.filter(d -> d.caseSensitive(field)).isPresent();
    return exact ? text : text.toLowerCase(Locale.ROOT);
  }

  /** A row's field under a name of any case, or a parent's under a dotted one. */
  static JsonNode at(JsonNode row, String name) {
    JsonNode node = row;
    for (String step : name.split("\\.", -1)) {
      JsonNode exact = node.path(step);
      node =
          exact.isMissingNode()
              ? node.properties().stream()
                  .filter(f -> f.getKey().equalsIgnoreCase(step))
                  .map(Map.Entry::getValue)
                  .findFirst()
                  .orElse(exact)
              : exact;
    }
    return node;
  }
}
