package dev.backfeed.connectors.http;

/** What became of a request the one time it was put on the wire. */
sealed interface Attempt {
  /** An answer came back, of whatever status. */
  record Answered(HttpAnswer answer) implements Attempt {}

  /** No connection was made: nothing can have been applied. */
  record NotSent(String why) implements Attempt {}

  /** Something was sent and no whole answer came back: it may have been applied. */
  record Lost(String why) implements Attempt {}

  /** Whether the same request may work a little later, and may be sent again. */
  default boolean retryable(HttpRequest request) {
    if (this instanceof Answered answered) {
      HttpAnswer a = answered.answer();
      return busy(request)
          || a.status() == 425
          || a.status() == 503
          || brokenAndRepeatable(request);
    }
    return this instanceof NotSent || request.repeatable();
  }

  /** Whether the destination says that we ask too much of it. */
  default boolean busy(HttpRequest request) {
    return this instanceof Answered a
        && (a.answer().status() == 429 || request.busy().test(a.answer()));
  }

  /** Whether the request may have been applied although no success was answered. */
  default boolean uncertain() {
    return this instanceof Lost
        || (this instanceof Answered a
            && broken(a.answer().status())
            && a.answer().status() != 408);
  }

  private boolean brokenAndRepeatable(HttpRequest request) {
    return this instanceof Answered a && broken(a.answer().status()) && request.repeatable();
  }

  /** Statuses of servers and proxies that lost their way; 520 to 529 are those of a known proxy. */
  private static boolean broken(int status) {
    return switch (status) {
      case 408, 500, 502, 504, 507 -> true;
      default -> status >= 520 && status <= 529;
    };
  }
}
