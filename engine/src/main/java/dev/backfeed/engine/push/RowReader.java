package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.parser.command.OnRemove;
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
  private final RowConstants constants;

  /**
   * A reader.
   *
   * @param whole whether all fields are sent, not only those that differ
   */
  RowReader(DiffSpec spec, String runId, boolean whole, RowConstants constants) {
    this.spec = spec;
    this.runId = runId;
    this.whole = whole;
    this.constants = constants;
  }

  /**
   * Reads seq, op, record_key, destination_id, attempts, changed, keys, fields, old, superseded,
   * idempotency_key, doubt, removal, flagged, back; ours, lost, times where values are asked for;
   * match, links where records are looked for; former_key where they may be there under one.
   */
  PlannedRow read(ResultSet row) throws SQLException {
    Change.Kind kind = Change.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
    String letters = row.getString(6);
    boolean unsure = row.getInt(12) == 1 || row.getInt(12) == 2;
    boolean everything = whole || unsure || kind == Change.Kind.RESENT;
    Optional<OnRemove> leaving = Optional.ofNullable(row.getString(13)).map(OnRemove::valueOf);
    long seq = row.getLong(1);
    RowContent.Asked asked = asked(row);
    Optional<String> id = Optional.ofNullable(row.getString(4));
    return new PlannedRow(
        seq,
        row.getString(2),
        kind,
        row.getString(3),
        new RowContent(spec, row.getString(7), row.getString(8), row.getString(9), letters, asked),
        id,
        row.getInt(5),
        // Of this run: a value that goes back to what it was must not pass for a repetition.
        row.getString(11) == null ? runId + '-' + seq : sendable(row.getString(11)),
        everything && !spec.hasPolicies() && leaving.isEmpty()
            ? null
            : FieldLetters.sent(letters, everything),
        unsure,
        leaving,
        constants.of(leaving.isPresent(), row.getBoolean(14), row.getBoolean(15)),
        asked.former() != null && id.isPresent(),
        row.getBoolean(10),
        PlannedRow.Decision.NONE);
  }

  private RowContent.Asked asked(ResultSet row) throws SQLException {
    boolean links = !spec.rules().links().equals(DiffSpec.Links.NONE);
    boolean moves = spec.rekeyed().isPresent();
    int next = spec.asks() ? 19 : 16;
    return spec.asks() || links || moves
        ? new RowContent.Asked(
            spec.asks() ? row.getString(16) : null,
            spec.asks() ? row.getString(17) : null,
            spec.asks() ? row.getString(18) : null,
            links ? row.getString(next) : null,
            links ? row.getString(next + 1) : null,
            moves ? row.getString(links ? next + 2 : next) : null)
        : RowContent.Asked.NOTHING;
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
