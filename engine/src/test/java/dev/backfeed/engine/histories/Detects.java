package dev.backfeed.engine.histories;

/** How a sync finds changes, if not by comparing everything. */
sealed interface Detects permits Looking, Feeding {
  /** The clause. */
  String text();

  /** The columns of the query that it needs. */
  String columns();

  /** The same without anything that keeps rows from being found. */
  Detects unhindered();
}
