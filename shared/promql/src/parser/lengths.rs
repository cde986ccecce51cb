//! Lengths of time within brackets and after `offset`, which may be computed: `[5m * 2]`, `offset step()`.
//!
//! They have a grammar of their own, in which numbers with signs are numbers. What is more than that is computed when the step
//! and the range of the query are known.

use super::cursor::Parser;
use super::token::{Operator, Preprocessor, Token, TokenKind};
use super::{BinaryOp, MAX_NESTING, Notation, ParseError, Span, times};

type Parsed<T> = Result<T, ParseError>;

const OUT_OF_RANGE: &str = "duration out of range";

/// A length of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// What it is.
    pub kind: LengthKind,
    /// Whether it stands in parentheses; a number loses them.
    pub is_wrapped: bool,
    /// Where it stands, as Prometheus reports it.
    pub span: Span,
}

/// What a length of time is.
#[derive(Clone, Debug, PartialEq)]
pub enum LengthKind {
    /// `5m`, in seconds.
    Number(f64, Notation),
    /// `step()`: from one step of the query to the next.
    Step,
    /// `range()`: from the start of the query to its end.
    Range,
    /// `min_of(…, …)`
    MinOf(Box<[Length; 2]>),
    /// `max_of(…, …)`
    MaxOf(Box<[Length; 2]>),
    /// `-…`
    Minus(Box<Length>),
    /// `+…`, after `offset`
    Plus(Box<Length>),
    /// `… * …`, and other arithmetic but `atan2`.
    Operation(BinaryOp, Box<[Length; 2]>),
}

/// A length: of a number its seconds, of anything else how it is computed.
pub(super) type Known = Result<f64, Box<Length>>;

impl Length {
    fn new(kind: LengthKind, span: Span) -> Self {
        Self { kind, is_wrapped: false, span }
    }

    fn seconds(&self) -> Option<f64> {
        match self.kind {
            LengthKind::Number(seconds, _) => Some(seconds),
            _ => None,
        }
    }

    fn known(self) -> Known {
        self.seconds().ok_or_else(|| Box::new(self))
    }
}

/// How strongly an operator binds, within lengths.
fn precedence(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    let TokenKind::Operator(Operator::Binary(op)) = kind else {
        return None;
    };
    let strength = match op {
        BinaryOp::Add | BinaryOp::Subtract => 1,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => 2,
        BinaryOp::Power => POWER,
        _ => return None,
    };
    Some((op, strength))
}

/// The precedence of the only operator that binds stronger than a sign, and to the right.
const POWER: u8 = 3;

