<#-- What runs a sync, looks at a run or decides about it. -->

Command BackfeedSyncNow(StatementText s) :
{
    Selection selection;
    Occurrences seen = new Occurrences(s, "SYNC NOW");
    Scope scope = Scope.CHANGES;
    OptionalLong limit = OptionalLong.empty();
    Token t;
}
{
    <SYNC> <NOW> selection = BackfeedSelection(s)
    (
        LOOKAHEAD(1)
        (
            LOOKAHEAD(1) t = <FULL> { seen.apart("FULL", t, "RETRY", "REPAIR"); scope = Scope.FULL; }
        |   LOOKAHEAD(1) t = <RETRY> { seen.apart("RETRY", t, "FULL", "REPAIR"); scope = Scope.RETRY; }
        |   LOOKAHEAD(1) t = <REPAIR> { seen.apart("REPAIR", t, "FULL", "RETRY"); scope = Scope.REPAIR; }
        |   LOOKAHEAD(1) t = <DRY> <RUN> { seen.apart("DRY RUN", t, "FOR REVIEW"); }
        |   LOOKAHEAD(1) t = <FOR> <REVIEW> { seen.apart("FOR REVIEW", t, "DRY RUN"); }
        |   LOOKAHEAD(1) t = <OR> <FAIL> { seen.once("OR FAIL", t); }
        |   LOOKAHEAD(1) t = <LIMIT> { seen.once("LIMIT", t); } limit = BackfeedCount(s)
        )
    )*
    {
        return new Command.SyncNow(
            selection, scope, seen.has("DRY RUN"), seen.has("FOR REVIEW"), limit, seen.has("OR FAIL"));
    }
}

Selection BackfeedSelection(StatementText s) :
{
    List<Name> names = new ArrayList<Name>();
    Name name;
    String tag;
}
{
    LOOKAHEAD(1) <ALL> { return Selection.ALL; }
|
    LOOKAHEAD(1) <TAG> tag = BackfeedString(s) { return Selection.tag(tag); }
|
    LOOKAHEAD(1) <TO> name = BackfeedOwnName(s, "destination") { return Selection.to(name); }
|
    name = BackfeedOwnName(s, "sync") { names.add(name); }
    ( LOOKAHEAD(1) <COMMA> name = BackfeedOwnName(s, "sync") { names.add(name); } )*
    { return Selection.of(names); }
}

Command BackfeedExplain(StatementText s) :
{
    Name name;
    Token t;
    List<String> key;
}
{
    <EXPLAIN> <SYNC> name = BackfeedOwnName(s, "sync")
    [
        LOOKAHEAD(1) t = <KEY> key = BackfeedStrings(s)
        { return new Command.ExplainKey(name, key, s.position(t)); }
    ]
    { return new Command.ExplainSync(name); }
}

Command BackfeedPreview(StatementText s) :
{
    Name name;
    RunName run;
    OptionalLong limit = OptionalLong.empty();
}
{
    <PREVIEW>
    (
        LOOKAHEAD(1) <SYNC> name = BackfeedOwnName(s, "sync")
        [ LOOKAHEAD(1) <LIMIT> limit = BackfeedCount(s) ]
        { return new Command.PreviewSync(name, limit); }
    |
        LOOKAHEAD(1) run = BackfeedRun(s)
        [ LOOKAHEAD(1) <LIMIT> limit = BackfeedCount(s) ]
        { return new Command.PreviewRun(run, limit); }
    )
}

Command BackfeedVerify(StatementText s) :
{
    Name name;
    Token t;
    OptionalLong sample = OptionalLong.empty();
}
{
    <VERIFY> <SYNC> name = BackfeedOwnName(s, "sync")
    [ LOOKAHEAD(1) t = <SAMPLE> sample = BackfeedCount(s) { s.expectSome(t, "SAMPLE", sample.getAsLong()); } ]
    { return new Command.VerifySync(name, sample); }
}

Command BackfeedApprove(StatementText s) :
{
    RunName run;
}
{
    <APPROVE> run = BackfeedRun(s) { return new Command.ApproveRun(run); }
}

Command BackfeedReject(StatementText s) :
{
    RunName run;
}
{
    <REJECT> run = BackfeedRun(s) { return new Command.RejectRun(run); }
}

Command BackfeedCancel(StatementText s) :
{
    RunName run;
}
{
    <CANCEL> run = BackfeedRun(s) { return new Command.CancelRun(run); }
}

Command BackfeedUndo(StatementText s) :
{
    RunName run;
    Occurrences seen = new Occurrences(s, "UNDO RUN");
    Token t;
}
{
    <UNDO> run = BackfeedRun(s)
    (
        LOOKAHEAD(1)
        (
            LOOKAHEAD(1) t = <DELETE> <CREATED> { seen.once("DELETE CREATED", t); }
        |   LOOKAHEAD(1) t = <DRY> <RUN> { seen.once("DRY RUN", t); }
        )
    )*
    { return new Command.UndoRun(run, seen.has("DELETE CREATED"), seen.has("DRY RUN")); }
}

RunName BackfeedRun(StatementText s) :
{
    Token t;
    String id;
}
{
    <RUN> { t = getToken(1); } id = BackfeedString(s) { return new RunName(id, s.position(t)); }
}

OptionalLong BackfeedCount(StatementText s) :
{
    long n;
}
{
    n = BackfeedWhole(s) { return OptionalLong.of(n); }
}
