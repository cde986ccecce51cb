//! What may follow an operand: `[5m]`, `[1h:5m]`, `offset 5m`, `@ 0`.

use super::cursor::{Context, Parser};
use super::expressions::Node;
use super::lengths::{Known, Length};
use super::token::{Keyword, Operator, Preprocessor, TokenKind};
use super::{
    At, ExprKind, MatrixSelector, ParseError, Span, Subquery, SubqueryLengths, VectorSelector, times,
};

type Parsed<T> = Result<T, ParseError>;

const RANGE: Context =
    Context { place: "subquery or range selector", expected: "number, duration, step(), or range()" };
const AFTER_RANGE: Context = Context { place: "subquery or range", expected: "\":\" or \"]\"" };
const STEP: Context =
    Context { place: "subquery selector", expected: "number, duration, step(), range(), or \"]\"" };
const AFTER_STEP: Context = Context { place: "subquery selector", expected: "\"]\"" };
const OFFSET: Context = Context { place: "offset", expected: "number, duration, step(), or range()" };
const AT: Context = Context { place: "@", expected: "timestamp" };

/// What modifiers are about to change.
struct Place<'e> {
    offset_ms: &'e mut i64,
    offset_length: &'e mut Option<Box<Length>>,
    at: &'e mut Option<At>,
}

