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
    |   LOOKAHEAD(1) command = BackfeedAlter(s)
    |   LOOKAHEAD(1) command = BackfeedDrop(s)
    |   LOOKAHEAD(1) command = BackfeedShow(s)
    |   LOOKAHEAD(1) command = BackfeedDescribe(s)
    |   LOOKAHEAD(1) command = BackfeedTest(s)
    |   LOOKAHEAD(1) command = BackfeedValidate(s)
    |   LOOKAHEAD(1) command = BackfeedSyncNow(s)
    |   LOOKAHEAD(1) command = BackfeedExplain(s)
    |   LOOKAHEAD(1) command = BackfeedPreview(s)
    |   LOOKAHEAD(1) command = BackfeedVerify(s)
    |   LOOKAHEAD(1) command = BackfeedReset(s)
    |   LOOKAHEAD(1) command = BackfeedBaseline(s)
    |   LOOKAHEAD(1) command = BackfeedErase(s)
    |   LOOKAHEAD(1) command = BackfeedPause(s)
    |   LOOKAHEAD(1) command = BackfeedResume(s)
    |   LOOKAHEAD(1) command = BackfeedResolve(s)
    |   LOOKAHEAD(1) command = BackfeedApprove(s)
    |   LOOKAHEAD(1) command = BackfeedReject(s)
    |   LOOKAHEAD(1) command = BackfeedCancel(s)
    |   LOOKAHEAD(1) command = BackfeedUndo(s)
    )
    <EOF>
    { return command; }
}

Command BackfeedCreate(StatementText s) :
{
    Token begin;
    boolean replace = false;
    Command command;
}
{
    begin = <CREATE> [ LOOKAHEAD(1) <OR> <REPLACE> { replace = true; } ]
    (
        LOOKAHEAD(1) <SYNC>
        (
            LOOKAHEAD({ s.beginsAlert(getToken(1), getToken(2)) })
            command = BackfeedCreateAlert(s, replace)
        |   LOOKAHEAD({ true }) command = BackfeedCreateSync(s, begin, replace)
        )
    |   LOOKAHEAD(1) command = BackfeedCreateDestination(s, replace)
    )
    { return command; }
}

Command BackfeedCreateDestination(StatementText s, boolean replace) :
{
    boolean ifNotExists;
    Name name;
    Name type;
    OptionList given = new OptionList();
}
{
    <DESTINATION>
    ifNotExists = BackfeedIfNotExists(s, replace)
    name = BackfeedOwnName(s, "destination")
    <TYPE> type = BackfeedName(s, "a destination type")
    [ LOOKAHEAD(1) <WITH> BackfeedOptions(s, given) ]
    { return new Command.CreateDestination(replace, ifNotExists, name, type, given.list()); }
}

Command.CreateSync BackfeedCreateSync(StatementText s, Token begin, boolean replace) :
{
    boolean ifNotExists;
    Name name;
    SyncClauses clauses;
}
{
    { s.refusePolicy(getToken(1), getToken(2)); }
    ifNotExists = BackfeedIfNotExists(s, replace)
    name = BackfeedOwnName(s, "sync")
    { clauses = new SyncClauses(s, name, getToken(0)); }
    ( LOOKAHEAD(1) BackfeedSyncClause(s, clauses) )*
    BackfeedQuery(s, clauses)
    { return clauses.create(begin, replace, ifNotExists); }
}

Command BackfeedValidate(StatementText s) :
{
    Token begin;
    boolean replace = false;
    Command.CreateSync create;
}
{
    <VALIDATE> begin = <CREATE> [ LOOKAHEAD(1) <OR> <REPLACE> { replace = true; } ]
    <SYNC> create = BackfeedCreateSync(s, begin, replace)
    { return new Command.ValidateSync(create); }
}

Command BackfeedDrop(StatementText s) :
{
    boolean ifExists;
    boolean keepState = false;
    Name name;
    Command command;
}
{
    <DROP>
    (
        LOOKAHEAD(1)
        <DESTINATION> ifExists = BackfeedIfExists()
        name = BackfeedOwnName(s, "destination")
        { return new Command.DropDestination(ifExists, name); }
    |
        LOOKAHEAD(1) <SYNC>
        (
            LOOKAHEAD({ s.beginsAlert(getToken(1), getToken(2)) })
            command = BackfeedDropAlert(s) { return command; }
        |
            ifExists = BackfeedIfExists()
            name = BackfeedOwnName(s, "sync")
            [ LOOKAHEAD(1) <KEEP> <STATE> { keepState = true; } ]
            { return new Command.DropSync(ifExists, name, keepState); }
        )
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
        LOOKAHEAD(1) <SYNC>
        (
            LOOKAHEAD(1) <RUNS>
            [ LOOKAHEAD(1) <FOR> name = BackfeedOwnName(s, "sync") { of = Optional.of(name); } ]
            like = BackfeedLike(s)
            { return new Command.ShowSyncRuns(of, like); }
        |
            LOOKAHEAD(1) <ALERTS> like = BackfeedLike(s)
            { return new Command.ShowAlerts(like); }
        )
    |
        LOOKAHEAD(1) <CREATE> <SYNC> name = BackfeedOwnName(s, "sync")
        { return new Command.ShowCreateSync(name); }
    |
        LOOKAHEAD(1) <DESTINATIONS> like = BackfeedLike(s)
        { return new Command.ShowDestinations(like); }
    |
        LOOKAHEAD(1) <DESTINATION> <TYPES> like = BackfeedLike(s)
        { return new Command.ShowDestinationTypes(like); }
    )
}

Command BackfeedDescribe(StatementText s) :
{
    Name name;
    Name part;
    List<Name> path = new ArrayList<Name>();
}
{
    <DESCRIBE>
    (
        LOOKAHEAD(1) <SYNC> name = BackfeedOwnName(s, "sync")
        { return new Command.DescribeSync(name); }
    |
        LOOKAHEAD(1) <DESTINATION> name = BackfeedOwnName(s, "destination")
        ( LOOKAHEAD(1) <DOT> part = BackfeedName(s, "an object of the destination") { path.add(part); } )*
        {
            return path.isEmpty()
                ? new Command.DescribeDestination(name)
                : new Command.DescribeObject(new ObjectName(name, path));
        }
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

Command BackfeedErase(StatementText s) :
{
    Name name;
    Token t;
    List<String> key;
    boolean andDestination = false;
}
{
    <ERASE> <SYNC> name = BackfeedOwnName(s, "sync") t = <KEY> key = BackfeedStrings(s)
    [ LOOKAHEAD(1) <AND> <DESTINATION> { andDestination = true; } ]
    { return new Command.EraseSync(name, key, s.position(t), andDestination); }
}

Command BackfeedPause(StatementText s) :
{
    Name name;
    Optional<Name> sync;
}
{
    <PAUSE>
    (
        LOOKAHEAD(1) <DESTINATION> name = BackfeedOwnName(s, "destination")
        { return new Command.PauseDestination(name); }
    |
        LOOKAHEAD(1) sync = BackfeedOneOrAll(s) { return new Command.PauseSync(sync); }
    )
}

Command BackfeedResume(StatementText s) :
{
    Name name;
    Optional<Name> sync;
}
{
    <RESUME>
    (
        LOOKAHEAD(1) <DESTINATION> name = BackfeedOwnName(s, "destination")
        { return new Command.ResumeDestination(name); }
    |
        LOOKAHEAD(1) sync = BackfeedOneOrAll(s) { return new Command.ResumeSync(sync); }
    )
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
