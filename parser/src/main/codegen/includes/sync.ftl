<#-- The clauses of CREATE SYNC, which come in any order, and its query. -->

void BackfeedSyncClause(StatementText s, SyncClauses c) :
{
    Token t;
    long amount;
    Limit.Subject subject;
}
{
    LOOKAHEAD(1) t = <TO> { c.once("TO", t); } c.target = BackfeedTarget(s)
|
    LOOKAHEAD(1) t = <KEY> { c.once("KEY", t); } <LPAREN> BackfeedKeyColumn(s, c)
    ( LOOKAHEAD(1) <COMMA> BackfeedKeyColumn(s, c) )* <RPAREN>
|
    LOOKAHEAD(1) t = <MODE> { c.once("MODE", t); }
    (
        LOOKAHEAD(1) <UPSERT> { c.mode = Mode.UPSERT; }
    |   LOOKAHEAD(1) <MIRROR> { c.mode = Mode.MIRROR; }
    |   LOOKAHEAD(1) <APPEND> { c.mode = Mode.APPEND; }
        [ LOOKAHEAD(1) <CHANGES> { c.mode = Mode.APPEND_CHANGES; } ]
    )
|
    LOOKAHEAD(1) t = <FIELDS> { c.once("FIELDS", t); } <LPAREN> BackfeedField(s, c)
    ( LOOKAHEAD(1) <COMMA> BackfeedField(s, c) )* <RPAREN>
|
    LOOKAHEAD(1) t = <ON>
    (
        LOOKAHEAD(1) <REMOVE> { c.once("ON REMOVE", t); }
        (
            LOOKAHEAD(1) <KEEP> { c.onRemove = Optional.of(Removal.of(OnRemove.KEEP)); }
        |   LOOKAHEAD(1) <DELETE> { c.onRemove = Optional.of(Removal.of(OnRemove.DELETE)); }
        )
    |
        LOOKAHEAD(1) <FIRST> <RUN> { c.once("ON FIRST RUN", t); } c.firstRun = BackfeedFirstRun(s)
    )
|
    LOOKAHEAD(1) t = <LIMIT> subject = BackfeedLimited() { c.once("LIMIT " + subject, t); }
    <TO> amount = BackfeedWhole(s)
    (
        LOOKAHEAD(1) <ROWS> { c.limit(subject, amount, Limit.Unit.ROWS); }
    |   LOOKAHEAD(1) t = <PERCENT> { c.percentage(t, subject, amount); c.limit(subject, amount, Limit.Unit.PERCENT); }
    )
|
    LOOKAHEAD(1) t = <ALLOW> <EMPTY> { c.once("ALLOW EMPTY", t); }
|
    LOOKAHEAD(1) t = <RESET> <STATE> { c.once("RESET STATE", t); }
|
    LOOKAHEAD(1) t = <WITH> { c.once("WITH", t); } BackfeedOptions(s, c.given)
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

ObjectName BackfeedTarget(StatementText s) :
{
    Name destination;
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    destination = BackfeedOwnName(s, "destination") { s.expectObject(getToken(1), destination); }
    ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, "an object of the destination") { path.add(part); } )+
    { return new ObjectName(destination, path); }
}

void BackfeedKeyColumn(StatementText s, SyncClauses c) :
{
    Name column;
    Optional<FieldName> field;
}
{
    column = BackfeedName(s, "a column") field = BackfeedAlias(s)
    { c.key.add(new KeyColumn(column, field)); }
}

void BackfeedField(StatementText s, SyncClauses c) :
{
    Token t;
    Name column;
    Optional<FieldName> field;
}
{
    LOOKAHEAD(1) t = <STAR> { c.allFields(t); }
    [
        LOOKAHEAD(1) <EXCEPT> <LPAREN>
        column = BackfeedName(s, "a column") { c.except.add(column); }
        ( LOOKAHEAD(1) <COMMA> column = BackfeedName(s, "a column") { c.except.add(column); } )*
        <RPAREN>
    ]
|
    LOOKAHEAD(1) column = BackfeedName(s, "a column or *") field = BackfeedAlias(s)
    { c.items.add(new FieldList.Item(column, field, FieldPolicy.PLAIN)); }
}

Optional<FieldName> BackfeedAlias(StatementText s) :
{
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    [
        LOOKAHEAD(1) <AS>
        part = BackfeedName(s, "a field") { path.add(part); }
        ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, "a field") { path.add(part); } )*
        { return Optional.of(s.field(path)); }
    ]
    { return Optional.<FieldName>empty(); }
}

/** AS and what follows it: the mark that stands for the verbatim query, or TABLE and a name. */
void BackfeedQuery(StatementText s, SyncClauses c) :
{
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    { c.complete(getToken(1)); }
    <AS>
    (
        LOOKAHEAD(1) <HOOK> { c.verbatimQuery(); }
    |
        LOOKAHEAD(1) <TABLE> part = BackfeedName(s, "the name of a table") { path.add(part); }
        ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, "a name") { path.add(part); } )*
        { c.tableQuery(path); }
    )
}
