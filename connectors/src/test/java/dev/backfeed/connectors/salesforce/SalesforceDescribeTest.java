package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an org tells of its objects, its user and its limits. */
class SalesforceDescribeTest extends OnScriptedOrg {
  @Test
  void describesFields() {
    org.signsIn();
    org.answers(
        200,
        """
        {"name":"Contact","fields":[
          {"name":"Id","type":"id","length":18,"idLookup":true,"nillable":false,"defaultedOnCreate":true},
          {"name":"LastName","type":"string","length":80,"createable":true,"updateable":true,"nillable":false},
          {"name":"Ext__c","type":"string","length":36,"createable":true,"updateable":true,"nillable":true,
           "externalId":true,"caseSensitive":true},
          {"name":"Email","type":"email","length":80,"createable":true,"updateable":true,"nillable":true,
           "idLookup":true,"caseSensitive":false},
          {"name":"Score__c","type":"double","createable":true,"updateable":true,"nillable":true},
          {"name":"Active__c","type":"boolean","createable":true,"updateable":true,"nillable":false,
           "defaultedOnCreate":true},
          {"name":"Tier__c","type":"picklist","length":255,"createable":true,"updateable":true,"nillable":true,
           "restrictedPicklist":true,"picklistValues":[{"value":"gold","active":true},
           {"value":"old","active":false}]},
          {"name":"Sum__c","type":"currency","calculated":true,"createable":false,"updateable":false},
          {"name":"AccountId","type":"reference","length":18,"createable":true,"updateable":true,
           "nillable":true,"relationshipName":"Account","referenceTo":["Account"]},
          {"name":"Seen__c","type":"datetime","createable":true,"updateable":true,"nillable":true}]}""");
    ObjectSchema schema;
    try (Destination destination = open(options())) {
      schema = destination.describe("Contact");
    }
    org.asked();
    assertThat(org.asked().getRequestLine())
        .isEqualTo("GET " + API + "sobjects/Contact/describe HTTP/1.1");
    assertThat(field(schema, "Id").key()).isFalse();
    assertThat(field(schema, "Id").writable()).isFalse();
    assertThat(field(schema, "lastname").required()).isTrue();
    assertThat(field(schema, "LastName").maxLength()).contains(80);
    assertThat(field(schema, "Ext__c").keyComparison())
        .contains(dev.backfeed.engine.spi.KeyComparison.EXACT);
    assertThat(field(schema, "Email").keyComparison())
        .contains(dev.backfeed.engine.spi.KeyComparison.CASE_INSENSITIVE);
    assertThat(field(schema, "Score__c").type()).isEqualTo(FieldType.NUMBER);
    assertThat(field(schema, "Active__c").required()).isFalse();
    assertThat(field(schema, "Tier__c").allowedValues()).containsExactly("gold");
    assertThat(field(schema, "Sum__c").writable()).isFalse();
    assertThat(field(schema, "Account").type()).isEqualTo(FieldType.ANY);
    assertThat(field(schema, "Seen__c").type()).isEqualTo(FieldType.TIMESTAMP);
    assertThat(schema.field("Nope__c")).isEmpty();
  }

  @Test
  void anUnknownObjectOffersTheNearest() {
    org.signsIn();
    org.answers(404, "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"no\"}]");
    org.answers(200, "{\"sobjects\":[{\"name\":\"Contact\"},{\"name\":\"Account\"}]}");
    try (Destination destination = open(options())) {
      assertThatThrownBy(() -> destination.describe("Acount"))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("did you mean \"Account\"?");
    }
  }

  @Test
  void testsCredentialsPermissionsAndQuota() {
    org.signsIn();
    org.answers(
        200,
        "{\"sobjects\":[{\"name\":\"A\",\"createable\":true,\"updateable\":true},{\"name\":\"B\"}]}");
    org.answers(200, "{\"DailyApiRequests\":{\"Max\":15000,\"Remaining\":14998}}");
    try (Destination destination = open(options())) {
      assertThat(destination.test())
          .containsExactly(
              new Check("credentials", true, "signed in to " + org.origin()),
              new Check("permissions", true, "1 of 2 objects can be written"),
              new Check("quota", true, "14998 of 15000 calls left today"));
      assertThat(destination.callsRemaining()).hasValue(14975);
    }
  }

  @Test
  void wrongCredentialsAreOneFailedCheck() {
    org.answers(400, "{\"error\":\"invalid_client\",\"error_description\":\"bad " + SECRET + "\"}");
    try (Destination destination = open(options())) {
      List<Check> checks = destination.test();
      assertThat(checks).hasSize(1);
      assertThat(checks.get(0).ok()).isFalse();
      assertThat(checks.get(0).message()).contains("invalid_client").doesNotContain(SECRET);
    }
  }

  private static ObjectSchema.Field field(ObjectSchema schema, String name) {
    return schema.field(name).orElseThrow();
  }
}
