package dev.backfeed.engine.histories;

/**
 * {@code DETECT CHANGES BY OPERATION}: the query is a feed.
 *
 * @param sequenced whether its rows have an order
 */
record Feeding(boolean sequenced) implements Detects {
  @Override
  public String text() {
    return " DETECT CHANGES BY OPERATION op" + (sequenced ? " ORDER BY seq" : "");
  }

  @Override
  public String columns() {
    return ", op, seq";
  }

  @Override
  public Detects unhindered() {
    return this;
  }
}
