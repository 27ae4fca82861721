package dev.backfeed.driver.shell;

import dev.backfeed.parser.StatementRouter;

/** Whether a text ends where another statement could begin. */
final class Completeness {
  private Completeness() {}

  /**
   * True for a blank text and after a semicolon that ends a statement; false within one, a literal
   * or a comment. The router knows the warehouse's quotes: a word added behind the text is a
   * statement more only if the last one had come to its end.
   */
  static boolean complete(StatementRouter router, String text) {
    return router.split(text + " x").size() > router.split(text).size();
  }
}
