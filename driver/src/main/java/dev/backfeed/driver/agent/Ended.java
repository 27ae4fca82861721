package dev.backfeed.driver.agent;

import dev.backfeed.engine.AgentDesk.Answer;
import dev.backfeed.engine.AgentDesk.Due;
import dev.backfeed.engine.AgentDesk.Request;
import dev.backfeed.engine.AgentDesk.Task;
import java.util.Optional;

/**
 * A task that a worker is done with.
 *
 * @param answer what became of it; empty if it is handed back
 * @param detail what to know of it; empty text for nothing
 * @param millis how long it took
 * @param notBefore when it may be handed back, by {@code System.nanoTime}
 */
record Ended(Task task, Optional<Answer> answer, String detail, long millis, long notBefore) {
  /** In words, for a log. */
  String what() {
    return task instanceof Request request
        ? "request " + request.id()
        : "sync \"" + ((Due) task).sync() + "\" due " + ((Due) task).dueAt();
  }

  String status() {
    return answer.map(Answer::status).orElse("handed back");
  }
}
