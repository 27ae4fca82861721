package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.RecordReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * An opened scripted destination. Objects take any field, but for {@code Account}, which describes
 * its fields, {@code Contact}, whose {@code Name} is required and has at most 10 characters and
 * whose {@code Tier} is {@code gold} or {@code silver}, {@code Folded} and {@code FoldedForm},
 * whose key {@code id} is compared without case (the latter takes any field beside it), and {@code
 * Nothing}, which does not exist.
 */
final class ScriptedDestination implements Destination, RecordReader {
  private static final ObjectSchema ACCOUNT =
      new ObjectSchema(
          true,
          List.of(
              field("Customer_Id__c", FieldType.TEXT, true, true),
              field("Name", FieldType.TEXT, true, false),
              field("Health_Score__c", FieldType.NUMBER, true, false),
              field("At_Risk__c", FieldType.BOOLEAN, true, false),
              field("Scored_At__c", FieldType.TIMESTAMP, true, false),
              field("CreatedDate", FieldType.TIMESTAMP, false, false)));

  private static final ObjectSchema CONTACT =
      new ObjectSchema(
          true,
          List.of(
              field("id", FieldType.TEXT, true, true),
              text("Name", true, 10, List.of()),
              text("Tier", false, 6, List.of("gold", "silver")),
              field("Email", FieldType.TEXT, true, true),
              field("Score", FieldType.NUMBER, true, false),
              field("Active", FieldType.BOOLEAN, true, false),
              field("Born", FieldType.DATE, true, false),
              field("Seen_At", FieldType.TIMESTAMP, true, false),
              field("Notes", FieldType.JSON, true, false),
              field("Owner", FieldType.ANY, true, false),
              field("Created_At", FieldType.TIMESTAMP, false, false)));

  private static final ObjectSchema FOLDED =
      new ObjectSchema(
          true,
          List.of(
              new ObjectSchema.Field(
                  "id",
                  FieldType.TEXT,
                  false,
                  true,
                  true,
                  Optional.of(KeyComparison.CASE_INSENSITIVE),
                  Optional.empty(),
                  List.of()),
              field("v", FieldType.NUMBER, true, false)));

  private static final ObjectSchema FOLDED_FORM =
      new ObjectSchema(false, List.of(FOLDED.fields().get(0)));

  private final DestinationContext context;
  private final ScriptedVendor vendor;

  ScriptedDestination(DestinationContext context, ScriptedVendor vendor) {
    this.context = context;
    this.vendor = vendor;
  }

  @Override
  public String account() {
    return "scripted:" + context.name();
  }

  @Override
  public List<Check> test() {
    return List.of(new Check("credentials", true, "there are none"));
  }

  @Override
  public ObjectSchema describe(String object) {
    vendor.failIfTold(object);
    return switch (object) {
      case "Account" -> ACCOUNT;
      case "Contact" -> CONTACT;
      case "Folded" -> FOLDED;
      case "FoldedForm" -> FOLDED_FORM;
      case "Nothing" ->
          throw new ConnectorException(
              ConnectorException.Kind.MISCONFIGURED, "there is no object \"Nothing\"");
      default -> ObjectSchema.FREE_FORM;
    };
  }

  @Override
  public OptionalLong callsRemaining() {
    return vendor.callsRemaining();
  }

  @Override
  public Answer write(Batch batch) {
    context.gate().beforeCall(false);
    try {
      return vendor.write(batch);
    } finally {
      context.gate().afterCall(batch.changes().size());
    }
  }

  @Override
  public List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
    context.gate().beforeCall(false);
    try {
      return vendor.read(object, wanted, fields);
    } finally {
      context.gate().afterCall(wanted.size());
    }
  }

  @Override
  public String request(Batch batch) {
    return batch.changes().stream()
        .map(change -> ScriptedVendor.line(batch, change))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  private static ObjectSchema.Field field(
      String name, FieldType type, boolean writable, boolean key) {
    return new ObjectSchema.Field(
        name,
        type,
        false,
        writable,
        key,
        Optional.empty(),
        type == FieldType.TEXT ? Optional.of(80) : Optional.empty(),
        List.of());
  }

  private static ObjectSchema.Field text(
      String name, boolean required, int length, List<String> allowed) {
    return new ObjectSchema.Field(
        name,
        FieldType.TEXT,
        required,
        true,
        false,
        Optional.empty(),
        Optional.of(length),
        allowed);
  }
}
