<#-- The clauses of CREATE SYNC, which come in any order, and its query. ALTER SYNC … SET takes one of them. -->

void BackfeedSyncClause(StatementText s, SyncClauses c) :
{
    Token t;
}
{
    (
        LOOKAHEAD(1) t = <TO> { c.begin("TO", t); } c.target = BackfeedTarget(s, "TO")
    |   LOOKAHEAD(1) BackfeedKey(s, c)
    |   LOOKAHEAD(1) t = <MODE> { c.begin("MODE", t); } c.mode = BackfeedMode()
    |
        LOOKAHEAD(1) t = <FIELDS> { c.begin("FIELDS", t); } <LPAREN> BackfeedField(s, c)
        ( LOOKAHEAD(1) <COMMA> BackfeedField(s, c) )* <RPAREN>
    |   LOOKAHEAD(1) BackfeedOnClause(s, c)
    |   LOOKAHEAD(1) BackfeedDeleteWhen(s, c)
    |   LOOKAHEAD(1) t = <DETECT> { c.begin("DETECT", t); } <CHANGES> <BY> c.detect = BackfeedDetect(s)
    |
        LOOKAHEAD(1) t = <RECONCILE> { c.begin("RECONCILE", t); }
        <EVERY> c.reconcileDays = BackfeedWhole(s) { s.expectSome(t, "RECONCILE EVERY", c.reconcileDays); }
        ( LOOKAHEAD(1) <DAY> | LOOKAHEAD(1) <DAYS> )
    |   LOOKAHEAD(1) BackfeedConstraint(s, c)
    |   LOOKAHEAD(1) BackfeedLimit(s, c)
    |   LOOKAHEAD(1) t = <ALLOW> <EMPTY> { c.begin("ALLOW EMPTY", t); }
    |   LOOKAHEAD(1) t = <RESET> <STATE> { c.begin("RESET STATE", t); }
    |   LOOKAHEAD(1) t = <SCHEDULE> { c.begin("SCHEDULE", t); c.schedule.position = s.position(t); } BackfeedSchedule(s, c.schedule)
    |   LOOKAHEAD(1) t = <WITH> { c.begin("WITH", t); } BackfeedOptions(s, c.given)
    )
    { c.end(getToken(0)); }
}

ObjectName BackfeedTarget(StatementText s, String clause) :
{
    Name destination;
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    destination = BackfeedOwnName(s, "destination") { s.expectObject(getToken(1), clause, destination); }
    ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, "an object of the destination") { path.add(part); } )+
    { return new ObjectName(destination, path); }
}

void BackfeedKey(StatementText s, SyncClauses c) :
{
    Token t;
    List<KeyColumn> columns;
    Name column;
}
{
    t = <KEY> { c.begin("KEY", t); } c.key = BackfeedKeyColumns(s)
    (
        LOOKAHEAD(1)
        (
            LOOKAHEAD(1) t = <MATCH> { c.once("MATCH", t); } columns = BackfeedKeyColumns(s) { c.match.add(columns); }
            ( LOOKAHEAD(1) <COMMA> columns = BackfeedKeyColumns(s) { c.match.add(columns); } )*
        |
            LOOKAHEAD(1) t = <REKEY> { c.once("REKEY FROM", t); } <FROM>
            <LPAREN> column = BackfeedName(s, "a column") { c.rekeyFrom.add(column); }
            ( LOOKAHEAD(1) <COMMA> column = BackfeedName(s, "a column") { c.rekeyFrom.add(column); } )* <RPAREN>
        )
    )*
}

List<KeyColumn> BackfeedKeyColumns(StatementText s) :
{
    List<KeyColumn> all = new ArrayList<KeyColumn>();
    KeyColumn each;
}
{
    <LPAREN> each = BackfeedKeyColumn(s) { all.add(each); }
    ( LOOKAHEAD(1) <COMMA> each = BackfeedKeyColumn(s) { all.add(each); } )* <RPAREN>
    { return all; }
}

KeyColumn BackfeedKeyColumn(StatementText s) :
{
    Name column;
    Optional<FieldName> field;
}
{
    column = BackfeedName(s, "a column") field = BackfeedAlias(s)
    { return new KeyColumn(column, field); }
}

Mode BackfeedMode() :
{
}
{
    LOOKAHEAD(1) <UPSERT> { return Mode.UPSERT; }
|
    LOOKAHEAD(1) <UPDATE> { return Mode.UPDATE; }
|
    LOOKAHEAD(1) <INSERT> { return Mode.INSERT; }
|
    LOOKAHEAD(1) <MIRROR> { return Mode.MIRROR; }
|
    LOOKAHEAD(1) <APPEND>
    [ LOOKAHEAD(1) <CHANGES> { return Mode.APPEND_CHANGES; } ]
    { return Mode.APPEND; }
|
    LOOKAHEAD(1) <MEMBERS> { return Mode.MEMBERS; }
|
    LOOKAHEAD(1) <REPLACE> { return Mode.REPLACE; }
}

