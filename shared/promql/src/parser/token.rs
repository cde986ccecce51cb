//! The words and signs of a query.

use super::Span;
use super::quote::{quoted, quoted_start};

/// A word or sign of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'q> {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// As it is written.
    pub(super) text: &'q str,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    End,
    Identifier,
    /// With a colon in it, so of a metric only.
    MetricIdentifier,
    Number,
    Duration,
    String,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    /// `=`
    Assign,
    Operator(Operator),
    Aggregator(Aggregator),
    Keyword(Keyword),
    /// `start`, `end`, `step` and the like: a function's name, where a parenthesis follows.
    Preprocessor(Preprocessor),
}

/// Operators, those of matchers and `@` among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Binary(super::BinaryOp),
    /// `=~`
    RegexMatch,
    /// `!~`
    RegexNoMatch,
    At,
}

/// Names of aggregations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregator {
    Stable(super::AggregateOp),
    LimitK,
    LimitRatio,
}

/// Words with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Anchored,
    Bool,
    By,
    Fill,
    FillLeft,
    FillRight,
    GroupLeft,
    GroupRight,
    Ignoring,
    Offset,
    On,
    Smoothed,
    Without,
}

/// Words that stand for a time or length of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preprocessor {
    Start,
    End,
    Step,
    Range,
    MaxOf,
    MinOf,
}

impl Token<'_> {
    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        Span { start: self.start, end: self.start + self.text.len() }
    }

    /// As an error names it.
    pub(super) fn described(&self) -> String {
        let text = self.text;
        match self.kind {
            TokenKind::End => "end of input".to_owned(),
            TokenKind::Identifier => format!("identifier {}", quoted(text)),
            TokenKind::MetricIdentifier => format!("metric identifier {}", quoted(text)),
            TokenKind::Number => format!("number {}", quoted_start(text)),
            TokenKind::Duration => format!("duration {}", quoted_start(text)),
            TokenKind::String => format!("string {}", quoted_start(text)),
            TokenKind::Operator(_) => format!("<op:{text}>"),
            TokenKind::Aggregator(_) => format!("<aggr:{text}>"),
            TokenKind::Keyword(_) => format!("<{text}>"),
            _ => quoted_start(text),
        }
    }
}

impl TokenKind {
    /// Whether this may be the name of a metric, where an expression begins.
    pub(super) fn is_metric_name(self) -> bool {
        match self {
            Self::Identifier | Self::MetricIdentifier | Self::Aggregator(_) | Self::Preprocessor(_) => true,
            Self::Operator(Operator::Binary(op)) => op.is_set(),
            Self::Keyword(keyword) => !matches!(
                keyword,
                Keyword::Bool | Keyword::GroupLeft | Keyword::GroupRight | Keyword::Ignoring | Keyword::On
            ),
            _ => false,
        }
    }

    /// Whether this may be a label of `by (…)` and the like.
    pub(super) fn is_label_name(self) -> bool {
        match self {
            Self::Identifier | Self::MetricIdentifier | Self::Aggregator(_) | Self::Preprocessor(_) => true,
            Self::Operator(Operator::Binary(op)) => op.is_set() || op == super::BinaryOp::Atan2,
            Self::Keyword(keyword) => keyword != Keyword::Without,
            _ => false,
        }
    }

    /// Whether an expression may begin with this.
    pub(super) fn begins_expression(self) -> bool {
        self.is_metric_name()
            || self.sign().is_some()
            || matches!(
                self,
                Self::Number | Self::Duration | Self::String | Self::LeftParen | Self::LeftBrace
            )
    }

    /// Whether this is a sign, and if so, whether it is minus.
    pub(super) fn sign(self) -> Option<bool> {
        match self {
            Self::Operator(Operator::Binary(super::BinaryOp::Add)) => Some(false),
            Self::Operator(Operator::Binary(super::BinaryOp::Subtract)) => Some(true),
            _ => None,
        }
    }
}
