//! Calls of functions, and aggregations.

use super::cursor::{Context, Parser};
use super::expressions::Node;
use super::quote::quoted;
use super::token::{Aggregator, Keyword, Token, TokenKind};
use super::{Aggregate, AggregateOp, Call, ExprKind, Grouping, ParseError, Span, signature};

type Parsed<T> = Result<T, ParseError>;

const AGGREGATION: Context = Context { place: "aggregation", expected: "" };

impl Parser<'_> {
    /// A call of a function whose name has been read.
    pub(super) fn call(&mut self, name: Token<'_>) -> Parsed<Node> {
        let (args, depth) = self.arguments()?;
        let Some(function) = signature(name.text) else {
            return self.fail(name.span(), format!("unknown function with name {}", quoted(name.text)));
        };
        if function.is_experimental {
            return self.fail(name.span(), format!("function {} is not enabled", quoted(name.text)));
        }
        let span = Span { start: name.start, end: self.last_closing };
        let args = args.into_iter().map(|node| node.expr).collect();
        self.grown(ExprKind::Call(Call { function, args }), span, depth + 1)
    }

    /// Whether the name of an aggregation is followed by one; if not, it is a metric's.
    pub(super) fn begins_aggregation(&mut self) -> Parsed<bool> {
        let is_modifier = matches!(self.peek_kind()?, TokenKind::Keyword(Keyword::By | Keyword::Without));
        Ok(is_modifier || self.peek_kind()? == TokenKind::LeftParen)
    }

    /// An aggregation whose name has been read.
    pub(super) fn aggregation(&mut self, name: Token<'_>, op: Aggregator) -> Parsed<Node> {
        let (grouping, (args, depth), end) = self.within(AGGREGATION, Self::groups_and_arguments)?;
        let span = Span { start: name.start, end };
        let given = args.len();
        if given == 0 {
            return self.fail(span, "no arguments for aggregate expression provided");
        }
        let op = match op {
            Aggregator::Stable(op) => op,
            Aggregator::LimitK => return self.refuse_aggregator(span, "limitk"),
            Aggregator::LimitRatio => return self.refuse_aggregator(span, "limit_ratio"),
        };
        let mut args = args.into_iter().map(|node| Box::new(node.expr));
        let (parameter, expr, rest) = match op.has_parameter() {
            true => (args.next(), args.next(), args.next()),
            false => (None, args.next(), args.next()),
        };
        let (Some(expr), None) = (expr, rest) else {
            let wanted = if op.has_parameter() { 2 } else { 1 };
            let message = format!(
                "wrong number of arguments for aggregate expression provided, expected {wanted}, got {given}"
            );
            return self.fail(span, message);
        };
        let aggregate = Aggregate { op, expr, parameter, grouping };
        self.grown(ExprKind::Aggregate(aggregate), span, depth + 1)
    }

    fn refuse_aggregator<T>(&self, span: Span, name: &str) -> Parsed<T> {
        let message = format!(
            "{name}() is experimental and must be enabled with --enable-feature=promql-experimental-functions"
        );
        self.fail(span, message)
    }

    /// By which labels, before or after the arguments; the arguments; and where the whole ends.
    fn groups_and_arguments(&mut self) -> Parsed<(Grouping, (Vec<Node>, usize), usize)> {
        if let Some(grouping) = self.grouping()? {
            let args = self.arguments()?;
            return Ok((grouping, args, self.last_closing));
        }
        let args = self.arguments()?;
        match self.grouping()? {
            Some(grouping) => Ok((grouping, args, self.last_closing)),
            None => Ok((Grouping::By(Vec::new()), args, self.previous_right_paren())),
        }
    }

    fn grouping(&mut self) -> Parsed<Option<Grouping>> {
        let into: fn(Vec<String>) -> Grouping = match self.peek_kind()? {
            TokenKind::Keyword(Keyword::By) => Grouping::By,
            TokenKind::Keyword(Keyword::Without) => Grouping::Without,
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(into(self.grouping_labels()?)))
    }

    /// Arguments in parentheses, and how deep the deepest nests.
    fn arguments(&mut self) -> Parsed<(Vec<Node>, usize)> {
        self.expect(TokenKind::LeftParen)?;
        let mut args = Vec::new();
        while !self.accept(TokenKind::RightParen)? {
            args.push(self.expression()?);
            let token = self.peek()?;
            if self.accept(TokenKind::Comma)? {
                if !self.peek_kind()?.begins_expression() {
                    return self.fail(token.span(), "trailing commas not allowed in function call args");
                }
            } else if token.kind != TokenKind::RightParen {
                return self.unexpected();
            }
        }
        let depth = args.iter().map(|node: &Node| node.depth).max().unwrap_or(0);
        Ok((args, depth))
    }
}

impl AggregateOp {
    /// Whether it takes a parameter before the vector.
    pub fn has_parameter(self) -> bool {
        matches!(self, Self::Topk | Self::Bottomk | Self::CountValues | Self::Quantile)
    }
}
