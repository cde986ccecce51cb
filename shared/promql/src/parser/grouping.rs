//! What says how series find each other: `bool`, `on (…)`, `group_left (…)`, and the labels of `by (…)`.

use super::cursor::{Context, Parser};
use super::quote::quoted;
use super::token::{Keyword, TokenKind};
use super::{Cardinality, ParseError, VectorMatching};

type Parsed<T> = Result<T, ParseError>;

const fn options(expected: &'static str) -> Context {
    Context { place: "grouping opts", expected }
}

/// What stands between an operator and its right operand.
#[derive(Debug)]
pub(super) struct BinaryModifiers {
    pub(super) is_bool: bool,
    pub(super) matching: VectorMatching,
    /// `fill (…)`, which is experimental.
    pub(super) fills: bool,
}

impl Parser<'_> {
    pub(super) fn binary_modifiers(&mut self) -> Parsed<BinaryModifiers> {
        let is_bool = self.accept(TokenKind::Keyword(Keyword::Bool))?;
        let matching = self.vector_matching()?;
        Ok(BinaryModifiers { is_bool, matching, fills: self.fills()? })
    }

    fn vector_matching(&mut self) -> Parsed<VectorMatching> {
        let mut matching = VectorMatching {
            cardinality: Cardinality::OneToOne,
            is_on: self.accept(TokenKind::Keyword(Keyword::On))?,
            labels: Vec::new(),
            include: Vec::new(),
        };
        if !matching.is_on && !self.accept(TokenKind::Keyword(Keyword::Ignoring))? {
            return Ok(matching);
        }
        matching.labels = self.grouping_labels()?;
        matching.cardinality = match self.peek_kind()? {
            TokenKind::Keyword(Keyword::GroupLeft) => Cardinality::ManyToOne,
            TokenKind::Keyword(Keyword::GroupRight) => Cardinality::OneToMany,
            _ => return Ok(matching),
        };
        self.advance()?;
        let next = self.peek_kind()?;
        let begins_fill =
            matches!(next, TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight));
        if next == TokenKind::LeftParen || !(next.begins_expression() || begins_fill) {
            matching.include = self.grouping_labels()?;
        }
        Ok(matching)
    }

    /// `fill (0)`, or `fill_left (0)` and `fill_right (0)` in either order; whether there is any.
    fn fills(&mut self) -> Parsed<bool> {
        let other = match self.peek_kind()? {
            TokenKind::Keyword(Keyword::Fill) => None,
            TokenKind::Keyword(Keyword::FillLeft) => Some(Keyword::FillRight),
            TokenKind::Keyword(Keyword::FillRight) => Some(Keyword::FillLeft),
            _ => return Ok(false),
        };
        self.advance()?;
        self.fill_value()?;
        if let Some(other) = other
            && self.accept(TokenKind::Keyword(other))?
        {
            self.fill_value()?;
        }
        Ok(true)
    }

    fn fill_value(&mut self) -> Parsed<()> {
        self.expect(TokenKind::LeftParen)?;
        if self.peek_kind()?.sign().is_some() {
            self.advance()?;
        }
        if !matches!(self.peek_kind()?, TokenKind::Number | TokenKind::Duration) {
            return self.unexpected();
        }
        let token = self.advance()?;
        self.number_value(token)?;
        self.expect(TokenKind::RightParen)?;
        Ok(())
    }

    /// Labels in parentheses; after the last may be a comma.
    pub(super) fn grouping_labels(&mut self) -> Parsed<Vec<String>> {
        if !self.accept(TokenKind::LeftParen)? {
            return self.unexpected_in(options("\"(\""));
        }
        let mut labels = Vec::new();
        while !self.accept(TokenKind::RightParen)? {
            labels.push(self.grouping_label()?);
            if self.peek_kind()? != TokenKind::RightParen && !self.accept(TokenKind::Comma)? {
                return self.unexpected_in(options("\",\" or \")\""));
            }
        }
        Ok(labels)
    }

    fn grouping_label(&mut self) -> Parsed<String> {
        let token = self.peek()?;
        let label = match token.kind {
            TokenKind::String => self.unquote(token)?,
            kind if kind.is_label_name() => token.text.to_owned(),
            _ => return self.unexpected_in(options("label")),
        };
        self.advance()?;
        if label.is_empty() {
            return self.fail(token.span(), format!("invalid label name for grouping: {}", quoted(&label)));
        }
        Ok(label)
    }
}
