//! Selectors: a name, matchers in braces.

use firefly_model::selection::{METRIC_NAME, MatchOp, Matcher};

use super::cursor::{Context, Parser};
use super::token::{Operator, Token, TokenKind};
use super::{BinaryOp, ParseError, Span, VectorSelector};

type Parsed<T> = Result<T, ParseError>;

const fn matching(expected: &'static str) -> Context {
    Context { place: "label matching", expected }
}

impl Parser<'_> {
    /// A selector whose name, if it has one before the braces, has been read; and where it stands.
    pub(super) fn selector(&mut self, name: Option<Token<'_>>) -> Parsed<(VectorSelector, Span)> {
        let mut matchers = Vec::new();
        let mut span = name.map(|name| name.span());
        if self.peek_kind()? == TokenKind::LeftBrace {
            let braces = self.braces(&mut matchers)?;
            span = Some(Span { start: span.unwrap_or(braces).start, end: braces.end });
        }
        let name = name.map_or("", |name| name.text);
        if !name.is_empty() {
            matchers.push(Matcher::equal(METRIC_NAME, name));
        }
        let (name, offset_ms, at, offset_length) = (name.to_owned(), 0, None, None);
        let selector = VectorSelector { name, matchers, offset_ms, at, offset_length };
        Ok((selector, span.unwrap_or_default()))
    }

    /// Matchers in braces; after the last may be a comma.
    fn braces(&mut self, matchers: &mut Vec<Matcher>) -> Parsed<Span> {
        let open = self.advance()?;
        while self.peek_kind()? != TokenKind::RightBrace {
            matchers.push(self.matcher()?);
            if self.peek_kind()? != TokenKind::RightBrace && !self.accept(TokenKind::Comma)? {
                return self.unexpected_in(matching("\",\" or \"}\""));
            }
        }
        let close = self.advance()?;
        Ok(Span { start: open.start, end: close.span().end })
    }

    /// `name="value"`, or the metric's name between quotes.
    fn matcher(&mut self) -> Parsed<Matcher> {
        let token = self.peek()?;
        let name = match token.kind {
            TokenKind::Identifier => token.text.to_owned(),
            TokenKind::String => self.unquote(token)?,
            _ => return self.unexpected_in(matching("identifier or \"}\"")),
        };
        self.advance()?;
        let Some(op) = self.match_op()? else {
            return match token.kind {
                TokenKind::String => Ok(Matcher::equal(METRIC_NAME, &name)),
                _ => self.unexpected_in(matching("label matching operator")),
            };
        };
        if self.peek_kind()? != TokenKind::String {
            return self.unexpected_in(matching("string"));
        }
        let literal = self.advance()?;
        let value = self.unquote(literal)?;
        let span = Span { start: token.start, end: literal.span().end };
        Matcher::new(&name, op, &value).or_else(|error| self.fail(span, error.to_string()))
    }

    fn match_op(&mut self) -> Parsed<Option<MatchOp>> {
        let op = match self.peek_kind()? {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::Operator(Operator::Binary(BinaryOp::NotEqual)) => MatchOp::NotEqual,
            TokenKind::Operator(Operator::RegexMatch) => MatchOp::Regex,
            TokenKind::Operator(Operator::RegexNoMatch) => MatchOp::NotRegex,
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(op))
    }
}
