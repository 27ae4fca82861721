/*
 * The words of any warehouse's SQL, as far as quotes, comments and parentheses need it. Never
 * rejects a text. A rule matches only the opening of a literal or comment; the action, in
 * LiteralLexer, finds its end by hand, which is many times faster than a loop in the grammar and
 * lets one lexer follow the rules of every warehouse.
 */
lexer grammar BackfeedLexer;

options {
  superClass = LiteralLexer;
}

tokens {
  UNCLOSED
}

SPACE: [ \t\r\n\f\u000B\u0085\u00A0\u1680\u2000-\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]+;

COMMENT: ('--' | '/*') { comment(); };
MAYBE_COMMENT: ('#' | '//') { maybeComment(); };

STRING: '\'' { string('\0'); };
PREFIXED_STRING: [eErR] '\'' { string(prefix()); };
NAME: '"' { doubleQuoted('\0'); };
PREFIXED_NAME: [rR] '"' { doubleQuoted(prefix()); };
BACKTICK: '`' { backtick(); };
DOLLAR: '$' (LETTER (LETTER | [0-9])*)? '$' { dollar(); };

WORD: LETTER (LETTER | [0-9$])*;
NUMBER: [0-9]+;

OPEN: '(';
CLOSE: ')';
COMMA: ',';
DOT: '.';
SEMICOLON: ';';
OTHER: .;

fragment LETTER:
  [A-Za-z_\u0080-\u0084\u0086-\u009F\u00A1-\u167F\u1681-\u1FFF\u200C-\u2027\u202A-\u202E\u2030-\u205E\u2061-\u2FFF\u3001-\uFEFE\uFF00-\uFFFF];