impl Parser<'_> {
    /// An operand with the modifiers that follow it.
    pub(super) fn modified(&mut self) -> Parsed<Node> {
        let mut node = self.operand()?;
        // Of the selector or subquery that the node is, in nanoseconds: the expression has only milliseconds of it.
        let mut offset_nanos = 0_i64;
        loop {
            match self.peek_kind()? {
                TokenKind::LeftBracket => node = self.range(node, &mut offset_nanos)?,
                TokenKind::Keyword(Keyword::Offset) => self.offset(&mut node, &mut offset_nanos)?,
                TokenKind::Operator(Operator::At) => self.at(&mut node)?,
                TokenKind::Keyword(Keyword::Anchored) => return self.refuse(&node, "anchored"),
                TokenKind::Keyword(Keyword::Smoothed) => return self.refuse(&node, "smoothed"),
                _ => return Ok(node),
            }
        }
    }

    fn refuse<T>(&self, node: &Node, modifier: &str) -> Parsed<T> {
        self.fail(node.expr.span, format!("{modifier} modifier is experimental and not enabled"))
    }

    /// `[5m]` or `[1h:5m]`
    fn range(&mut self, node: Node, offset_nanos: &mut i64) -> Parsed<Node> {
        let open = self.advance()?;
        let window = self.within(RANGE, Self::positive_length)?;
        match self.peek_kind()? {
            TokenKind::RightBracket => {
                let brackets = Span { start: open.start, end: self.advance()?.span().end };
                self.matrix(node, window, *offset_nanos, brackets)
            }
            TokenKind::Colon => {
                self.advance()?;
                *offset_nanos = 0;
                self.subquery(node, window)
            }
            _ => self.unexpected_in(AFTER_RANGE),
        }
    }

    fn matrix(&self, node: Node, window: Known, offset_nanos: i64, brackets: Span) -> Parsed<Node> {
        let ExprKind::Vector(selector) = node.expr.kind else {
            return self.fail(brackets, "ranges only allowed for vector selectors");
        };
        if offset_nanos != 0 {
            return self.fail(brackets, "no offset modifiers allowed before range");
        }
        // As in Prometheus, `@ start()` and `@ end()` are let through.
        if let Some(At::Time(_)) = selector.at {
            return self.fail(brackets, "no @ modifiers allowed before range");
        }
        let span = Span { start: node.expr.span.start, end: brackets.end };
        let (window_ms, window_length) = split(window);
        Ok(Node::leaf(ExprKind::Matrix(MatrixSelector { selector, window_ms, window_length }), span))
    }

    /// A subquery read up to its colon.
    fn subquery(&mut self, node: Node, window: Known) -> Parsed<Node> {
        let (window_ms, window) = split(window);
        let mut lengths = SubqueryLengths { window, ..SubqueryLengths::default() };
        let mut step_ms = 0;
        if self.peek_kind()? != TokenKind::RightBracket {
            (step_ms, lengths.step) = split(self.within(STEP, Self::positive_length)?);
        }
        let close = self.within(AFTER_STEP, |parser| parser.expect(TokenKind::RightBracket))?;
        let span = Span { start: node.expr.span.start, end: close.span().end };
        let expr = Box::new(node.expr);
        // Less than a millisecond is the default step too, where Prometheus evaluates.
        let step_ms = Some(step_ms).filter(|step| *step > 0);
        let subquery = Subquery { expr, window_ms, step_ms, offset_ms: 0, at: None, lengths };
        self.grown(ExprKind::Subquery(subquery), span, node.depth + 1)
    }

    fn offset(&mut self, node: &mut Node, offset_nanos: &mut i64) -> Parsed<()> {
        self.advance()?;
        let known = self.within(OFFSET, Self::offset_length)?;
        let Some(place) = place(&mut node.expr.kind) else {
            return self.misplaced(node, "offset");
        };
        if *offset_nanos != 0 || place.offset_length.is_some() {
            return self.fail(node.expr.span, "offset may not be set multiple times");
        }
        *offset_nanos = known.as_ref().map_or(0, |seconds| times::nanos(*seconds));
        (*place.offset_ms, *place.offset_length) = split(known);
        node.expr.span.end = self.last_closing;
        Ok(())
    }

    fn at(&mut self, node: &mut Node) -> Parsed<()> {
        self.advance()?;
        let at = match self.within(AT, Self::time)? {
            Ok(at) => at,
            Err(seconds) => {
                let message = format!("timestamp out of bounds for @ modifier: {}", with_sign(seconds));
                return self.fail(node.expr.span, message);
            }
        };
        let Some(place) = place(&mut node.expr.kind) else {
            return self.misplaced(node, "@");
        };
        if place.at.is_some() {
            return self.fail(node.expr.span, "@ <timestamp> may not be set multiple times");
        }
        *place.at = Some(at);
        node.expr.span.end = self.last_closing;
        Ok(())
    }

    /// What `@` sets the time to, or its seconds if they are out of bounds.
    fn time(&mut self) -> Parsed<Result<At, f64>> {
        let at = match self.peek_kind()? {
            TokenKind::Preprocessor(Preprocessor::Start) => At::Start,
            TokenKind::Preprocessor(Preprocessor::End) => At::End,
            _ => {
                let seconds = self.signed_number()?;
                return Ok(times::timestamp_ms(seconds).map(At::Time).ok_or(seconds));
            }
        };
        self.advance()?;
        self.expect(TokenKind::LeftParen)?;
        self.expect(TokenKind::RightParen)?;
        Ok(Ok(at))
    }

    fn signed_number(&mut self) -> Parsed<f64> {
        let sign = self.peek_kind()?.sign();
        if sign.is_some() {
            self.advance()?;
        }
        if !matches!(self.peek_kind()?, TokenKind::Number | TokenKind::Duration) {
            return self.unexpected();
        }
        let token = self.advance()?;
        let (value, _) = self.number_value(token)?;
        Ok(if sign == Some(true) { -value } else { value })
    }

    fn misplaced<T>(&self, node: &Node, modifier: &str) -> Parsed<T> {
        let message = format!(
            "{modifier} modifier must be preceded by an instant vector selector or range vector selector or a \
            subquery"
        );
        self.fail(node.expr.span, message)
    }
}

/// The offset and the time of what has such.
fn place(kind: &mut ExprKind) -> Option<Place<'_>> {
    match kind {
        ExprKind::Vector(selector) | ExprKind::Matrix(MatrixSelector { selector, .. }) => {
            let VectorSelector { offset_ms, offset_length, at, .. } = selector;
            Some(Place { offset_ms, offset_length, at })
        }
        ExprKind::Subquery(subquery) => {
            let Subquery { offset_ms, at, lengths, .. } = subquery;
            Some(Place { offset_ms, offset_length: &mut lengths.offset, at })
        }
        _ => None,
    }
}

/// Milliseconds of a length, and what it is computed from.
fn split(known: Known) -> (i64, Option<Box<Length>>) {
    match known {
        Ok(seconds) => (times::whole_ms(times::nanos(seconds)), None),
        Err(length) => (0, Some(length)),
    }
}

/// A number as Go's `%f` has it.
fn with_sign(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => format!("{value:.6}"),
    }
}
