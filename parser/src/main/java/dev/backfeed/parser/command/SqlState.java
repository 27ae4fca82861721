package dev.backfeed.parser.command;

/** The SQLStates of our own errors and warnings, as the language page lists them. */
public final class SqlState {
  public static final String WARNING = "01000";
  public static final String NOT_SUPPORTED = "0A000";
  public static final String INVALID_VALUE = "22023";
  public static final String INVALID_CURSOR_STATE = "24000";
  public static final String REFUSED_QUERY = "42000";
  public static final String NOT_ALLOWED = "42501";
  public static final String SYNTAX = "42601";
  public static final String UNDEFINED_COLUMN = "42703";
  public static final String UNDEFINED_OBJECT = "42704";
  public static final String DUPLICATE_OBJECT = "42710";
  public static final String WRONG_STATE = "55000";
  public static final String IN_USE = "55006";
  public static final String CANCELLED = "57014";
  public static final String UNREACHABLE = "XB001";
  public static final String RUN_FAILED = "XB002";
  public static final String BLOCKED = "XB003";
  public static final String SECRET = "XB004";
  public static final String NEWER_SCHEMA = "XB005";
  public static final String TRANSACTION_OPEN = "XB006";

  private SqlState() {}
}
