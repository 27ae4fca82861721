<#-- FIELDS: which columns are sent, as which fields, and how. -->

void BackfeedField(StatementText s, SyncClauses c) :
{
    Token t;
    Name column;
    Optional<FieldName> field;
    FieldPolicy policy;
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
    policy = BackfeedFieldPolicy(s, column)
    { c.items.add(new FieldList.Item(column, field, policy)); }
}

Optional<FieldName> BackfeedAlias(StatementText s) :
{
    FieldName field;
}
{
    [ LOOKAHEAD(1) <AS> field = BackfeedFieldName(s) { return Optional.of(field); } ]
    { return Optional.<FieldName>empty(); }
}

FieldName BackfeedFieldName(StatementText s) :
{
    List<Name> path;
}
{
    path = BackfeedPath(s, "a field") { return s.field(path); }
}

/** Names joined by dots. */
List<Name> BackfeedPath(StatementText s, String what) :
{
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    part = BackfeedName(s, what) { path.add(part); }
    ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, what) { path.add(part); } )*
    { return path; }
}

FieldPolicy BackfeedFieldPolicy(StatementText s, Name column) :
{
    PolicyWords w = new PolicyWords(s, column);
}
{
    ( LOOKAHEAD(1) BackfeedPolicyWord(s, w) )*
    { return w.policy(); }
}

void BackfeedPolicyWord(StatementText s, PolicyWords w) :
{
    Token t;
    List<Name> object;
    FieldName field;
    long n;
}
{
    LOOKAHEAD(1) t = <OVERWRITE> { w.wins(FieldPolicy.Wins.OVERWRITE, t); }
|
    LOOKAHEAD(1) t = <KEEP>
    (
        LOOKAHEAD(1) <EXISTING> { w.wins(FieldPolicy.Wins.KEEP_EXISTING, t); }
    |   LOOKAHEAD(1) <EDITS> { w.wins(FieldPolicy.Wins.KEEP_EDITS, t); }
    |   LOOKAHEAD(1) <LATEST> { w.wins(FieldPolicy.Wins.KEEP_LATEST, t); } <BY> w.latestBy = BackfeedName(s, "a column")
    )
|
    LOOKAHEAD(1) t = <ON> <CREATE> <ONLY> { w.wins(FieldPolicy.Wins.ON_CREATE_ONLY, t); }
|
    LOOKAHEAD(1) t = <RESPECT> <NULLS> { w.apart("RESPECT NULLS", t, "IGNORE NULLS"); }
|
    LOOKAHEAD(1) t = <IGNORE> <NULLS> { w.apart("IGNORE NULLS", t, "RESPECT NULLS"); }
|
    LOOKAHEAD(1) t = <STABLE> { w.apart("STABLE", t); } <FOR> n = BackfeedWhole(s) { s.expectSome(t, "STABLE FOR", n); }
    (
        LOOKAHEAD(1) <RUN> { w.stable(n, FieldPolicy.Stable.Unit.RUNS); }
    |   LOOKAHEAD(1) <RUNS> { w.stable(n, FieldPolicy.Stable.Unit.RUNS); }
    |   LOOKAHEAD(1) <HOUR> { w.stable(n, FieldPolicy.Stable.Unit.HOURS); }
    |   LOOKAHEAD(1) <HOURS> { w.stable(n, FieldPolicy.Stable.Unit.HOURS); }
    )
|
    LOOKAHEAD(1) t = <PASSIVE> { w.apart("PASSIVE", t); }
|
    LOOKAHEAD(1) t = <LOOKUP> { w.apart("LOOKUP", t); } object = BackfeedPath(s, "an object of the destination")
    <BY> field = BackfeedFieldName(s) { w.lookup = s.lookup(object, field); }
}
