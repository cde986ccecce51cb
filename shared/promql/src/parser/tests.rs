//! The caps, and what selectors alone are.

use super::*;

/// Runs with as much stack as threads have by default.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(test).unwrap().join().unwrap();
}

/// Parses a query, walks its expression in every way that there is.
fn walk(query: &str) -> Result<(), String> {
    let expr = parse(query).map_err(|error| error.to_string())?;
    let copy = expr.clone();
    assert_eq!(expr, copy);
    assert!(!format!("{expr:?}").is_empty() && !pretty(&copy).is_empty());
    assert!(parse(&expr.to_string()).is_ok());
    Ok(())
}

#[test]
fn whatever_nests_has_a_cap_and_fits_the_stack() {
    // One level before and after what is within it, and how many of them are let through.
    const NESTS: &[(&str, &str, usize)] = &[
        ("(", ")", MAX_NESTING - 1),
        ("-(", ")", MAX_NESTING / 2 - 1),
        ("1 + (", ")", MAX_NESTING / 2 - 1),
        ("sum(", ")", MAX_NESTING - 1),
        ("topk(1, ", ")", MAX_NESTING - 1),
        ("abs(", ")", MAX_NESTING - 1),
        ("max_over_time(", "[5m:])", MAX_NESTING - 1),
        ("-", "", MAX_NESTING - 1),
        ("a ^ ", "", MAX_NESTING - 1),
        ("", " + a", MAX_DEPTH - 1),
        ("", "[5m:]", 1),
    ];
    // Compiling it takes stack too.
    let regex = format!("a{{b=~\"{}c*{}\"}}", "(d|e".repeat(20), ")*".repeat(20));
    for (before, after, most) in NESTS {
        let nested = |levels| format!("{}{regex}{}", before.repeat(levels), after.repeat(levels));
        let (deepest, deeper, deep) = (nested(*most), nested(most + 1), nested(6_000));
        on_a_small_stack(move || {
            assert_eq!(walk(&deepest), Ok(()));
            assert!(walk(&deeper).is_err() && walk(&deep).is_err());
        });
    }
    let error = parse(&format!("{}1", "(".repeat(100))).unwrap_err();
    assert_eq!(error.to_string(), "1:80: parse error: expression is nested more than 80 levels deep");
}

#[test]
fn nested_lengths_have_a_cap() {
    on_a_small_stack(|| {
        for (before, after) in [("a[", ""), ("a offset ", ""), ("a[5m:", "")] {
            for sign in ["-", "(", "1m + (", "1m ^ ", "max_of("] {
                let error = parse(&format!("{before}{}1m{after}", sign.repeat(5_000))).unwrap_err();
                assert!(error.message.contains("levels deep"), "{before}{sign} {error}");
            }
        }
    });
}

#[test]
fn the_length_of_a_query_has_a_cap() {
    assert!(parse(&format!("a{}", " ".repeat(MAX_BYTES - 1))).is_ok());
    let error = parse(&format!("a{}", " ".repeat(MAX_BYTES))).unwrap_err();
    assert_eq!(error.to_string(), "1:1: parse error: query is longer than 65536 bytes");
}

#[test]
fn selectors_alone_are_parsed_but_not_checked() {
    let matchers =
        |text| parse_selector(text).map(|matchers| matchers.len()).map_err(|error| error.to_string());
    assert_eq!(matchers("up{a=\"b\"}"), Ok(2));
    assert_eq!(matchers(" {} "), Ok(0));
    assert_eq!(matchers("sum"), Ok(1));
    assert_eq!(matchers(""), Err("unknown position: parse error: unexpected end of input".to_owned()));
    assert_eq!(matchers("up[5m]"), Err("1:3: parse error: unexpected \"[\"".to_owned()));
    assert_eq!(matchers("1"), Err("1:1: parse error: unexpected number \"1\"".to_owned()));
}
