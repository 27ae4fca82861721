package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.warehouse.DiffSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Reads a row of {@link PlanPages}; its values stay texts until they are sent. */
final class RowReader {
  private final DiffSpec spec;
  private final String runId;
  private final boolean whole;

  /**
   * A reader.
   *
   * @param whole whether all fields are sent, not only those that differ
   */
  RowReader(DiffSpec spec, String runId, boolean whole) {
    this.spec = spec;
    this.runId = runId;
    this.whole = whole;
  }

  /**
   * Reads seq, op, record_key, destination_id, attempts, changed, keys, fields, old, superseded,
   * idempotency_key.
   */
  PlannedRow read(ResultSet row) throws SQLException {
    Change.Kind kind = Change.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
    String mask = row.getString(6);
    boolean everything = whole || mask == null || mask.indexOf('0') < 0;
    long seq = row.getLong(1);
    return new PlannedRow(
        seq,
        row.getString(2),
        kind,
        row.getString(3),
        new RowContent(
            spec, row.getString(7), row.getString(8), row.getString(9), everything ? null : mask),
        Optional.ofNullable(row.getString(4)),
        row.getInt(5),
        // Of this run: a value that goes back to what it was must not pass for a repetition.
        row.getString(11) == null ? runId + '-' + seq : sendable(row.getString(11)),
        everything,
        row.getBoolean(10));
  }

  /** A user's own key may be of any length and hold what no header can carry. */
  private String sendable(String key) {
    return key.matches("[!-~]{1,64}") ? key : digest(key);
  }

  private String digest(String of) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((spec.syncId() + '\n' + of).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
