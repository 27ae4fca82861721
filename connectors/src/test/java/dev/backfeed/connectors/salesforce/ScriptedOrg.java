package dev.backfeed.connectors.salesforce;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A server that gives prepared answers in order and remembers what it was asked. */
final class ScriptedOrg implements AutoCloseable {
  private final MockWebServer server = new MockWebServer();
  private final String origin;

  ScriptedOrg() {
    try {
      server.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    origin = "http://localhost:" + server.getPort();
  }

  String origin() {
    return origin;
  }

  /** Answers a token request in the vendor's form. */
  void signsIn() {
    signsIn("00Dxx!token-1", origin);
  }

  void signsIn(String token, String instanceUrl) {
    answers(
        200,
        "{\"access_token\":\""
            + token
            + "\",\"scope\":\"api\",\"instance_url\":\""
            + instanceUrl
            + "\",\"id\":\"https://login.salesforce.com/id/00Dxx/005xx\",\"token_type\":\"Bearer\"}");
  }

  void answers(int status, String body) {
    enqueue(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Content-Type", "application/json;charset=UTF-8")
            .addHeader(
                "Sforce-Limit-Info", "per-app-api-usage=42/100(appName=x), api-usage=25/15000")
            .body(body)
            .build());
  }

  void enqueue(MockResponse response) {
    server.enqueue(response);
  }

  RecordedRequest asked() {
    try {
      RecordedRequest request = server.takeRequest(5, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("nothing more was asked");
      }
      return request;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  int requests() {
    return server.getRequestCount();
  }

  @Override
  public void close() {
    server.close();
  }
}
