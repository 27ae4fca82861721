package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Delivers changes as the engine does: cut to the batch limit, refused batches halved until the bad
 * row stands alone. Checks that every batch is answered with exactly one outcome a change.
 */
public final class Delivery {
  private final ToIntFunction<Operation> batchSize;
  private final Destination destination;
  private final String object;
  private int batches;

  public Delivery(ToIntFunction<Operation> batchSize, Destination destination, String object) {
    this.batchSize = batchSize;
    this.destination = destination;
    this.object = object;
  }

  /** The outcomes, in the order of the changes and indexed by it. */
  public List<Outcome> deliver(Operation operation, List<Change> changes) {
    int limit = batchSize.applyAsInt(operation);
    List<Outcome> outcomes = new ArrayList<>();
    for (int from = 0; from < changes.size(); from += limit) {
      List<Change> part = changes.subList(from, Math.min(changes.size(), from + limit));
      for (Outcome o : send(operation, part)) {
        outcomes.add(new Outcome(outcomes.size(), o.status(), o.destinationId(), o.error()));
      }
    }
    return outcomes;
  }

  private List<Outcome> send(Operation operation, List<Change> part) {
    List<Change> indexed = new ArrayList<>();
    part.forEach(c -> indexed.add(c.at(indexed.size())));
    String key = "0000000b-" + ++batches;
    Answer answer = destination.write(new Batch(operation, object, indexed, key));
    if (answer instanceof Answer.Answered answered) {
      return inOrder(answered.outcomes(), part.size());
    }
    if (answer instanceof Answer.Refused refused) {
      if (part.size() == 1) {
        return List.of(Outcome.failed(0, refused.error()));
      }
      List<Outcome> both = new ArrayList<>(send(operation, part.subList(0, part.size() / 2)));
      both.addAll(send(operation, part.subList(part.size() / 2, part.size())));
      return both;
    }
    throw new AssertionError("an answer that this kit does not know: " + answer);
  }

  private static List<Outcome> inOrder(List<Outcome> outcomes, int size) {
    assertThat(outcomes.stream().map(Outcome::index).sorted().toList())
        .as("one outcome a change, by index")
        .isEqualTo(java.util.stream.IntStream.range(0, size).boxed().toList());
    return outcomes.stream().sorted(java.util.Comparator.comparingInt(Outcome::index)).toList();
  }
}
