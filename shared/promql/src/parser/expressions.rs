//! Expressions: operands, operators, signs, parentheses.

use super::cursor::Parser;
use super::quote::unquoted;
use super::token::{Operator, Token, TokenKind};
use super::{Binary, BinaryOp, Expr, ExprKind, MAX_DEPTH, Notation, ParseError, Span, VectorSelector};

type Parsed<T> = Result<T, ParseError>;

/// An expression, and how deep it nests.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) depth: usize,
}

impl Node {
    pub(super) fn leaf(kind: ExprKind, span: Span) -> Self {
        Self { expr: Expr { kind, span }, depth: 1 }
    }
}

/// How strongly an operator binds; both sides of the weakest are whole expressions.
fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And | BinaryOp::Unless => 2,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessOrEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterOrEqual
        | BinaryOp::TrimUpper
        | BinaryOp::TrimLower => 3,
        BinaryOp::Add | BinaryOp::Subtract => 4,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo | BinaryOp::Atan2 => 5,
        BinaryOp::Power => POWER,
    }
}

/// The precedence of the strongest operator, the only one that binds stronger than a sign, and to the right.
const POWER: u8 = 6;

impl Parser<'_> {
    /// A query.
    pub(super) fn whole_expression(mut self) -> Parsed<Expr> {
        if self.peek_kind()? == TokenKind::End {
            return self.fail(Span::default(), "no expression found in input");
        }
        let node = self.expression()?;
        self.expect(TokenKind::End)?;
        Ok(node.expr)
    }

    /// A selector and nothing else.
    pub(super) fn whole_selector(mut self) -> Parsed<VectorSelector> {
        let (selector, _) = match self.peek_kind()? {
            TokenKind::LeftBrace => self.selector(None)?,
            kind if kind.is_metric_name() => {
                let name = self.advance()?;
                self.selector(Some(name))?
            }
            _ => return self.unexpected(),
        };
        self.expect(TokenKind::End)?;
        Ok(selector)
    }

    /// An expression of any operators.
    pub(super) fn expression(&mut self) -> Parsed<Node> {
        self.nested(|parser| parser.operation(0))
    }

    /// An expression of operators that bind at least so strongly.
    fn operation(&mut self, weakest: u8) -> Parsed<Node> {
        let mut lhs = self.signed()?;
        loop {
            let TokenKind::Operator(Operator::Binary(op)) = self.peek_kind()? else {
                return Ok(lhs);
            };
            let strength = precedence(op);
            if strength < weakest {
                return Ok(lhs);
            }
            self.advance()?;
            let modifiers = self.binary_modifiers()?;
            let rhs_weakest = if strength == POWER { POWER } else { strength + 1 };
            let rhs = self.nested(|parser| parser.operation(rhs_weakest))?;
            let span = Span { start: lhs.expr.span.start, end: rhs.expr.span.end };
            if modifiers.fills {
                return self.fail(span, "binop fill modifiers are experimental and not enabled");
            }
            let depth = 1 + lhs.depth.max(rhs.depth);
            let binary = Binary {
                op,
                lhs: Box::new(lhs.expr),
                rhs: Box::new(rhs.expr),
                is_bool: modifiers.is_bool,
                matching: Some(modifiers.matching),
            };
            lhs = self.grown(ExprKind::Binary(binary), span, depth)?;
        }
    }

    /// An expression with any signs before it.
    fn signed(&mut self) -> Parsed<Node> {
        let token = self.peek()?;
        let Some(is_minus) = token.kind.sign() else {
            return self.modified();
        };
        self.advance()?;
        let Node { expr, depth } = self.nested(|parser| parser.operation(POWER))?;
        let span = Span { start: token.start, end: expr.span.end };
        match expr.kind {
            ExprKind::Number(value, notation) => {
                let value = if is_minus { -value } else { value };
                Ok(Node::leaf(ExprKind::Number(value, notation), span))
            }
            kind => {
                let expr = Box::new(Expr { kind, span: expr.span });
                let kind = if is_minus { ExprKind::Minus(expr) } else { ExprKind::Plus(expr) };
                self.grown(kind, span, depth + 1)
            }
        }
    }

    /// An operand without modifiers.
    pub(super) fn operand(&mut self) -> Parsed<Node> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Number | TokenKind::Duration => self.number(),
            TokenKind::String => {
                self.advance()?;
                Ok(Node::leaf(ExprKind::String(self.unquote(token)?), token.span()))
            }
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => self.vector(None),
            TokenKind::Aggregator(op) => {
                self.advance()?;
                match self.begins_aggregation()? {
                    true => self.aggregation(token, op),
                    false => self.vector(Some(token)),
                }
            }
            TokenKind::Identifier | TokenKind::Preprocessor(_) => {
                self.advance()?;
                match self.peek_kind()? {
                    TokenKind::LeftParen => self.call(token),
                    _ => self.vector(Some(token)),
                }
            }
            kind if kind.is_metric_name() => {
                self.advance()?;
                self.vector(Some(token))
            }
            _ => self.unexpected(),
        }
    }

    fn paren(&mut self) -> Parsed<Node> {
        let open = self.advance()?;
        let Node { expr, depth } = self.expression()?;
        let close = self.expect(TokenKind::RightParen)?;
        let span = Span { start: open.start, end: close.span().end };
        self.grown(ExprKind::Paren(Box::new(expr)), span, depth + 1)
    }

    fn vector(&mut self, name: Option<Token<'_>>) -> Parsed<Node> {
        let (selector, span) = self.selector(name)?;
        Ok(Node::leaf(ExprKind::Vector(selector), span))
    }

    /// A number or a duration.
    fn number(&mut self) -> Parsed<Node> {
        let token = self.advance()?;
        let (value, notation) = self.number_value(token)?;
        Ok(Node::leaf(ExprKind::Number(value, notation), token.span()))
    }

    pub(super) fn number_value(&mut self, token: Token<'_>) -> Parsed<(f64, Notation)> {
        let value = match token.kind {
            TokenKind::Duration => super::durations::parse_duration(token.text)
                .map(|nanos| (super::times::seconds(nanos), Notation::Duration)),
            _ => super::numbers::parse_number(token.text).map(|value| (value, Notation::Plain)),
        };
        value.or_else(|message| self.fail(token.span(), message))
    }

    pub(super) fn unquote(&self, token: Token<'_>) -> Parsed<String> {
        match unquoted(token.text) {
            Some(text) => Ok(text),
            None => {
                let literal = super::quoted(token.text);
                self.fail(token.span(), format!("error unquoting string {literal}: invalid syntax"))
            }
        }
    }

    /// An expression of others, unless it nests too deep.
    pub(super) fn grown(&self, kind: ExprKind, span: Span, depth: usize) -> Parsed<Node> {
        match depth > MAX_DEPTH {
            true => self.too_deep(MAX_DEPTH),
            false => Ok(Node { expr: Expr { kind, span }, depth }),
        }
    }
}
