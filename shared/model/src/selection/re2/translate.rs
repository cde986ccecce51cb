//! From Go's syntax to Rust's.

use super::class;
use super::escape::{Escape, escape};
use super::refusal;

/// How deep groups may nest. Go allows a thousand, but Rust's compiler recurses, and a thread has little stack.
pub(super) const MAX_GROUPS: u32 = 20;

/// The most repetitions, those within others multiplied.
const MAX_REPEATS: u32 = 1000;

/// What is in force where an atom stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags {
    /// `i`
    pub(super) folds_case: bool,
    /// `s`, on at first.
    dot_is_any: bool,
    /// `m`
    is_multi_line: bool,
    /// `U`, which makes repetitions lazy that are greedy without it, and the other way round.
    is_ungreedy: bool,
}

/// An open group.
#[derive(Debug)]
struct Group {
    /// To be restored at its end.
    flags: Flags,
    start: usize,
    repeats: u32,
}

/// What a repetition would apply to.
#[derive(Clone, Copy, Debug)]
struct Atom {
    /// Where it begins in what has been written.
    start: usize,
    /// How many repetitions it is, of its most repeated part.
    repeats: u32,
    is_repetition: bool,
}

struct Translator<'p> {
    pattern: &'p str,
    rest: &'p str,
    written: String,
    flags: Flags,
    groups: Vec<Group>,
    last: Option<Atom>,
    /// The largest of the atoms of the innermost open group.
    repeats: u32,
    /// The names of the groups that capture, empty ones of those without; None if nothing has to be captured.
    captures: Option<Vec<String>>,
}

type Translated = Result<(), String>;

/// An expression for Rust that matches what this one matches in Go.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    translate_capturing(pattern, None).map(|(written, _)| written)
}

/// An expression that captures what this one captures in Go too, in groups without names, and their names.
pub(super) fn translate_with_groups(pattern: &str) -> Result<(String, Vec<String>), String> {
    translate_capturing(pattern, Some(Vec::new()))
}

fn translate_capturing(
    pattern: &str,
    captures: Option<Vec<String>>,
) -> Result<(String, Vec<String>), String> {
    let flags = Flags { folds_case: false, dot_is_any: true, is_multi_line: false, is_ungreedy: false };
    let mut translator = Translator {
        pattern,
        rest: pattern,
        written: String::with_capacity(2 * pattern.len()),
        flags,
        groups: Vec::new(),
        last: None,
        repeats: 0,
        captures,
    };
    translator.all()?;
    Ok((translator.written, translator.captures.unwrap_or_default()))
}

impl<'p> Translator<'p> {
    fn all(&mut self) -> Translated {
        // From the last repetition on, if nothing came after it.
        let mut last_repetition = None;
        while let Some(first) = self.rest.chars().next() {
            let before = self.rest;
            match first {
                '*' | '+' | '?' => {
                    self.rest = &before[1..];
                    self.repeat(before, last_repetition, 0, &before[..1])?;
                }
                '{' if self.counted(before, last_repetition)? => {}
                _ => {
                    self.part(first)?;
                    last_repetition = None;
                    continue;
                }
            }
            last_repetition = Some(before);
        }
        match self.groups.is_empty() {
            true => Ok(()),
            false => Err(refusal("missing closing )", self.pattern)),
        }
    }

    /// What is no repetition.
    fn part(&mut self, first: char) -> Translated {
        let after = &self.rest[first.len_utf8()..];
        match first {
            '(' if after.starts_with('?') => self.flags_or_group()?,
            '(' => self.open(after, Some(""))?,
            ')' => self.close(after)?,
            '|' => {
                self.rest = after;
                self.written.push('|');
                self.last = None;
            }
            '^' => self.atom(after, if self.flags.is_multi_line { "(?m:^)" } else { r"\A" }),
            '$' => self.atom(after, if self.flags.is_multi_line { "(?m:$)" } else { r"\z" }),
            '.' => self.atom(after, if self.flags.dot_is_any { "(?s:.)" } else { r"[^\n]" }),
            '[' => {
                let (class, after) = class::brackets(self.rest)?;
                self.atom(after, &class.written(self.flags));
            }
            '\\' => self.escaped()?,
            literal => self.literal(literal, after),
        }
        Ok(())
    }

    fn atom(&mut self, after: &'p str, written: &str) {
        self.last = Some(Atom { start: self.written.len(), repeats: 0, is_repetition: false });
        self.written.push_str(written);
        self.rest = after;
    }

    fn literal(&mut self, c: char, after: &'p str) {
        let escaped = regex::escape(c.encode_utf8(&mut [0; 4]));
        match self.flags.folds_case && c.is_alphabetic() {
            true => self.atom(after, &format!("(?i:{escaped})")),
            false => self.atom(after, &escaped),
        }
    }

    fn escaped(&mut self) -> Translated {
        if let Some(quoted) = self.rest.strip_prefix(r"\Q") {
            let (text, after) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
            text.chars().for_each(|c| self.literal(c, after));
            self.rest = after;
            return Ok(());
        }
        let (escape, after) = escape(self.rest)?;
        match escape {
            Escape::Char(c) => self.literal(c, after),
            Escape::Surrogate => self.atom(after, class::NOTHING),
            Escape::Class(class) => self.atom(after, &class.written(self.flags)),
            Escape::Assertion(written) => self.atom(after, written),
        }
        Ok(())
    }

