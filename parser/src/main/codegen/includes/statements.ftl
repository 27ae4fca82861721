<#-- One production a statement. LOOKAHEAD(1) everywhere: Calcite's default of two would make
     JavaCC guess, and the list of what was expected would name words of the token before. -->

/** Where every statement of ours starts. */
Command BackfeedStatement(StatementText s) :
{
    Command command;
}
{
    (
        LOOKAHEAD(1) command = BackfeedCreate(s)
    |   LOOKAHEAD(1) command = BackfeedDrop(s)
    |   LOOKAHEAD(1) command = BackfeedShow(s)
    |   LOOKAHEAD(1) command = BackfeedTest(s)
    |   LOOKAHEAD(1) command = BackfeedSyncNow(s)
    |   LOOKAHEAD(1) command = BackfeedExplain(s)
    |   LOOKAHEAD(1) command = BackfeedReset(s)
    |   LOOKAHEAD(1) command = BackfeedBaseline(s)
    |   LOOKAHEAD(1) command = BackfeedPause(s)
    |   LOOKAHEAD(1) command = BackfeedResume(s)
    |   LOOKAHEAD(1) command = BackfeedResolve(s)
    )
    <EOF>
    { return command; }
}

Command BackfeedCreate(StatementText s) :
{
    boolean replace = false;
    Command command;
}
{
    <CREATE> [ LOOKAHEAD(1) <OR> <REPLACE> { replace = true; } ]
    (
        LOOKAHEAD(1) command = BackfeedCreateSync(s, replace)
    |   LOOKAHEAD(1) command = BackfeedCreateDestination(s, replace)
    )
    { return command; }
}

Command BackfeedCreateDestination(StatementText s, boolean replace) :
{
    boolean ifNotExists;
    Name name;
    Name type;
    List<Option> given = new ArrayList<Option>();
}
{
    <DESTINATION>
    ifNotExists = BackfeedIfNotExists(s, replace)
    name = BackfeedOwnName(s, "destination")
    <TYPE> type = BackfeedName(s, "a destination type")
    [ LOOKAHEAD(1) <WITH> given = BackfeedOptions(s) ]
    { return new Command.CreateDestination(replace, ifNotExists, name, type, given); }
}

Command BackfeedCreateSync(StatementText s, boolean replace) :
{
    boolean ifNotExists;
    Name name;
    SyncClauses clauses;
}
{
    <SYNC>
    ifNotExists = BackfeedIfNotExists(s, replace)
    name = BackfeedOwnName(s, "sync")
    { clauses = new SyncClauses(s, name); }
    ( LOOKAHEAD(1) BackfeedSyncClause(s, clauses) )*
    BackfeedQuery(s, clauses)
    { return clauses.create(replace, ifNotExists); }
}

Command BackfeedDrop(StatementText s) :
{
    boolean ifExists;
    boolean keepState = false;
    Name name;
}
{
    <DROP>
    (
        LOOKAHEAD(1)
        <DESTINATION> ifExists = BackfeedIfExists()
        name = BackfeedOwnName(s, "destination")
        { return new Command.DropDestination(ifExists, name); }
    |
        LOOKAHEAD(1) <SYNC> ifExists = BackfeedIfExists()
        name = BackfeedOwnName(s, "sync")
        [ LOOKAHEAD(1) <KEEP> <STATE> { keepState = true; } ]
        { return new Command.DropSync(ifExists, name, keepState); }
    )
}

Command BackfeedShow(StatementText s) :
{
    Name name;
    Optional<Name> of = Optional.<Name>empty();
    Optional<String> like;
}
{
    <SHOW>
    (
        LOOKAHEAD(1) <SYNCS> like = BackfeedLike(s)
        { return new Command.ShowSyncs(like); }
    |
        LOOKAHEAD(1) <SYNC> <RUNS>
        [ LOOKAHEAD(1) <FOR> name = BackfeedOwnName(s, "sync") { of = Optional.of(name); } ]
        like = BackfeedLike(s)
        { return new Command.ShowSyncRuns(of, like); }
    |
        LOOKAHEAD(1) <CREATE> <SYNC> name = BackfeedOwnName(s, "sync")
        { return new Command.ShowCreateSync(name); }
    |
        LOOKAHEAD(1) <DESTINATIONS> like = BackfeedLike(s)
        { return new Command.ShowDestinations(like); }
    )
}

