<#-- What is watched, and who is told. -->

Command BackfeedCreateAlert(StatementText s, boolean replace) :
{
    Name name;
    Optional<Name> sync;
    Occurrences seen = new Occurrences(s, "CREATE SYNC ALERT");
    List<AlertCondition> conditions = new ArrayList<AlertCondition>();
    List<ObjectName> notify = new ArrayList<ObjectName>();
}
{
    <ALERT> name = BackfeedOwnName(s, "alert")
    <ON> sync = BackfeedOneOrAll(s)
    <WHEN> BackfeedAlertCondition(s, seen, conditions)
    ( LOOKAHEAD(1) <OR> BackfeedAlertCondition(s, seen, conditions) )*
    <NOTIFY> BackfeedNotified(s, seen, notify)
    ( LOOKAHEAD(1) <COMMA> BackfeedNotified(s, seen, notify) )*
    { return new Command.CreateAlert(replace, name, sync, conditions, notify); }
}

Command BackfeedDropAlert(StatementText s) :
{
    boolean ifExists;
    Name name;
}
{
    <ALERT> ifExists = BackfeedIfExists() name = BackfeedOwnName(s, "alert")
    { return new Command.DropAlert(ifExists, name); }
}

void BackfeedAlertCondition(StatementText s, Occurrences seen, List<AlertCondition> all) :
{
    Token t;
    AlertCondition condition;
}
{
    { t = getToken(1); } condition = BackfeedViolated(s)
    { seen.once(condition.toString(), t); all.add(condition); }
}

AlertCondition BackfeedViolated(StatementText s) :
{
    Token t;
    long n;
    long rows;
    AlertCondition.Unit unit;
}
{
    LOOKAHEAD(1) t = <FAILED>
    { return AlertCondition.plain(AlertCondition.Kind.FAILED, s.position(t)); }
|
    LOOKAHEAD(1) t = <BLOCKED>
    { return AlertCondition.plain(AlertCondition.Kind.BLOCKED, s.position(t)); }
|
    LOOKAHEAD(1) t = <STALE> <AFTER> n = BackfeedWhole(s) unit = BackfeedAlertUnit()
    { return AlertCondition.stale(n, unit, s.position(t)); }
|
    LOOKAHEAD(1) t = <FAILURES> n = BackfeedOver(s)
    { return AlertCondition.over(AlertCondition.Kind.FAILURES, n, s.position(t)); }
|
    LOOKAHEAD(1) t = <ROWS> <CHANGED> <BY> n = BackfeedWhole(s) <PERCENT>
    <ABOVE> rows = BackfeedWhole(s) <ROWS>
    { return AlertCondition.rowsChanged(n, rows, s.position(t)); }
|
    LOOKAHEAD(1) t = <QUOTA> n = BackfeedOver(s)
    { return AlertCondition.over(AlertCondition.Kind.QUOTA, n, s.position(t)); }
|
    LOOKAHEAD(1) t = <DEFINITION> <CHANGED>
    { return AlertCondition.plain(AlertCondition.Kind.DEFINITION_CHANGED, s.position(t)); }
|
    LOOKAHEAD(1) t = <DIFFERENCES> n = BackfeedOver(s)
    { return AlertCondition.over(AlertCondition.Kind.DIFFERENCES, n, s.position(t)); }
}

/** {@code OVER n PERCENT}. */
long BackfeedOver(StatementText s) :
{
    long n;
}
{
    <OVER> n = BackfeedWhole(s) <PERCENT> { return n; }
}

AlertCondition.Unit BackfeedAlertUnit() :
{
}
{
    LOOKAHEAD(1) <MINUTE> { return AlertCondition.Unit.MINUTES; }
|
    LOOKAHEAD(1) <MINUTES> { return AlertCondition.Unit.MINUTES; }
|
    LOOKAHEAD(1) <HOUR> { return AlertCondition.Unit.HOURS; }
|
    LOOKAHEAD(1) <HOURS> { return AlertCondition.Unit.HOURS; }
|
    LOOKAHEAD(1) <DAY> { return AlertCondition.Unit.DAYS; }
|
    LOOKAHEAD(1) <DAYS> { return AlertCondition.Unit.DAYS; }
}

void BackfeedNotified(StatementText s, Occurrences seen, List<ObjectName> all) :
{
    Token t;
    ObjectName target;
}
{
    { t = getToken(1); } target = BackfeedTarget(s, "NOTIFY")
    { seen.once("NOTIFY " + target.destination().folded() + "." + target.object(), t); all.add(target); }
}
