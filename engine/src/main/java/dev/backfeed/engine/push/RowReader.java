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
  private final boolean whole;
  private final MessageDigest digest;

  /**
   * A reader.
   *
   * @param whole whether all fields are sent, not only those that differ
   */
  RowReader(DiffSpec spec, boolean whole) {
    this.spec = spec;
    this.whole = whole;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads seq, op, record_key, destination_id, attempts, changed, keys, fields, old, superseded,
   * idempotency_key.
   */
  PlannedRow read(ResultSet row) throws SQLException {
    Change.Kind kind = Change.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
    String mask = row.getString(6);
    boolean everything = whole || mask == null || mask.indexOf('0') < 0;
    String recordKey = row.getString(3);
    String values = row.getString(8);
    return new PlannedRow(
        row.getLong(1),
        row.getString(2),
        kind,
        recordKey,
        new RowContent(spec, row.getString(7), values, row.getString(9), everything ? null : mask),
        Optional.ofNullable(row.getString(4)),
        row.getInt(5),
        row.getString(11) == null
            ? digest(
                (kind == Change.Kind.REMOVED ? "remove" : "write")
                    + '\n'
                    + recordKey
                    + '\n'
                    + values)
            : sendable(row.getString(11)),
        everything,
        row.getBoolean(10));
  }

  /** A user's own key may be of any length and hold what no header can carry. */
  private String sendable(String key) {
    return key.matches("[!-~]{1,64}") ? key : digest(key);
  }

  private String digest(String of) {
    digest.update((spec.syncId() + '\n' + of).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }
}
