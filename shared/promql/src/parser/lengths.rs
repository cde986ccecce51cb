//! Lengths of time within brackets and after `offset`.
//!
//! Prometheus has a grammar of arithmetic for them, which is experimental: here it is followed up to the first thing in it
//! that is more than a number with signs, as errors come in its order.

use super::cursor::Parser;
use super::token::{Operator, Preprocessor, Token, TokenKind};
use super::{BinaryOp, ParseError, Span, times};

type Parsed<T> = Result<T, ParseError>;

const OUT_OF_RANGE: &str = "duration out of range";

/// A length of time.
#[derive(Clone, Copy, Debug)]
struct Length {
    seconds: f64,
    span: Span,
}

/// How strongly an operator binds, within lengths.
fn precedence(kind: TokenKind) -> Option<u8> {
    let TokenKind::Operator(Operator::Binary(op)) = kind else {
        return None;
    };
    match op {
        BinaryOp::Add | BinaryOp::Subtract => Some(1),
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Some(2),
        BinaryOp::Power => Some(POWER),
        _ => None,
    }
}

/// The precedence of the only operator that binds stronger than a sign, and to the right.
const POWER: u8 = 3;

impl Parser<'_> {
    /// Milliseconds of a length greater than 0, in brackets.
    pub(super) fn positive_length(&mut self) -> Parsed<i64> {
        let length = self.length(0)?;
        if length.seconds <= 0.0 {
            return self.fail(length.span, "duration must be greater than 0");
        }
        Ok(times::whole_ms(times::nanos(length.seconds)))
    }

    /// Seconds after `offset`, where operators after a number do not belong to it.
    pub(super) fn offset_length(&mut self) -> Parsed<f64> {
        let first = self.peek()?;
        if first.kind.sign().is_none() {
            return match first.kind {
                TokenKind::Number | TokenKind::Duration => Ok(self.plain_length()?.seconds),
                _ => Ok(self.length(0)?.seconds),
            };
        }
        self.advance()?;
        match self.peek_kind()? {
            TokenKind::Number | TokenKind::Duration => {
                let token = self.advance()?;
                let (seconds, _) = self.number_value(token)?;
                Ok(self.with_sign(first, Length { seconds, span: token.span() })?.seconds)
            }
            // Not an experimental expression, though it looks like one.
            TokenKind::LeftParen => {
                self.advance()?;
                let length = self.nested(|parser| parser.length(0))?;
                self.expect(TokenKind::RightParen)?;
                Ok(self.with_sign(first, length)?.seconds)
            }
            TokenKind::Preprocessor(_) => self.preprocessor(Some(first)),
            _ => {
                let length = self.nested(|parser| parser.length(POWER))?;
                let length = self.with_sign(first, length)?;
                Ok(self.operations(length, 0)?.seconds)
            }
        }
    }

    /// A length of operators that bind at least so strongly.
    fn length(&mut self, weakest: u8) -> Parsed<Length> {
        let first = self.peek()?;
        let length = match first.kind {
            TokenKind::Number | TokenKind::Duration => self.plain_length()?,
            TokenKind::LeftParen => {
                self.advance()?;
                let length = self.nested(|parser| parser.length(0))?;
                self.expect(TokenKind::RightParen)?;
                return self.refuse_expression(length.span);
            }
            kind if kind.sign().is_some() => {
                self.advance()?;
                let length = self.nested(|parser| parser.length(POWER))?;
                self.with_sign(first, length)?
            }
            _ => return self.preprocessor(None),
        };
        self.operations(length, weakest)
    }

    fn operations(&mut self, lhs: Length, weakest: u8) -> Parsed<Length> {
        match precedence(self.peek_kind()?) {
            Some(strength) if strength >= weakest => {
                self.advance()?;
                let rhs_weakest = if strength == POWER { POWER } else { strength + 1 };
                self.nested(|parser| parser.length(rhs_weakest))?;
                self.refuse_expression(lhs.span)
            }
            _ => Ok(lhs),
        }
    }

    /// `step()`, `range()`, `max_of(…, …)`, `min_of(…, …)`, after a sign if there is one.
    fn preprocessor<T>(&mut self, sign: Option<Token<'_>>) -> Parsed<T> {
        let TokenKind::Preprocessor(preprocessor) = self.peek_kind()? else {
            return self.unexpected();
        };
        let mut start = self.peek()?.start;
        match preprocessor {
            Preprocessor::Start | Preprocessor::End => return self.unexpected(),
            Preprocessor::Step | Preprocessor::Range => {
                self.advance()?;
                self.expect(TokenKind::LeftParen)?;
            }
            Preprocessor::MaxOf | Preprocessor::MinOf => {
                self.advance()?;
                self.expect(TokenKind::LeftParen)?;
                // Prometheus points at the first argument.
                start = self.nested(|parser| parser.length(0))?.span.start;
                self.expect(TokenKind::Comma)?;
                self.nested(|parser| parser.length(0))?;
            }
        }
        let end = self.expect(TokenKind::RightParen)?.span().end;
        let start = sign.map_or(start, |sign| sign.start);
        self.refuse_expression(Span { start, end })
    }

    /// A number or a duration.
    fn plain_length(&mut self) -> Parsed<Length> {
        let token = self.advance()?;
        let (seconds, _) = self.number_value(token)?;
        if times::is_out_of_range(seconds) {
            return self.fail(token.span(), OUT_OF_RANGE);
        }
        Ok(Length { seconds, span: token.span() })
    }

    fn with_sign(&self, sign: Token<'_>, length: Length) -> Parsed<Length> {
        if times::is_out_of_range(length.seconds) {
            return self.fail(sign.span(), OUT_OF_RANGE);
        }
        let seconds = if sign.kind.sign() == Some(true) { -length.seconds } else { length.seconds };
        Ok(Length { seconds, span: Span { start: sign.start, end: length.span.end } })
    }

    fn refuse_expression<T>(&self, span: Span) -> Parsed<T> {
        self.fail(span, "experimental duration expression is not enabled")
    }
}
