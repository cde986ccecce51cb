//! What a user should know about an answer that is none the less one.

use crate::parser::Span;

/// Warnings and remarks, each once, in the order in which they came up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    warnings: Vec<Annotation>,
    infos: Vec<Annotation>,
}

/// What is said, and of which part of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Annotation {
    message: String,
    span: Span,
}

impl Annotations {
    /// Warns, in Prometheus' words but without its prefix `PromQL warning: ` and without the position.
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        add(&mut self.warnings, span, message.into());
    }

    /// Remarks, in Prometheus' words but without its prefix `PromQL info: ` and without the position.
    pub fn inform(&mut self, span: Span, message: impl Into<String>) {
        add(&mut self.infos, span, message.into());
    }

    /// Whether a remark of a start and a quoted text, neither of which has to be escaped, is there already; without
    /// putting it together.
    pub(crate) fn has_informed(&self, span: Span, start: &str, quoted: &str) -> bool {
        let is_it = |message: &str| {
            let text = message.strip_prefix(start).and_then(|rest| rest.strip_prefix('"'));
            text.and_then(|rest| rest.strip_suffix('"')) == Some(quoted)
        };
        self.infos.iter().any(|info| info.span == span && is_it(&info.message))
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

fn add(annotations: &mut Vec<Annotation>, span: Span, message: String) {
    let annotation = Annotation { message, span };
    if !annotations.contains(&annotation) {
        annotations.push(annotation);
    }
}

fn shown(annotations: &[Annotation], kind: &str, query: &str) -> Vec<String> {
    let show = |annotation: &Annotation| {
        format!("PromQL {kind}: {} ({})", annotation.message, annotation.span.position_in(query))
    };
    annotations.iter().map(show).collect()
}