Optional<String> BackfeedLike(StatementText s) :
{
    String pattern;
}
{
    [
        LOOKAHEAD(1) <LIKE> pattern = BackfeedString(s)
        { return Optional.of(pattern); }
    ]
    { return Optional.<String>empty(); }
}

Command BackfeedTest(StatementText s) :
{
    Name name;
}
{
    <TEST> <DESTINATION> name = BackfeedOwnName(s, "destination")
    { return new Command.TestDestination(name); }
}

Command BackfeedSyncNow(StatementText s) :
{
    List<Name> names = new ArrayList<Name>();
    Name name;
    Occurrences seen = new Occurrences(s, "SYNC NOW");
    Scope scope = Scope.CHANGES;
    long limit = -1;
    Token t;
}
{
    <SYNC> <NOW>
    (
        LOOKAHEAD(1) <ALL>
    |
        name = BackfeedOwnName(s, "sync") { names.add(name); }
        ( LOOKAHEAD(1) <COMMA> name = BackfeedOwnName(s, "sync") { names.add(name); } )*
    )
    (
        LOOKAHEAD(1)
        (
            LOOKAHEAD(1) t = <FULL> { seen.apart("FULL", "RETRY", t); scope = Scope.FULL; }
        |   LOOKAHEAD(1) t = <RETRY> { seen.apart("RETRY", "FULL", t); scope = Scope.RETRY; }
        |   LOOKAHEAD(1) t = <DRY> <RUN> { seen.once("DRY RUN", t); }
        |   LOOKAHEAD(1) t = <LIMIT> { seen.once("LIMIT", t); } limit = BackfeedWhole(s)
        )
    )*
    {
        return new Command.SyncNow(
            Selection.of(names),
            scope,
            seen.has("DRY RUN"),
            false,
            limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit),
            false);
    }
}

Command BackfeedExplain(StatementText s) :
{
    Name name;
}
{
    <EXPLAIN> <SYNC> name = BackfeedOwnName(s, "sync")
    { return new Command.ExplainSync(name); }
}

Command BackfeedReset(StatementText s) :
{
    Name name;
}
{
    <RESET> <SYNC> name = BackfeedOwnName(s, "sync")
    { return new Command.ResetSync(name); }
}

Command BackfeedBaseline(StatementText s) :
{
    Name name;
}
{
    <BASELINE> <SYNC> name = BackfeedOwnName(s, "sync")
    { return new Command.BaselineSync(name); }
}

Command BackfeedPause(StatementText s) :
{
    Optional<Name> name;
}
{
    <PAUSE> name = BackfeedOneOrAll(s)
    { return new Command.PauseSync(name); }
}

Command BackfeedResume(StatementText s) :
{
    Optional<Name> name;
}
{
    <RESUME> name = BackfeedOneOrAll(s)
    { return new Command.ResumeSync(name); }
}

Command BackfeedResolve(StatementText s) :
{
    Name name;
    boolean sent;
}
{
    <RESOLVE> <SYNC> name = BackfeedOwnName(s, "sync") <IN> <DOUBT> <AS>
    (
        LOOKAHEAD(1) <SENT> { sent = true; }
    |   LOOKAHEAD(1) <UNSENT> { sent = false; }
    )
    { return new Command.ResolveSync(name, sent); }
}

Optional<Name> BackfeedOneOrAll(StatementText s) :
{
    Name name;
}
{
    LOOKAHEAD(1) <SYNC> name = BackfeedOwnName(s, "sync")
    { return Optional.of(name); }
|
    LOOKAHEAD(1) <ALL> <SYNCS>
    { return Optional.<Name>empty(); }
}
