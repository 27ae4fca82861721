package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.Parameter;
import dev.backfeed.parser.internal.StatementOutline;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** What the {@code ?} of one statement stand for while the grammar reads it. Used once. */
public final class Arguments {
  /** For a statement without any. */
  public static final Arguments NONE = of();

  private final List<Object> values;
  private final Parameter.Kind[] kinds;
  private final boolean standIns;

  private Arguments(List<Object> values, boolean standIns) {
    this.values = values;
    this.kinds = new Parameter.Kind[values.size()];
    this.standIns = standIns;
  }

  /** Values that {@link #checked} gave. */
  public static Arguments of(Object... values) {
    return new Arguments(Arrays.asList(values), false);
  }

  /** Values that make sense wherever they stand, to find out where that is. */
  public static Arguments standIns(int count) {
    return new Arguments(Arrays.asList(new Object[count]), true);
  }

  /** Whether the values only show what their places want. */
  boolean standIns() {
    return standIns;
  }

  /** What the place of a parameter wants, once the grammar has been there. */
  public Parameter.Kind kind(int index) {
    return kinds[index];
  }

  Object value(int index, Parameter.Kind kind) {
    kinds[index] = kind;
    if (!standIns) {
      return values.get(index);
    }
    return switch (kind) {
      case NAME -> "?" + (index + 1);
      case TEXT, ANY -> "";
      case WHOLE -> 1L;
    };
  }

  /** A part of a statement with the values in place of the {@code ?}, each as a literal of ours. */
  String insertedInto(StatementOutline outline, int from, int to) {
    StringBuilder text = new StringBuilder();
    int done = from;
    for (int i = 0; i < outline.parameters().size(); i++) {
      int at = outline.parameters().get(i);
      if (at >= from && at < to) {
        text.append(outline.source(), done, at).append(literal(kinds[i], value(i, kinds[i])));
        done = at + 1;
      }
    }
    return text.append(outline.source(), done, to).toString();
  }

  private static String literal(Parameter.Kind kind, Object value) {
    if (value instanceof String text) {
      String quote = kind == Parameter.Kind.NAME ? "\"" : "'";
      return quote + text.replace(quote, quote + quote) + quote;
    }
    return value instanceof Boolean flag ? (flag ? "TRUE" : "FALSE") : value.toString();
  }

  /** A value in the type that the grammar wants; null if it is none of the kind. */
  public static Object checked(Parameter.Kind kind, Object value) {
    return switch (kind) {
      case NAME ->
          value instanceof String name
                  && !name.isEmpty()
                  && name.length() <= StatementText.LONGEST_NAME
              ? name
              : null;
      case TEXT -> value instanceof String ? value : null;
      case WHOLE -> whole(value);
      case ANY -> value instanceof String || value instanceof Boolean ? value : number(value);
    };
  }

  private static Long whole(Object value) {
    try {
      BigDecimal number =
          value instanceof String text && text.matches("[0-9]{1,19}")
              ? new BigDecimal(text)
              : number(value);
      return number == null || number.signum() < 0 ? null : (Long) number.longValueExact();
    } catch (ArithmeticException notWhole) {
      return null;
    }
  }

  private static BigDecimal number(Object value) {
    if (!(value instanceof Number)) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(value.toString());
      return StatementText.isTooLong(number) ? null : number;
    } catch (NumberFormatException notFinite) {
      return null;
    }
  }
}
