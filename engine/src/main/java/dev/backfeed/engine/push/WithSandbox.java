package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import java.util.List;
import java.util.OptionalLong;

/** A destination that closes its sandbox's store when it is closed itself. */
record WithSandbox(Destination destination, SandboxRecords records) implements Destination {
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
  public void close() {
    try {
      destination.close();
    } finally {
      records.close();
    }
  }
}
