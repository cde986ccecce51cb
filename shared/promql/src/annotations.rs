//! What a user should know about an answer that is none the less one.

use std::collections::HashMap;

use crate::parser::Span;

/// Warnings and remarks, each once, in the order in which they came up. What is said of several parts of a query is said
/// of the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    warnings: Messages,
    infos: Messages,
    /// The last remark.
    latest_info: (String, Span),
}

/// What is said, in which order, and of which part of the query.
type Messages = HashMap<String, (usize, Span)>;

impl Annotations {
    /// Warns, in Prometheus' words but without its prefix `PromQL warning: ` and without the position.
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        add(&mut self.warnings, span, message.into());
    }

    /// Remarks, in Prometheus' words but without its prefix `PromQL info: ` and without the position.
    pub fn inform(&mut self, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.latest_info = (message.clone(), span);
        add(&mut self.infos, span, message);
    }

    /// Whether the last remark was this start and this text, which needs no escapes, in quotes; without putting it
    /// together.
    pub(crate) fn has_just_informed(&self, span: Span, start: &str, quoted: &str) -> bool {
        let (message, of) = &self.latest_info;
        let text = message.strip_prefix(start).and_then(|rest| rest.strip_prefix('"'));
        *of == span && text.and_then(|rest| rest.strip_suffix('"')) == Some(quoted)
    }

    /// The warnings as Prometheus shows them, with their position in the query, `(line:column)`.
    pub fn warnings(&self, query: &str) -> Vec<String> {
        shown(&self.warnings, "warning", query)
    }

    /// The remarks as Prometheus shows them, with their position in the query, `(line:column)`.
    pub fn infos(&self, query: &str) -> Vec<String> {
        shown(&self.infos, "info", query)
    }
}

fn add(messages: &mut Messages, span: Span, message: String) {
    let order = messages.len();
    messages.entry(message).or_insert((order, span)).1 = span;
}

fn shown(messages: &Messages, kind: &str, query: &str) -> Vec<String> {
    let mut messages: Vec<_> = messages.iter().collect();
    messages.sort_by_key(|(_, (order, _))| *order);
    let show = |(message, (_, span)): (&String, &(usize, Span))| {
        format!("PromQL {kind}: {message} ({})", span.position_in(query))
    };
    messages.into_iter().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_shown_once_and_of_the_last() {
        let mut annotations = Annotations::default();
        annotations.warn(Span { start: 0, end: 1 }, "careful");
        annotations.warn(Span { start: 2, end: 3 }, "slowly");
        annotations.warn(Span { start: 4, end: 5 }, "careful");
        annotations.inform(Span { start: 0, end: 1 }, "careful");
        let warnings = ["PromQL warning: careful (1:5)", "PromQL warning: slowly (1:3)"];
        assert_eq!(annotations.warnings("a + b"), warnings);
        assert_eq!(annotations.infos("a + b"), ["PromQL info: careful (1:1)"]);
    }
}
