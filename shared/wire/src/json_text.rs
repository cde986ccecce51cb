//! JSON text from strangers, into types that borrow from it.

use memchr::{memchr2, memchr2_iter};
use serde::Deserialize;

use crate::limits;

/// Reads a value from its JSON text. The error is one line that quotes nothing of the text.
pub(crate) fn from_slice<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    // sonic-rs skips unknown fields by recursion without a limit, <https://github.com/cloudwego/sonic-rs/issues/232>:
    // deep nesting would overflow the stack, which ends the process.
    Brackets { depth: limits::NESTING, number: usize::MAX }.check(json)?;
    sonic_rs::from_slice(json).map_err(|error| one_line(&error))
}

/// The parser's message quotes the input over several lines: only its first says what is wrong.
pub(crate) fn one_line(error: &sonic_rs::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// How many arrays and objects JSON text may have: inside each other, and in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brackets {
    pub depth: usize,
    pub number: usize,
}

impl Brackets {
    /// Whether the text keeps to it. Says nothing of whether it is JSON.
    pub(crate) fn check(self, json: &[u8]) -> Result<(), String> {
        // Text that opens few arrays and objects is not deep: the usual case, and quickly seen.
        if memchr2_iter(b'[', b'{', json).nth(self.depth.min(self.number)).is_none() {
            return Ok(());
        }
        let (mut depth, mut number, mut rest) = (0_usize, 0, json);
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'[' | b'{' | b']' | b'}')) {
            match rest[at] {
                b'"' => {
                    rest = after_string(&rest[at + 1..]);
                    continue;
                }
                b'[' | b'{' => {
                    depth += 1;
                    number += 1;
                }
                _ => depth = depth.saturating_sub(1),
            }
            if depth > self.depth {
                return Err(format!("nested more than {} levels deep", self.depth));
            }
            if number > self.number {
                return Err(format!("more than {} arrays and objects", self.number));
            }
            rest = &rest[at + 1..];
        }
        Ok(())
    }
}

/// What follows a string, given what follows its opening quote.
fn after_string(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        if rest[at] == b'"' {
            return &rest[at + 1..];
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    &[]
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}1{}", r#"[{"a":"#.repeat(depth / 2), "}]".repeat(depth / 2))
    }

    #[test]
    fn nesting_is_read_up_to_the_limit() {
        assert!(from_slice::<IgnoredAny>(nested(limits::NESTING).as_bytes()).is_ok());
        for depth in [limits::NESTING + 2, 1_000_000] {
            let error = from_slice::<IgnoredAny>(nested(depth).as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(error, "nested more than 32 levels deep");
        }
    }

    #[test]
    fn brackets_side_by_side_and_in_strings_are_no_nesting() {
        for text in [
            format!("[{}[]]", "[{}],".repeat(1_000)),
            format!(r#"["{}","\"{}","\\",[]]"#, "[".repeat(1_000), "{".repeat(1_000)),
        ] {
            assert!(from_slice::<IgnoredAny>(text.as_bytes()).is_ok(), "{text}");
        }
        let after_a_string = format!(r#"["\\",{}]"#, "[".repeat(1_000));
        assert!(from_slice::<IgnoredAny>(after_a_string.as_bytes()).unwrap_err().contains("levels deep"));
        let ends_in_a_string = format!("{}\"\\", "[]".repeat(100));
        assert!(Brackets { depth: 1, number: 100 }.check(ends_in_a_string.as_bytes()).is_ok());
    }

    #[test]
    fn brackets_are_counted() {
        let text = br#"[{"a":["[",{}]},[]]"#;
        assert!(Brackets { depth: 4, number: 5 }.check(text).is_ok());
        assert_eq!(
            Brackets { depth: 4, number: 4 }.check(text).unwrap_err(),
            "more than 4 arrays and objects"
        );
    }
}
