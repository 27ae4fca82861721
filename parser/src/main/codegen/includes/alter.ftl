<#-- What changes a destination or a sync that exists. -->

Command BackfeedAlter(StatementText s) :
{
    Name name;
    OptionList set = new OptionList();
    OptionList unset = new OptionList();
    Alteration alteration;
}
{
    <ALTER>
    (
        LOOKAHEAD(1) <DESTINATION> name = BackfeedOwnName(s, "destination")
        BackfeedSetOrUnset(s, set, unset)
        { return new Command.AlterDestination(name, set.list(), unset.names()); }
    |
        LOOKAHEAD(1) <SYNC>
        [
            LOOKAHEAD(1) <SETTINGS> BackfeedSetOrUnset(s, set, unset)
            { return new Command.AlterSettings(set.list(), unset.names()); }
        ]
        name = BackfeedOwnName(s, "sync") alteration = BackfeedAlteration(s)
        { return new Command.AlterSync(name, alteration); }
    )
}

void BackfeedSetOrUnset(StatementText s, OptionList set, OptionList unset) :
{
}
{
    LOOKAHEAD(1) <SET> BackfeedOptions(s, set)
|
    LOOKAHEAD(1) <UNSET> BackfeedOptionNames(s, unset)
}

Alteration BackfeedAlteration(StatementText s) :
{
    SyncClauses c = new SyncClauses(s);
    String clause;
    OptionList given = new OptionList();
    Name name;
    Token t;
    long version;
}
{
    LOOKAHEAD(1) <SET>
    (
        LOOKAHEAD(1) BackfeedOptions(s, given) { return new Alteration.SetOptions(given.list()); }
    |
        LOOKAHEAD(1) t = <AS> { throw c.refused("AS", t); }
    |   LOOKAHEAD(1) BackfeedSyncClause(s, c) { return c.setClause(); }
    )
|
    LOOKAHEAD(1) <DROP> { t = getToken(1); } clause = BackfeedClauseName(s, c)
    { return new Alteration.DropClause(clause, s.position(t)); }
|
    LOOKAHEAD(1) <UNSET> BackfeedOptionNames(s, given)
    { return new Alteration.UnsetOptions(given.names()); }
|
    LOOKAHEAD(1) <RENAME> <TO> name = BackfeedOwnName(s, "sync")
    { return new Alteration.Rename(name); }
|
    LOOKAHEAD(1) <USE> <VERSION> { t = getToken(1); } version = BackfeedWhole(s)
    { return new Alteration.UseVersion(version, s.position(t)); }
}

/** A clause by its name alone, as DROP wants it. */
String BackfeedClauseName(StatementText s, SyncClauses c) :
{
    Token t;
    Name name;
    Limit.Subject subject;
}
{
    LOOKAHEAD(1) t = <TO> { throw c.kept("TO", t); }
|
    LOOKAHEAD(1) t = <KEY> { throw c.kept("KEY", t); }
|
    LOOKAHEAD(1) <MODE> { return "MODE"; }
|
    LOOKAHEAD(1) <FIELDS> { return "FIELDS"; }
|
    LOOKAHEAD(1) <ON>
    (
        LOOKAHEAD(1) <REMOVE> { return "ON REMOVE"; }
    |   LOOKAHEAD(1) <RETURN> { return "ON RETURN"; }
    |   LOOKAHEAD(1) <FIRST> <RUN> { return "ON FIRST RUN"; }
    )
|
    LOOKAHEAD(1) <DELETE> <WHEN> { return "DELETE WHEN"; }
|
    LOOKAHEAD(1) <DETECT> [ LOOKAHEAD(1) <CHANGES> ] { return "DETECT"; }
|
    LOOKAHEAD(1) <RECONCILE> { return "RECONCILE"; }
|
    LOOKAHEAD(1) <CONSTRAINT> name = BackfeedName(s, "the name of a constraint")
    { return "CONSTRAINT " + name.folded(); }
|
    LOOKAHEAD(1) <LIMIT> subject = BackfeedLimited() { return "LIMIT " + subject; }
|
    LOOKAHEAD(1) <ALLOW> <EMPTY> { return "ALLOW EMPTY"; }
|
    LOOKAHEAD(1) <SCHEDULE> { return "SCHEDULE"; }
|
    LOOKAHEAD(1) <WITH> { return "WITH"; }
}
