package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.ConnectorException;
import java.util.function.Supplier;

/**
 * An access token that several threads share and at most one renews. Once the destination has
 * refused our credentials it is not asked again: repeated attempts lock accounts.
 *
 * @param <T> the token and what came with it; equal only if the token is
 */
public final class TokenSource<T> {
  private final Supplier<T> fetch;
  private T token;
  private ConnectorException refused;

  /**
   * @param fetch asks for a new token; throws {@code CREDENTIALS} where none is given
   */
  public TokenSource(Supplier<T> fetch) {
    this.fetch = fetch;
  }

  /** The token in use, fetched if there is none yet. */
  public synchronized T current() {
    return token == null ? fetched() : token;
  }

  /**
   * A token that is newer than this one, which the destination no longer takes. Fetches only if no
   * other thread has done so meanwhile.
   */
  public synchronized T newerThan(T expired) {
    return token == null || token.equals(expired) ? fetched() : token;
  }

  private T fetched() {
    if (refused != null) {
      throw new ConnectorException(refused.kind(), refused.getMessage());
    }
    try {
      token = fetch.get();
      return token;
    } catch (ConnectorException e) {
      if (e.kind() == ConnectorException.Kind.CREDENTIALS) {
        refused = e;
      }
      throw e;
    }
  }
}
