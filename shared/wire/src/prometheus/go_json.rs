//! JSON as Go's encoders write it, with the characters escaped that HTML or JavaScript would take for theirs.

use std::io;

use firefly_model::selection::{GoFloat, format_go_float};
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

/// The compact JSON of a value. Names stand in the order in which the value gives them; a map of Go's has them sorted.
pub fn to_go_json(value: &impl Serialize) -> String {
    let mut json = Vec::new();
    // Neither can fail: memory takes everything, and all names are texts.
    let _infallible = value.serialize(&mut Serializer::with_formatter(&mut json, GoFormatter));
    String::from_utf8(json).unwrap_or_default()
}

struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, found) = rest.split_at(at);
            let mut chars = found.chars();
            let escape = chars.next().map_or(0, u32::from);
            writer.write_all(before.as_bytes())?;
            write!(writer, "\\u{escape:04x}")?;
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus | CharEscape::Solidus => writer.write_all(b"\\\\"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
            CharEscape::Backspace => writer.write_all(b"\\u0008"),
            CharEscape::FormFeed => writer.write_all(b"\\u000c"),
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04x}"),
        }
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(format_go_float(value, GoFloat::Json).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn is_what_go_writes() {
        let value = json!({"b": ["<a>&\u{2028}\u{2029}\"\\é", "\u{8}\u{c}\n\r\t\u{1}\u{7f}/"], "a": [6.51e-7, 0.5, 1, null]});
        assert_eq!(
            to_go_json(&value),
            r#"{"a":[6.51e-07,0.5,1,null],"b":["\u003ca\u003e\u0026\u2028\u2029\"\\é","\u0008\u000c\n\r\t\u0001"#
                .to_owned()
                + "\u{7f}/\"]}"
        );
    }
}