void BackfeedOnClause(StatementText s, SyncClauses c) :
{
    Token t;
}
{
    t = <ON>
    (
        LOOKAHEAD(1) <REMOVE> { c.begin("ON REMOVE", t); }
        (
            LOOKAHEAD(1) <KEEP> { c.onRemove = Removal.of(OnRemove.KEEP); }
        |   LOOKAHEAD(1) <DELETE> { c.onRemove = Removal.of(OnRemove.DELETE); }
        |   LOOKAHEAD(1) c.onRemove = BackfeedClearOrSet(s)
        )
    |
        LOOKAHEAD(1) <RETURN> { c.begin("ON RETURN", t); } <SET> c.onReturn = BackfeedAssignments(s)
    |
        LOOKAHEAD(1) <FIRST> <RUN> { c.begin("ON FIRST RUN", t); } c.firstRun = BackfeedFirstRun(s)
    )
}

FirstRun BackfeedFirstRun(StatementText s) :
{
    Token t;
    long rows;
}
{
    LOOKAHEAD(1) <BASELINE> { return FirstRun.BASELINE; }
|
    LOOKAHEAD(1) <BACKFILL>
    [
        LOOKAHEAD(1) t = <AT> rows = BackfeedWhole(s) <ROWS> <PER> <DAY>
        { s.expectPace(t, rows); return FirstRun.paced(rows); }
    ]
    { return FirstRun.BACKFILL; }
}

void BackfeedDeleteWhen(StatementText s, SyncClauses c) :
{
    Token t;
    Verbatim condition;
    Removal how = Removal.of(OnRemove.DELETE);
}
{
    t = <DELETE> <WHEN> { c.begin("DELETE WHEN", t); } condition = BackfeedCondition(s)
    [ LOOKAHEAD(1) how = BackfeedClearOrSet(s) ]
    { c.deleteWhen = new DeleteWhen(condition, how); }
}

Removal BackfeedClearOrSet(StatementText s) :
{
    List<Assignment> values;
}
{
    LOOKAHEAD(1) <CLEAR> { return Removal.of(OnRemove.CLEAR); }
|
    LOOKAHEAD(1) <SET> values = BackfeedAssignments(s) { return new Removal(OnRemove.SET, values); }
}

List<Assignment> BackfeedAssignments(StatementText s) :
{
    List<Assignment> all = new ArrayList<Assignment>();
    Occurrences seen = new Occurrences(s, "SET");
    Assignment each;
}
{
    <LPAREN> each = BackfeedAssignment(s, seen) { all.add(each); }
    ( LOOKAHEAD(1) <COMMA> each = BackfeedAssignment(s, seen) { all.add(each); } )* <RPAREN>
    { return all; }
}

Assignment BackfeedAssignment(StatementText s, Occurrences seen) :
{
    Token t;
    FieldName field;
    OptionValue value;
}
{
    { t = getToken(1); } field = BackfeedFieldName(s) { seen.once(field.text(), t); } <EQ>
    (
        LOOKAHEAD(1) <NULL> { return new Assignment(field, Optional.<OptionValue>empty()); }
    |   LOOKAHEAD(1) value = BackfeedLiteral(s) { return new Assignment(field, Optional.of(value)); }
    )
}

Detect BackfeedDetect(StatementText s) :
{
    Name column;
    Name sequence;
    long lookback = 0;
}
{
    LOOKAHEAD(1) <DIFF> { return Detect.DIFF; }
|
    LOOKAHEAD(1) <COLUMN> column = BackfeedName(s, "a column")
    [
        LOOKAHEAD(1) <LOOKBACK> lookback = BackfeedWhole(s)
        ( LOOKAHEAD(1) <MINUTE> | LOOKAHEAD(1) <MINUTES> )
    ]
    { return Detect.column(column, lookback); }
|
    LOOKAHEAD(1) <OPERATION> column = BackfeedName(s, "a column")
    [
        LOOKAHEAD(1) <ORDER> <BY> sequence = BackfeedName(s, "a column")
        { return Detect.operation(column, Optional.of(sequence)); }
    ]
    { return Detect.operation(column, Optional.<Name>empty()); }
}

void BackfeedConstraint(StatementText s, SyncClauses c) :
{
    Token t;
    Name name;
    boolean overall = false;
    Verbatim expression;
    Constraint.Violation then;
}
{
    t = <CONSTRAINT> name = BackfeedName(s, "the name of a constraint")
    { c.begin("CONSTRAINT " + name.folded(), t); }
    <EXPECT> [ LOOKAHEAD(1) <OVERALL> { overall = true; } ] expression = BackfeedCondition(s)
    <ON> <VIOLATION> { t = getToken(1); } then = BackfeedViolation()
    { s.expectFit(t, overall, then); c.constraints.add(new Constraint(name, overall, expression, then)); }
}