impl Parser<'_> {
    /// A length in brackets, greater than 0 as far as that is known.
    pub(super) fn positive_length(&mut self) -> Parsed<Known> {
        let length = self.length(0)?;
        if length.seconds().is_some_and(|seconds| seconds <= 0.0) {
            return self.fail(length.span, "duration must be greater than 0");
        }
        Ok(length.known())
    }

    /// A length after `offset`, where operators after a number do not belong to it.
    pub(super) fn offset_length(&mut self) -> Parsed<Known> {
        let first = self.peek()?;
        if first.kind.sign().is_none() {
            return match first.kind {
                TokenKind::Number | TokenKind::Duration => Ok(self.plain_length()?.known()),
                // Nothing that follows belongs to these either.
                TokenKind::Preprocessor(_) => Ok(self.preprocessor()?.known()),
                _ => Ok(self.length(0)?.known()),
            };
        }
        self.advance()?;
        let length = match self.peek_kind()? {
            TokenKind::Number | TokenKind::Duration => {
                let token = self.advance()?;
                let (seconds, notation) = self.number_value(token)?;
                let kind = LengthKind::Number(seconds, notation);
                self.with_sign(first, Length::new(kind, token.span()))?
            }
            TokenKind::LeftParen => {
                let length = self.wrapped_length()?;
                self.with_sign(first, length)?
            }
            TokenKind::Preprocessor(_) => {
                let length = self.preprocessor()?;
                let span = Span { start: first.start, end: length.span.end };
                let length = Box::new(length);
                let is_minus = first.kind.sign() == Some(true);
                let kind = if is_minus { LengthKind::Minus(length) } else { LengthKind::Plus(length) };
                Length::new(kind, span)
            }
            _ => {
                let length = self.nested(|parser| parser.length(POWER))?;
                let length = self.with_sign(first, length)?;
                self.operations(length, 0)?
            }
        };
        Ok(length.known())
    }

    /// A length of operators that bind at least so strongly.
    fn length(&mut self, weakest: u8) -> Parsed<Length> {
        let first = self.peek()?;
        let length = match first.kind {
            TokenKind::Number | TokenKind::Duration => self.plain_length()?,
            TokenKind::LeftParen => self.wrapped_length()?,
            kind if kind.sign().is_some() => {
                self.advance()?;
                let length = self.nested(|parser| parser.length(POWER))?;
                self.with_sign(first, length)?
            }
            _ => self.preprocessor()?,
        };
        self.operations(length, weakest)
    }

    fn operations(&mut self, mut lhs: Length, weakest: u8) -> Parsed<Length> {
        let mut depth = 0;
        loop {
            let token = self.peek()?;
            let Some((op, strength)) = precedence(token.kind).filter(|(_, strength)| *strength >= weakest)
            else {
                return Ok(lhs);
            };
            depth += 1;
            if depth > MAX_NESTING {
                return self.too_deep(MAX_NESTING);
            }
            self.advance()?;
            let rhs_weakest = if strength == POWER { POWER } else { strength + 1 };
            let rhs = self.nested(|parser| parser.length(rhs_weakest))?;
            if rhs.seconds() == Some(0.0) {
                match op {
                    BinaryOp::Divide => return self.fail(token.span(), "division by zero"),
                    BinaryOp::Modulo => return self.fail(token.span(), "modulo by zero"),
                    _ => {}
                }
            }
            let span = Span { start: lhs.span.start, end: rhs.span.end };
            lhs = Length::new(LengthKind::Operation(op, Box::new([lhs, rhs])), span);
        }
    }

    /// `(…)`
    fn wrapped_length(&mut self) -> Parsed<Length> {
        self.advance()?;
        let mut length = self.nested(|parser| parser.length(0))?;
        self.expect(TokenKind::RightParen)?;
        length.is_wrapped = length.seconds().is_none();
        Ok(length)
    }

    /// `step()`, `range()`, `max_of(…, …)`, `min_of(…, …)`
    fn preprocessor(&mut self) -> Parsed<Length> {
        let token = self.peek()?;
        let kind = match token.kind {
            TokenKind::Preprocessor(kind) if !matches!(kind, Preprocessor::Start | Preprocessor::End) => kind,
            _ => return self.unexpected(),
        };
        self.advance()?;
        self.expect(TokenKind::LeftParen)?;
        if matches!(kind, Preprocessor::Step | Preprocessor::Range) {
            let span = Span { start: token.start, end: self.expect(TokenKind::RightParen)?.span().end };
            let kind = if kind == Preprocessor::Step { LengthKind::Step } else { LengthKind::Range };
            return Ok(Length::new(kind, span));
        }
        let first = self.nested(|parser| parser.length(0))?;
        self.expect(TokenKind::Comma)?;
        let second = self.nested(|parser| parser.length(0))?;
        self.expect(TokenKind::RightParen)?;
        // Prometheus takes it to stand where its arguments do.
        let span = Span { start: first.span.start, end: second.span.end };
        let both = Box::new([first, second]);
        let kind =
            if kind == Preprocessor::MaxOf { LengthKind::MaxOf(both) } else { LengthKind::MinOf(both) };
        Ok(Length::new(kind, span))
    }

    /// A number or a duration.
    fn plain_length(&mut self) -> Parsed<Length> {
        let token = self.advance()?;
        let (seconds, notation) = self.number_value(token)?;
        if times::is_out_of_range(seconds) {
            return self.fail(token.span(), OUT_OF_RANGE);
        }
        Ok(Length::new(LengthKind::Number(seconds, notation), token.span()))
    }

    fn with_sign(&self, sign: Token<'_>, length: Length) -> Parsed<Length> {
        let is_minus = sign.kind.sign() == Some(true);
        let span = Span { start: sign.start, end: length.span.end };
        let LengthKind::Number(seconds, notation) = length.kind else {
            return Ok(match is_minus {
                true => Length::new(LengthKind::Minus(Box::new(length)), span),
                false => length,
            });
        };
        if times::is_out_of_range(seconds) {
            return self.fail(sign.span(), OUT_OF_RANGE);
        }
        let seconds = if is_minus { -seconds } else { seconds };
        Ok(Length::new(LengthKind::Number(seconds, notation), span))
    }
}
