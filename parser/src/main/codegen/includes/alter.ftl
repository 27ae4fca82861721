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
    OptionList given = new OptionList();
    Name name;
    Token t;
    long version;
}
{
    LOOKAHEAD(1) <SET> BackfeedOptions(s, given)
    { return new Alteration.SetOptions(given.list()); }
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
