//! What the parser accepts and refuses; the spans and the printed forms are in the golden table.

use super::*;

fn error(query: &str) -> String {
    parse(query).unwrap_err().to_string()
}

#[test]
fn errors_are_prometheus_own() {
    assert_eq!(error(""), "unknown position: parse error: no expression found in input");
    assert_eq!(error("rate("), "1:6: parse error: unclosed left parenthesis");
    assert_eq!(error("1 +"), "1:4: parse error: unexpected end of input");
    assert_eq!(error("sum by (a) b"), "1:12: parse error: unexpected identifier \"b\" in aggregation");
}