    /// Opens a group, which captures if it has a name, even an empty one.
    fn open(&mut self, after: &'p str, name: Option<&str>) -> Translated {
        if u32::try_from(self.groups.len()).is_ok_and(|open| open >= MAX_GROUPS) {
            return Err(refusal("expression nests too deeply", self.pattern));
        }
        let (flags, start, repeats) = (self.flags, self.written.len(), self.repeats);
        self.groups.push(Group { flags, start, repeats });
        (self.last, self.repeats, self.rest) = (None, 0, after);
        let captured = name.and_then(|name| self.captures.as_mut().map(|names| names.push(name.to_owned())));
        self.written.push_str(if captured.is_some() { "(" } else { "(?:" });
        Ok(())
    }

    fn close(&mut self, after: &'p str) -> Translated {
        let Some(group) = self.groups.pop() else {
            return Err(refusal("unexpected )", self.pattern));
        };
        self.written.push(')');
        self.flags = group.flags;
        self.last = Some(Atom { start: group.start, repeats: self.repeats, is_repetition: false });
        (self.repeats, self.rest) = (self.repeats.max(group.repeats), after);
        Ok(())
    }

    /// `(?i)`, `(?i:`, `(?P<name>` and `(?<name>`
    fn flags_or_group(&mut self) -> Translated {
        let group = self.rest;
        let name = group.strip_prefix("(?P<").or_else(|| group.strip_prefix("(?<"));
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let invalid = |part| refusal("invalid named capture", part);
            let (name, after) = name.split_once('>').ok_or_else(|| invalid(group))?;
            let is_valid = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
            if !is_valid {
                return Err(invalid(&group[..group.len() - after.len()]));
            }
            return self.open(after, Some(name));
        }
        let (mut flags, mut is_on, mut seen) = (self.flags, true, false);
        let mut rest = group["(?".len()..].chars();
        while let Some(c) = rest.next() {
            match c {
                'i' => flags.folds_case = is_on,
                's' => flags.dot_is_any = is_on,
                'm' => flags.is_multi_line = is_on,
                'U' => flags.is_ungreedy = is_on,
                '-' if is_on => {
                    (is_on, seen) = (false, false);
                    continue;
                }
                ':' | ')' if is_on || seen => {
                    self.rest = rest.as_str();
                    if c == ':' {
                        self.open(rest.as_str(), None)?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            seen = true;
        }
        let part = &group[..group.len() - rest.as_str().len()];
        Err(refusal("invalid or unsupported Perl syntax", part))
    }

    /// `{2,3}`; false if it is none, so that the brace is a literal.
    fn counted(&mut self, before: &'p str, last_repetition: Option<&'p str>) -> Result<bool, String> {
        let Some((least, most, after)) = counts(before) else {
            return Ok(false);
        };
        let text = &before[..before.len() - after.len()];
        let is_valid = least <= MAX_REPEATS && most.is_none_or(|most| most <= MAX_REPEATS && least <= most);
        if !is_valid {
            return Err(refusal("invalid repeat count", text));
        }
        self.rest = after;
        self.repeat(before, last_repetition, most.unwrap_or(least), text)?;
        Ok(true)
    }

    /// Repeats the last atom. The operator has been read, but for a question mark that makes it lazy.
    fn repeat(&mut self, before: &'p str, last: Option<&'p str>, times: u32, operator: &str) -> Translated {
        let lazy = self.rest.strip_prefix('?');
        self.rest = lazy.unwrap_or(self.rest);
        let up_to_here = |from: &'p str, rest: &str| &from[..from.len() - rest.len()];
        if let Some(last) = last {
            return Err(refusal("invalid nested repetition operator", up_to_here(last, self.rest)));
        }
        let part = up_to_here(before, self.rest);
        let Some(atom) = &mut self.last else {
            return Err(refusal("missing argument to repetition operator", part));
        };
        if atom.is_repetition {
            self.written.insert_str(atom.start, "(?:");
            self.written.push(')');
        }
        atom.is_repetition = true;
        if operator.starts_with('{') {
            // `{0}` and `{0,0}` are nothing, however often it is repeated.
            atom.repeats = match times {
                0 if !operator.contains(",}") => 0,
                0 => atom.repeats,
                _ => times.saturating_mul(atom.repeats.max(1)),
            };
            if times >= 2 && atom.repeats > MAX_REPEATS {
                return Err(refusal("invalid repeat count", part));
            }
        }
        self.repeats = self.repeats.max(atom.repeats);
        self.written.push_str(operator);
        // Which match is preferred matters only to what is captured.
        if self.captures.is_some() && lazy.is_some() != self.flags.is_ungreedy {
            self.written.push('?');
        }
        Ok(())
    }
}

/// The counts of `{2}`, `{2,}` or `{2,3}`, and what follows.
fn counts(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (least, rest) = count(text.strip_prefix('{')?)?;
    if let Some(after) = rest.strip_prefix('}') {
        return Some((least, Some(least), after));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(after) = rest.strip_prefix('}') {
        return Some((least, None, after));
    }
    let (most, rest) = count(rest)?;
    Some((least, Some(most), rest.strip_prefix('}')?))
}

/// A number without leading zeros; one too large for its type is too large anyway.
fn count(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let is_number = !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0'));
    is_number.then(|| (digits.parse().unwrap_or(u32::MAX), rest))
}