Constraint.Violation BackfeedViolation() :
{
}
{
    LOOKAHEAD(1) <DROP> <ROW> { return Constraint.Violation.DROP_ROW; }
|
    LOOKAHEAD(1) <WARN> { return Constraint.Violation.WARN; }
|
    LOOKAHEAD(1) <FAIL> { return Constraint.Violation.FAIL; }
|
    LOOKAHEAD(1) <PAUSE> { return Constraint.Violation.PAUSE; }
}

/** The mark that stands for SQL of the warehouse in parentheses. */
Verbatim BackfeedCondition(StatementText s) :
{
    Token t;
}
{
    <LPAREN> t = <HOOK> <RPAREN> { return s.verbatim(t); }
}

void BackfeedLimit(StatementText s, SyncClauses c) :
{
    Token t;
    Limit.Subject subject;
    long amount;
}
{
    t = <LIMIT> subject = BackfeedLimited() { c.begin("LIMIT " + subject, t); }
    <TO> amount = BackfeedWhole(s)
    (
        LOOKAHEAD(1) <ROWS> { c.limits.add(new Limit(subject, amount, Limit.Unit.ROWS)); }
    |
        LOOKAHEAD(1) t = <PERCENT>
        { s.expectShare(t, subject, amount); c.limits.add(new Limit(subject, amount, Limit.Unit.PERCENT)); }
    )
}

Limit.Subject BackfeedLimited() :
{
}
{
    LOOKAHEAD(1) <CHANGES> { return Limit.Subject.CHANGES; }
|
    LOOKAHEAD(1) <REMOVALS> { return Limit.Subject.REMOVALS; }
|
    LOOKAHEAD(1) <FAILURES> { return Limit.Subject.FAILURES; }
}

void BackfeedSchedule(StatementText s, ScheduleWords w) :
{
    Token t;
    String from;
    String to;
}
{
    (
        LOOKAHEAD(1) t = <EVERY> w.every = BackfeedWhole(s) { s.expectSome(t, "EVERY", w.every); }
        w.unit = BackfeedTimeUnit() { w.kind = Schedule.Kind.EVERY; }
    |   LOOKAHEAD(1) <CRON> w.cron = BackfeedString(s) { w.kind = Schedule.Kind.CRON; }
    |   LOOKAHEAD(1) <AFTER> w.after = BackfeedOwnName(s, "sync") { w.kind = Schedule.Kind.AFTER; }
    |   LOOKAHEAD(1) <CONTINUOUS> { w.kind = Schedule.Kind.CONTINUOUS; }
    )
    (
        LOOKAHEAD(1)
        (
            LOOKAHEAD(1) t = <WINDOW> { w.once("WINDOW", t); }
            from = BackfeedTimeOfDay(s) <TO> to = BackfeedTimeOfDay(s) { w.window = new Schedule.Window(from, to); }
        |
            LOOKAHEAD(1) t = <TIME> { w.once("TIME ZONE", t); } <ZONE> w.zone = BackfeedString(s)
        )
    )*
}

Schedule.Unit BackfeedTimeUnit() :
{
}
{
    LOOKAHEAD(1) <SECOND> { return Schedule.Unit.SECONDS; }
|
    LOOKAHEAD(1) <SECONDS> { return Schedule.Unit.SECONDS; }
|
    LOOKAHEAD(1) <MINUTE> { return Schedule.Unit.MINUTES; }
|
    LOOKAHEAD(1) <MINUTES> { return Schedule.Unit.MINUTES; }
|
    LOOKAHEAD(1) <HOUR> { return Schedule.Unit.HOURS; }
|
    LOOKAHEAD(1) <HOURS> { return Schedule.Unit.HOURS; }
|
    LOOKAHEAD(1) <DAY> { return Schedule.Unit.DAYS; }
|
    LOOKAHEAD(1) <DAYS> { return Schedule.Unit.DAYS; }
}

String BackfeedTimeOfDay(StatementText s) :
{
    Token t;
    String time;
}
{
    { t = getToken(1); } time = BackfeedString(s) { s.expectTimeOfDay(t, time); return time; }
}

/** AS and what follows it: the mark that stands for the verbatim query, or TABLE and a name. */
void BackfeedQuery(StatementText s, SyncClauses c) :
{
    Token t;
    List<Name> path;
}
{
    { c.complete(getToken(1)); }
    t = <AS> { c.body = t; }
    (
        LOOKAHEAD(1) <HOOK> { c.verbatimQuery(); }
    |
        LOOKAHEAD(1) <TABLE> path = BackfeedPath(s, "the name of a table") { c.tableQuery(path); }
    )
}
