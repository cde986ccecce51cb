//! What matches what, and what is none: the tables were made by Prometheus 3.14's own matchers, with Go 1.26.

use super::{CapturingRegex, Pattern};

type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

/// An expression, values that match it, values that do not.
#[rustfmt::skip]
const MATCHES: &[Row] = &[
    (r"\d", &["1"], &["٣", "a"]),
    (r"\D", &["٣"], &["1"]),
    (r"\w+", &["aZ_9"], &["é", "ſ"]),
    (r"\W", &["é", "-"], &["a"]),
    (r"\s", &[" ", "\t"], &["\u{b}", "\u{a0}"]),
    (r"\S", &["\u{a0}", "\u{b}"], &[" "]),
    (r"a\b-", &["a-"], &["é-"]),
    ("é\\B-", &["é-"], &[]),
    (r"a\b\B", &[], &["a"]),
    (r"(?i)\w", &["ſ", "K"], &["é"]),
    ("(?i)s", &["ſ", "S", "s"], &["z"]),
    ("(?i:[k])", &["K", "K", "k"], &["j"]),
    ("(?i)[^k]", &["j"], &["K", "K"]),
    ("(?i)a(?-i)b", &["Ab", "ab"], &["AB"]),
    (".", &["\n", "a", "é"], &["ab"]),
    ("(?-s).", &["a"], &["\n"]),
    ("(?-s:a.)b|.", &["\n", "axb"], &["a\nb"]),
    ("^a$", &["a"], &["b"]),
    ("a$^", &[], &["a"]),
    (r"(?m)a$\n^b", &["a\nb"], &["ab"]),
    (r"a\z", &["a"], &[]),
    ("[a&&b]", &["a", "&", "b"], &["c"]),
    ("[a[b]", &["[", "a", "b"], &["c"]),
    ("[a~~b]", &["~", "a"], &["c"]),
    ("[]a]", &["]", "a"], &["b"]),
    ("[^]a]", &["b"], &["]"]),
    ("[a-]", &["-", "a"], &["b"]),
    (r"[a\-z]", &["-", "z"], &["b"]),
    ("[[:alpha:]]", &["a"], &["é", "1"]),
    ("[[:^digit:]x]", &["a", "٣"], &["1"]),
    ("[[:alpha]", &["[", "h"], &["z"]),
    ("[[:space:]]", &["\u{b}"], &["\u{a0}"]),
    (r"[\d\W]", &["1", "-"], &["a"]),
    (r"[^\x00-\x{10ffff}]", &[], &["a", ""]),
    (r"[\x{d7ff}-\x{e000}]", &["\u{d7ff}", "\u{e000}"], &["a"]),
    ("a{,2}", &["a{,2}"], &["a", "aa"]),
    ("{x", &["{x"], &[]),
    ("a{2", &["a{2"], &[]),
    ("a{01}", &["a{01}"], &[]),
    ("a{2}", &["aa"], &["a", "aaa"]),
    ("a{1,}", &["a", "aaaa"], &[""]),
    ("a{0}b", &["b"], &["ab"]),
    ("}", &["}"], &[]),
    ("]", &["]"], &[]),
    ("a{1}{", &["a{"], &[]),
    ("a*?b??", &["aab", "", "b"], &["bb"]),
    ("(?U)a+", &["aa"], &[""]),
    ("a*(?i)*", &["aaa"], &["b"]),
    (r"\pL", &["é", "a"], &["1"]),
    (r"\PL", &["1"], &["é"]),
    (r"\p{Greek}", &["α"], &["a"]),
    (r"\p{^Lu}", &["a"], &["A"]),
    (r"[\p{Lu}\d]", &["A", "1"], &["a"]),
    (r"\P{^Lu}", &["A"], &["a"]),
    (r"\p{Any}", &["a"], &["ab"]),
    (r"\x41\x{e9}\101\0?", &["AéA"], &["Aé"]),
    (r"\x{d800}?a", &["a"], &[]),
    (r#"\.\-\/\_\"\#\ "#, &[".-/_\"# "], &[]),
    (r"\Qa.b\E+", &["a.b", "a.bb"], &["aXb"]),
    (r"\Q(", &["("], &[]),
    ("", &[""], &["a"]),
    ("()", &[""], &["a"]),
    ("a|", &["a", ""], &[]),
    ("|", &[""], &["a"]),
    ("a|b|", &["a", "b", ""], &["ab"]),
    ("(a|b)", &["a", "b"], &["c", "ab"]),
    (r"(?:10\.0\.0\.1|b\-c)", &["10.0.0.1", "b-c"], &["10x0.0.1"]),
    ("a.*", &["a", "ab", "a\n"], &["ba"]),
    (".*a", &["a", "ba"], &["ab"]),
    (".*a.*", &["a", "bac"], &["b"]),
    ("a.+", &["ab"], &["a"]),
    (".*a.+", &["aa", "xab", "aé"], &["a", "xa"]),
    (".+", &["a", "\n"], &[""]),
    (".*", &["", "a"], &[]),
    (".*.+", &["a"], &[""]),
    (".+a", &["ba"], &["a"]),
    (r"a\.*", &["a", "a.."], &["ab"]),
    ("(a)|(b)", &["a", "b"], &["c"]),
    ("(?P<n>a)(?<m>b)", &["ab"], &[]),
    ("#a b", &["#a b"], &[]),
];

/// What is no expression, and the error after `error parsing regexp: `.
#[rustfmt::skip]
const ERRORS: &[(&str, &str)] = &[
    ("[a--b]", "invalid character class range: `a--`"),
    ("(", "missing closing ): `(`"),
    ("a(b", "missing closing ): `a(b`"),
    ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
    ("(?P<n", "invalid named capture: `(?P<n`"),
    ("(?P<>a)", "invalid named capture: `(?P<>`"),
    ("(?<a-b>a)", "invalid named capture: `(?<a-b>`"),
    (")", "unexpected ): `)`"),
    ("a)b", "unexpected ): `a)b`"),
    ("(a))", "unexpected ): `(a))`"),
    ("[a", "missing closing ]: `[a`"),
    ("[", "missing closing ]: `[`"),
    ("[]", "missing closing ]: `[]`"),
    ("[z-a]", "invalid character class range: `z-a`"),
    (r"[a-\d]", r"invalid escape sequence: `\d`"),
    ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
    ("*", "missing argument to repetition operator: `*`"),
    ("+a", "missing argument to repetition operator: `+`"),
    ("a|*", "missing argument to repetition operator: `*`"),
    ("(?)*", "missing argument to repetition operator: `*`"),
    ("(*a)", "missing argument to repetition operator: `*`"),
    ("a**", "invalid nested repetition operator: `**`"),
    ("a+*", "invalid nested repetition operator: `+*`"),
    ("a??*", "invalid nested repetition operator: `??*`"),
    ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
    ("a*{2}", "invalid nested repetition operator: `*{2}`"),
    ("a{1001}", "invalid repeat count: `{1001}`"),
    ("a{2,1}", "invalid repeat count: `{2,1}`"),
    ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
    ("(a{100}){11}", "invalid repeat count: `{11}`"),
    ("((a{10}){10}){11}", "invalid repeat count: `{11}`"),
    (r"\", "trailing backslash at end of expression: ``"),
    (r"a\", "trailing backslash at end of expression: ``"),
    (r"\8", r"invalid escape sequence: `\8`"),
    (r"\1", r"invalid escape sequence: `\1`"),
    (r"\y", r"invalid escape sequence: `\y`"),
    ("\\é", "invalid escape sequence: `\\é`"),
    (r"\C", r"invalid escape sequence: `\C`"),
    (r"\Z", r"invalid escape sequence: `\Z`"),
    (r"\x", r"invalid escape sequence: `\x`"),
    (r"\xg", r"invalid escape sequence: `\xg`"),
    (r"\xA", r"invalid escape sequence: `\xA`"),
    (r"\x{}", r"invalid escape sequence: `\x{}`"),
    (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
    (r"\x{41", r"invalid escape sequence: `\x{41`"),
    (r"[\y]", r"invalid escape sequence: `\y`"),
    (r"[\", "trailing backslash at end of expression: ``"),
    (r"\p", r"invalid character class range: `\p`"),
    (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
    (r"\p{lu}", r"invalid character class range: `\p{lu}`"),
    (r"\p{greek}", r"invalid character class range: `\p{greek}`"),
    (r"\p{L", r"invalid character class range: `\p{L`"),
    (r"\pX", r"invalid character class range: `\pX`"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
    ("(?<=a)", "invalid named capture: `(?<=a)`"),
    ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
    ("(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"),
    ("(?--i)", "invalid or unsupported Perl syntax: `(?--`"),
    ("(?-:a)", "invalid or unsupported Perl syntax: `(?-:`"),
    ("(?#a)", "invalid or unsupported Perl syntax: `(?#`"),
    ("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
    ("(?P=n)", "invalid or unsupported Perl syntax: `(?P`"),
    ("(?P>n)", "invalid or unsupported Perl syntax: `(?P`"),
];

#[test]
fn values_match_as_in_prometheus() {
    for (pattern, matching, others) in MATCHES {
        let compiled = Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        for (values, expected) in [(matching, true), (others, false)] {
            for value in *values {
                assert_eq!(compiled.matches(value), expected, "{pattern:?} {value:?}");
            }
        }
    }
}

#[test]
fn errors_are_those_of_go() {
    for (pattern, error) in ERRORS {
        let found = Pattern::new(pattern).map_err(|error| error.to_string()).err();
        assert_eq!(found, Some(format!("error parsing regexp: {error}")), "{pattern:?}");
    }
}

#[test]
fn what_is_simple_needs_no_automaton() {
    for pattern in
        ["", "a", "a|b", r"(a\.b|c\-d)", "(?:a|b)", ".*", ".+", "a.*", ".*a", ".*a.*", "a.+", ".*a.+"]
    {
        assert!(matches!(Pattern::new(pattern), Ok(Pattern::Shortcut(_))), "{pattern}");
    }
    for pattern in ["a*", "a.*b", "(a|b).*", "(a)|(b)", r"a\.*", ".+a", r"\d"] {
        assert!(matches!(Pattern::new(pattern), Ok(Pattern::Automaton(_))), "{pattern}");
    }
}

#[test]
fn a_choice_of_texts_tells_them() {
    let values = |pattern| Pattern::new(pattern).unwrap().values().map(<[String]>::to_vec);
    assert_eq!(values("(b|a|b|)"), Some(vec![String::new(), "a".to_owned(), "b".to_owned()]));
    assert_eq!(values("a.*"), None);
}

#[test]
fn groups_capture_what_they_do_in_go() {
    let captures = |pattern, value| {
        let regex = CapturingRegex::new(pattern).unwrap();
        let captures = regex.captures(value).unwrap();
        captures
            .iter()
            .skip(1)
            .map(|group| group.map_or("", |group| group.as_str()).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(captures("(a*)(a*)", "aaa"), ["aaa", ""]);
    assert_eq!(captures("(a*?)(a*)", "aaa"), ["", "aaa"]);
    assert_eq!(captures("(?U)(a*)(?:b?)(a*?)", "aaa"), ["", "aaa"]);
    assert_eq!(captures(r"(?P<x>\w)((?i)B)", "ab"), ["a", "b"]);
}

#[test]
fn size_and_depth_have_caps() {
    let error = |pattern: &str| Pattern::new(pattern).map_err(|error| error.to_string()).unwrap_err();
    assert!(error(r"(\pL{500}|\pN{500}){2}").contains("expression too large"));
    let nested = |depth| format!("{}a*{}", "(a|b".repeat(depth), ")*".repeat(depth));
    assert!(Pattern::new(&nested(20)).is_ok());
    assert!(error(&nested(21)).contains("expression nests too deeply"));
}
