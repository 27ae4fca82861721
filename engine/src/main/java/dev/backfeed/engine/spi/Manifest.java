package dev.backfeed.engine.spi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a type of destination is, as data: the connector's {@code <type>.yaml}. Whatever needs a
 * condition is Java instead. In the file, words are joined by underscores ({@code finds_by}); type,
 * doc, operations and finds_by must be there, the rest where it says something.
 *
 * @param type the word after {@code TYPE}, lower case
 * @param doc one or two sentences for a person who chooses
 * @param options what may stand in {@code WITH (…)}, beside the options every type has
 * @param objectOptions what may stand in a sync's {@code WITH (…)} for this type
 * @param operations what it can do
 * @param idempotent those of the operations that may be repeated without harm; without {@code
 *     upsert} among them, or an idempotency key, each page is announced in the warehouse before it
 *     is sent
 * @param idempotencyKey whether the destination drops a repeated {@link Change#idempotencyKey()}
 * @param batch most changes a write by operation; {@code default} for those not named, else 1
 * @param keyComparison how keys compare where a field does not say otherwise
 * @param maxKeyFields most fields a key may have; empty for any number
 * @param findsBy how a record is found by its key, for a person
 * @param callsPerSecond default of {@code max_calls_per_second}; empty for no limit
 * @param concurrency default of {@code max_concurrency}, else 4
 * @param timeout default of {@code timeout}, else {@code 30 seconds}
 * @param hosts patterns of the hosts a secret of this type may be sent to and that answers may name
 *     ({@code *.salesforce.com}); empty where the user's own option says it
 * @param errors the vendor's error codes, by our {@link RowError#type()}; for the connector,
 *     through {@link #errorType}
 * @param byId whether a record can be written by its id ({@link Change#byId()}): for MATCH and
 *     REKEY
 * @param changeTimes whether a record read back tells when it was changed, whatever the options:
 *     for KEEP LATEST; see {@link Connector#tellsChangeTimes}
 * @param countsByPlan whether created and updated are told by the planned operation because the
 *     destination does not say; for people who read the manifest, the engine does not ask
 */
public record Manifest(
    String type,
    String doc,
    List<Option> options,
    @JsonProperty("object_options") List<Option> objectOptions,
    Set<Operation> operations,
    Set<Operation> idempotent,
    @JsonProperty("idempotency_key") boolean idempotencyKey,
    Map<String, Integer> batch,
    @JsonProperty("key_comparison") KeyComparison keyComparison,
    @JsonProperty("max_key_fields") Optional<Integer> maxKeyFields,
    @JsonProperty("finds_by") String findsBy,
    @JsonProperty("calls_per_second") Optional<Double> callsPerSecond,
    Optional<Integer> concurrency,
    Optional<String> timeout,
    List<String> hosts,
    Map<String, List<String>> errors,
    @JsonProperty("by_id") boolean byId,
    @JsonProperty("change_times") boolean changeTimes,
    @JsonProperty("counts_by_plan") boolean countsByPlan) {

  public Manifest {
    options = options == null ? List.of() : List.copyOf(options);
    objectOptions = objectOptions == null ? List.of() : List.copyOf(objectOptions);
    operations = Set.copyOf(operations);
    idempotent = idempotent == null ? Set.of() : Set.copyOf(idempotent);
    batch = batch == null ? Map.of() : Map.copyOf(batch);
    keyComparison = keyComparison == null ? KeyComparison.EXACT : keyComparison;
    maxKeyFields = maxKeyFields == null ? Optional.empty() : maxKeyFields;
    findsBy = findsBy == null ? "" : findsBy;
    callsPerSecond = callsPerSecond == null ? Optional.empty() : callsPerSecond;
    concurrency = concurrency == null ? Optional.empty() : concurrency;
    timeout = timeout == null ? Optional.empty() : timeout;
    hosts = hosts == null ? List.of() : List.copyOf(hosts);
    errors = errors == null ? Map.of() : Map.copyOf(errors);
  }

  /** The type of an option's value. */
  public enum OptionType {
    STRING,
    NUMBER,
    FLAG,
    DURATION
  }

  /**
   * One option.
   *
   * @param name lower case; one that ends in {@code .*} stands for a family ({@code header.*})
   * @param type of its value
   * @param required whether it must be given (never with a default); not with {@code sandbox =
   *     TRUE}
   * @param secret whether it must be a {@code SECRET} reference
   * @param where whether it says where data goes: it cannot hold a secret, nor change while a sync
   *     holds state
   * @param fallback its value where not given, as text; {@code default} in the file
   * @param values the allowed values; empty where any will do
   * @param doc one sentence
   */
  public record Option(
      String name,
      OptionType type,
      boolean required,
      boolean secret,
      boolean where,
      @JsonProperty("default") Optional<String> fallback,
      List<String> values,
      String doc) {
    public Option {
      type = type == null ? OptionType.STRING : type;
      fallback = fallback == null ? Optional.empty() : fallback;
      values = values == null ? List.of() : List.copyOf(values);
    }
  }

  /** Most changes that one write of this operation may carry. */
  public int batchSize(Operation operation) {
    Integer named = batch.get(operation.name().toLowerCase(java.util.Locale.ROOT));
    return named != null ? named : batch.getOrDefault("default", 1);
  }

  /** Our type for one of the vendor's error codes. */
  public Optional<String> errorType(String vendorCode) {
    return errors.entrySet().stream()
        .filter(e -> e.getValue().contains(vendorCode))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Reads a manifest that lies beside a class.
   *
   * @throws UncheckedIOException if it is missing, or holds a word this version does not know
   */
  public static Manifest read(Class<?> beside, String file) {
    YAMLMapper yaml =
        YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new com.fasterxml.jackson.datatype.jdk8.Jdk8Module())
            .build();
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("no " + file + " beside " + beside.getName());
      }
      return yaml.readValue(in, Manifest.class);
    } catch (IOException e) {
      throw new UncheckedIOException("manifest " + file + ": " + e.getMessage(), e);
    }
  }
}
