package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.command.Origin;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** What is known of functions by their names. */
final class Functions {
  /** Written without parentheses. */
  private static final Set<String> MOVING_WORDS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  private static final Set<String> STEADY_WORDS =
      Set.of("current_user", "session_user", "user", "current_role", "current_schema");

  /** Two calls of these give two values. */
  private static final Set<String> MOVING =
      Set.of(
          "now",
          "today",
          "clock_timestamp",
          "statement_timestamp",
          "transaction_timestamp",
          "timeofday",
          "getdate",
          "sysdate",
          "get_current_timestamp",
          "get_current_time",
          "random",
          "rand",
          "random_normal",
          "uuid",
          "gen_random_uuid",
          "uuid_generate_v1",
          "uuid_generate_v4",
          "uuidv4",
          "uuidv7",
          "nextval",
          "txid_current");

  /** These read what their arguments do not show. */
  private static final Pattern READING =
      Pattern.compile("(query|table|schema|database|cursor)_to_xml.*|dblink.*|getvariable|.*_file");

  private Functions() {}

  /** Whether a word without parentheses is a function. */
  static boolean isWord(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return MOVING_WORDS.contains(lower) || STEADY_WORDS.contains(lower);
  }

  /** The origin of such a word. */
  static Origin ofWord(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return MOVING_WORDS.contains(lower) ? moving(lower) : Origin.none();
  }

  /**
   * What a call brings beside its arguments.
   *
   * @param written by users of the warehouse
   */
  static Origin of(SqlCall call, Set<String> written) {
    if (!(call.getOperator() instanceof SqlFunction)) {
      return Origin.none();
    }
    String name = name(call);
    if (written.contains(name) || READING.matcher(name).matches()) {
      return new Origin.Unknown(
          "the function " + name + " may read what its arguments do not show");
    }
    return isMoving(name, call) ? moving(name) : Origin.none();
  }

  private static String name(SqlCall call) {
    return call.getOperator().getName().toLowerCase(Locale.ROOT);
  }

  /** The age of one time is that until today. */
  private static boolean isMoving(String name, SqlCall call) {
    return MOVING.contains(name)
        || MOVING_WORDS.contains(name)
        || (name.equals("age") && call.operandCount() == 1);
  }

  private static Origin moving(String name) {
    return new Origin.Known(Set.of(), Set.of(name));
  }

  /** Functions of time or chance anywhere in an expression, queries within it included. */
  static Set<String> moving(SqlNode node) {
    if (node instanceof SqlIdentifier word) {
      boolean moves =
          word.isSimple() && MOVING_WORDS.contains(word.getSimple().toLowerCase(Locale.ROOT));
      return moves ? Set.of(word.getSimple().toLowerCase(Locale.ROOT)) : Set.of();
    }
    Set<String> found = new TreeSet<>();
    if (node instanceof SqlNodeList list) {
      list.forEach(n -> found.addAll(moving(n)));
    } else if (node instanceof SqlCall call) {
      if (call.getOperator() instanceof SqlFunction && isMoving(name(call), call)) {
        found.add(name(call));
      }
      call.getOperandList().forEach(n -> found.addAll(moving(n)));
    }
    return Collections.unmodifiableSet(found);
  }
}
