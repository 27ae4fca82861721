package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * From the letters of a planned row ({@code changed}, one a field) to what goes into a call: {@code
 * 1} sent, {@code 0} not, {@code ?} for the destination's present value to decide. Null stands for
 * all fields, as it does in the plan.
 */
final class FieldLetters {
  static final char OPEN = '?';

  private FieldLetters() {}

  /**
   * What is sent of a row.
   *
   * @param whole whether all fields are, as far as their policies allow
   */
  static String sent(String letters, boolean whole) {
    if (letters == null) {
      return null;
    }
    StringBuilder sent = new StringBuilder(letters.length());
    for (int i = 0; i < letters.length(); i++) {
      sent.append(
          switch (letters.charAt(i)) {
            case '1', 'p' -> '1';
            case '0', 'u' -> whole ? '1' : '0';
            case 'k', 'U' -> whole ? OPEN : '0';
            case 'K', 'P', 'C' -> OPEN;
            default -> '0';
          });
    }
    return everything(sent);
  }

  /** What is sent to make a record anew: all but nulls that are ignored. */
  static String anew(String letters, RowContent content) {
    if (letters == null) {
      return null;
    }
    StringBuilder sent = new StringBuilder(letters.length());
    for (int i = 0; i < letters.length(); i++) {
      JsonNode value = letters.charAt(i) == 'n' ? content.value(i) : null;
      sent.append(value != null && value.isNull() ? '0' : '1');
    }
    return everything(sent);
  }

  private static String everything(StringBuilder sent) {
    return sent.indexOf("0") < 0 && sent.indexOf("?") < 0 ? null : sent.toString();
  }
}
