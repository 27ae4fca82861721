package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import java.util.List;
import java.util.Optional;

/**
 * {@code DETECT CHANGES BY …}: which rows a run looks at, and what it can tell of the others.
 *
 * @param absence whether a row of the state that the query does not have has left it
 * @param watermark for BY COLUMN
 * @param feed for BY OPERATION
 */
public record Detection(boolean absence, Optional<Watermark> watermark, Optional<Feed> feed) {
  /** The whole result is compared with the whole state. */
  public static final Detection DIFF = new Detection(true, Optional.empty(), Optional.empty());

  /** By a watermark. */
  public static Detection by(Watermark watermark, boolean absence) {
    return new Detection(absence, Optional.of(watermark), Optional.empty());
  }

  /** By a feed, which says itself what has left. */
  public static Detection by(Feed feed) {
    return new Detection(false, Optional.empty(), Optional.of(feed));
  }

  /** Whether it is the whole result that is looked at. */
  public boolean everything() {
    return feed.isEmpty() && watermark.flatMap(Watermark::since).isEmpty();
  }

  /** The same where nothing is said of rows that the query does not have. */
  public Detection withoutAbsence() {
    return new Detection(absence && watermark.isEmpty(), watermark, feed);
  }

  /**
   * A column that grows with each change.
   *
   * @param column whose greatest value is remembered
   * @param type a time, an integer or a decimal
   * @param since the greatest value that was seen before, as text; empty to look at everything
   * @param lookbackMinutes how far below it rows are looked at again
   * @param unsure whether the state has rows of which it is not sure
   */
  public record Watermark(
      String column,
      ColumnType type,
      Optional<String> since,
      long lookbackMinutes,
      boolean unsure) {}

  /**
   * A query whose rows are changes, and the table where they wait for their answers.
   *
   * @param backlog that table
   * @param operation the column that names what has happened
   * @param sequence the column by which the latest of several rows of a key is found
   * @param besides the types of the columns that come along beside keys and fields
   * @param judged the columns that constraints may ask for and no field has; empty without any
   * @param taken whether the rows of the query are in the table by now
   */
  public record Feed(
      String backlog,
      String operation,
      Optional<DiffSpec.KeyColumn> sequence,
      List<ColumnType> besides,
      List<DiffSpec.KeyColumn> judged,
      boolean taken) {
    public Feed {
      besides = List.copyOf(besides);
      judged = List.copyOf(judged);
    }

    /** The same once its rows are in the table. */
    public Feed whenTaken() {
      return new Feed(backlog, operation, sequence, besides, judged, true);
    }
  }
}
