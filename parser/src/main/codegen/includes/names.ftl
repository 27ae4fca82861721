<#-- Names, option lists and numbers. -->

/** Any word or quoted name. Calcite's own identifier would refuse OUT, USER, METHOD, VALUE … */
Name BackfeedName(StatementText s, String what) :
{
}
{
    {
        s.expectName(getToken(1), what);
        return s.name(getNextToken());
    }
}

/** The name of a sync or a destination, where some words need quotes. */
Name BackfeedOwnName(StatementText s, String kind) :
{
}
{
    {
        s.expectOwnName(getToken(1), kind);
        return s.name(getNextToken());
    }
}

boolean BackfeedIfNotExists(StatementText s, boolean replace) :
{
    Token t;
}
{
    [
        LOOKAHEAD({ getToken(1).kind == IF && getToken(2).kind == NOT })
        t = <IF> <NOT> <EXISTS> { s.refuseReplace(t, replace); return true; }
    ]
    { return false; }
}

boolean BackfeedIfExists() :
{
}
{
    [
        LOOKAHEAD({ getToken(1).kind == IF && getToken(2).kind == EXISTS })
        <IF> <EXISTS> { return true; }
    ]
    { return false; }
}

void BackfeedOptions(StatementText s, OptionList given) :
{
}
{
    <LPAREN> BackfeedOption(s, given)
    ( LOOKAHEAD(1) <COMMA> BackfeedOption(s, given) )* <RPAREN>
}

/** {@code (name, …)} of UNSET. */
void BackfeedOptionNames(StatementText s, OptionList named) :
{
}
{
    <LPAREN> BackfeedOptionName(s, named)
    ( LOOKAHEAD(1) <COMMA> BackfeedOptionName(s, named) )* <RPAREN>
}

Name BackfeedOptionName(StatementText s, OptionList given) :
{
    Name name;
}
{
    name = BackfeedName(s, "the name of an option") { given.name(s, getToken(0), name); return name; }
}

void BackfeedOption(StatementText s, OptionList given) :
{
    Name name;
    Name column;
    OptionValue value;
}
{
    name = BackfeedOptionName(s, given)
    <EQ>
    (
        LOOKAHEAD({ !s.namesColumn(name, getToken(1)) }) value = BackfeedOptionValue(s)
    |
        column = BackfeedName(s, "a column") { value = new OptionValue.Text(column.text()); }
    )
    { given.add(new Option(name, value)); }
}

OptionValue BackfeedOptionValue(StatementText s) :
{
    String reference;
    OptionValue value;
}
{
    LOOKAHEAD(1) <SECRET> reference = BackfeedString(s) { return new OptionValue.Secret(reference); }
|
    LOOKAHEAD(1) value = BackfeedLiteral(s) { return value; }
}

OptionValue BackfeedLiteral(StatementText s) :
{
    Token t;
    boolean negative = false;
}
{
    LOOKAHEAD(1) t = <QUOTED_STRING> { return new OptionValue.Text(s.string(t)); }
|
    LOOKAHEAD(1) t = <HOOK> { return s.optionValue(t); }
|
    LOOKAHEAD(1) <TRUE> { return new OptionValue.Flag(true); }
|
    LOOKAHEAD(1) <FALSE> { return new OptionValue.Flag(false); }
|
    LOOKAHEAD(1) [ LOOKAHEAD(1) <MINUS> { negative = true; } ]
    (
        LOOKAHEAD(1) t = <UNSIGNED_INTEGER_LITERAL>
    |   LOOKAHEAD(1) t = <DECIMAL_NUMERIC_LITERAL>
    |   LOOKAHEAD(1) t = <APPROX_NUMERIC_LITERAL>
    )
    { return new OptionValue.Numeric(s.number(t, negative)); }
}

long BackfeedWhole(StatementText s) :
{
    Token t;
}
{
    (
        LOOKAHEAD(1) t = <UNSIGNED_INTEGER_LITERAL>
    |   LOOKAHEAD(1) t = <HOOK>
    )
    { return s.whole(t); }
}

/** A string, or the ? of a prepared statement. */
String BackfeedString(StatementText s) :
{
    Token t;
}
{
    (
        LOOKAHEAD(1) t = <QUOTED_STRING>
    |   LOOKAHEAD(1) t = <HOOK>
    )
    { return s.string(t); }
}

/** {@code ('…', …)}. */
List<String> BackfeedStrings(StatementText s) :
{
    List<String> all = new ArrayList<String>();
    String each;
}
{
    <LPAREN> each = BackfeedString(s) { all.add(each); }
    ( LOOKAHEAD(1) <COMMA> each = BackfeedString(s) { all.add(each); } )* <RPAREN>
    { return all; }
}
