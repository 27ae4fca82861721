package dev.backfeed.driver.agent;

import java.util.OptionalInt;

/** Told what an agent does, on several threads. What it throws is ignored. */
public interface AgentListener {
  /** A listener that does not listen. */
  AgentListener NONE = new AgentListener() {};

  /**
   * It has signed in.
   *
   * @param port where it listens on loopback; empty if it does not
   */
  default void started(String agent, OptionalInt port) {}

  /**
   * A task came to an end.
   *
   * @param what in words: the sync that was due, or the request
   * @param status as in the table {@code requests}, or {@code handed back}
   * @param detail what to know of it; empty text for nothing
   * @param millis how long it took
   */
  default void ended(String what, String status, String detail, long millis) {}

  /** Something went wrong beside the tasks: the warehouse cannot be reached. */
  default void trouble(String message) {}

  /** It has signed out. */
  default void stopped() {}
}
