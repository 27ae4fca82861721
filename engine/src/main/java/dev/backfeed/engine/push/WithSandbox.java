package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.RecordReader;
import java.util.List;
import java.util.OptionalLong;

/**
 * A destination that closes its sandbox's store when it is closed itself, and can be read if the
 * destination can.
 */
class WithSandbox implements Destination {
  private final Destination destination;
  private final SandboxRecords records;

  private WithSandbox(Destination destination, SandboxRecords records) {
    this.destination = destination;
    this.records = records;
  }

  static Destination of(Destination destination, SandboxRecords records) {
    return destination instanceof RecordReader reader
        ? new Reading(destination, reader, records)
        : new WithSandbox(destination, records);
  }

  private static final class Reading extends WithSandbox implements RecordReader {
    private final RecordReader reader;

    Reading(Destination destination, RecordReader reader, SandboxRecords records) {
      super(destination, records);
      this.reader = reader;
    }

    @Override
    public List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
      return reader.read(object, wanted, fields);
    }
  }

  @Override
  public String account() {
    return destination.account();
  }

  @Override
  public List<Check> test() {
    return destination.test();
  }

  @Override
  public ObjectSchema describe(String object) {
    return destination.describe(object);
  }

  @Override
  public OptionalLong callsRemaining() {
    return destination.callsRemaining();
  }

  @Override
  public Answer write(Batch batch) {
    return destination.write(batch);
  }

  @Override
  public String request(Batch batch) {
    return destination.request(batch);
  }

  @Override
  public void close() {
    try {
      destination.close();
    } finally {
      records.close();
    }
  }
}
