//! The envelope of every answer. Nothing follows it, no end of line either.

use crate::prometheus::to_go_json;

/// What an answer begins with, before its data.
pub const DATA_HEAD: &str = "{\"status\":\"success\",\"data\":";
/// What an answer ends with if there is nothing to say about it.
pub const END_OF_DATA: &str = "}";

/// The most warnings, and the most remarks, of an answer.
const ANNOTATIONS: usize = 10;

/// A whole answer, given the JSON of its data.
pub fn success(data: &str) -> String {
    format!("{DATA_HEAD}{data}{END_OF_DATA}")
}

/// What follows the data of an answer: warnings and remarks, ten of each at most.
pub fn tail(warnings: &[String], infos: &[String]) -> String {
    let mut json = String::new();
    for (name, kind, messages) in [("warnings", "warning", warnings), ("infos", "info", infos)] {
        if messages.is_empty() {
            continue;
        }
        let mut shown = messages[..messages.len().min(ANNOTATIONS)].to_vec();
        let omitted = messages.len() - shown.len();
        if omitted > 0 {
            shown.push(format!("{omitted} more {kind} annotations omitted"));
        }
        json.push_str(&format!(",\"{name}\":{}", to_go_json(&shown)));
    }
    json.push_str(END_OF_DATA);
    json
}

/// The answer to what is not answered with what it asks for.
pub fn error_envelope(error_type: &str, message: &str) -> String {
    let (error_type, message) = (to_go_json(&error_type), to_go_json(&message));
    format!("{{\"status\":\"error\",\"errorType\":{error_type},\"error\":{message}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_annotations_of_each_kind_at_most() {
        let messages = |count: usize| (1..=count).map(|number| format!("<{number}>")).collect::<Vec<_>>();
        assert_eq!(tail(&[], &[]), "}");
        assert_eq!(
            tail(&messages(1), &messages(2)),
            r#","warnings":["\u003c1\u003e"],"infos":["\u003c1\u003e","\u003c2\u003e"]}"#
        );
        let tail = tail(&messages(10), &messages(13));
        assert!(tail.contains(r#""\u003c10\u003e"],"infos""#), "{tail}");
        assert!(tail.ends_with(r#""\u003c10\u003e","3 more info annotations omitted"]}"#), "{tail}");
    }

    #[test]
    fn errors_are_escaped() {
        assert_eq!(
            error_envelope("bad_data", "unexpected \">\""),
            r#"{"status":"error","errorType":"bad_data","error":"unexpected \"\u003e\""}"#
        );
        assert_eq!(success("[]"), r#"{"status":"success","data":[]}"#);
    }
}
