package dev.backfeed.engine.spi;

import java.util.List;
import java.util.OptionalLong;

/**
 * One opened destination, for one statement or run. Used by several threads at once. Every request
 * it makes passes the {@link CallGate}; what goes wrong with a call is a {@link
 * ConnectorException}. Besides, only the gate's {@link RunStopped} is let through; anything else
 * counts as a fault of the connector and ends the run.
 *
 * <p>More abilities ({@link RecordReader}) are interfaces of their own that a destination may
 * implement beside this one, named by the manifest's {@code operations}.
 */
public interface Destination extends AutoCloseable {
  /**
   * The account at the vendor that limits and quotas belong to, for instance {@code
   * salesforce:acme.my.salesforce.com}: two destinations with the same account share them. Makes no
   * call.
   */
  String account();

  /**
   * Credentials, permissions, quota left: one row a check. A failed check is a row, no exception.
   */
  List<Check> test();

  /**
   * The fields of an object.
   *
   * @throws ConnectorException {@code MISCONFIGURED} if there is no such object, with the nearest
   *     name where it can be told
   */
  ObjectSchema describe(String object);

  /**
   * Calls the vendor still allows today, from an answer or a limits endpoint; empty where the
   * vendor does not say. May make one call.
   */
  default OptionalLong callsRemaining() {
    return OptionalLong.empty();
  }

  /**
   * Sends one batch and waits for what became of each row. Per-row answers are mapped by what the
   * vendor guarantees (index, key, id), never by hope; a success status with an error inside is an
   * error; deleting a record that is gone is a deletion.
   */
  Answer write(Batch batch);

  /**
   * What {@link #write} would send for this batch, for a person to read: method, address and body,
   * or the statement and its values. No secret is in it. Makes no call, but for describing an
   * object that this destination was not asked for yet.
   */
  String request(Batch batch);

  @Override
  void close();
}
