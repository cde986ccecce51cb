//! The parser's place in the query, and what it says where it cannot go on.

use super::lexer::Lexer;
use super::token::{Token, TokenKind};
use super::{MAX_BYTES, MAX_NESTING, ParseError, Span};

/// A parser of one query. Its rules are in the files beside this one.
#[derive(Debug)]
pub(super) struct Parser<'q> {
    lexer: Lexer<'q>,
    /// The token to come, if it has been looked at.
    ahead: Option<Token<'q>>,
    /// Where the last token begins that has been read, if only to look at it.
    last_start: usize,
    /// Where the last number, duration or closing sign ends that has been read, if only to look at it. Prometheus ends
    /// many expressions there.
    pub(super) last_closing: usize,
    /// What is being parsed, the innermost last, of that which an error tells.
    contexts: Vec<Context>,
    depth: usize,
}

/// What is being parsed, as errors tell it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// Where the unexpected was found: `aggregation`.
    pub(super) place: &'static str,
    /// What was expected there; may be empty.
    pub(super) expected: &'static str,
}

type Parsed<T> = Result<T, ParseError>;

impl<'q> Parser<'q> {
    /// A parser at the beginning of a query.
    pub(super) fn new(query: &'q str) -> Parsed<Self> {
        if query.len() > MAX_BYTES {
            let message = format!("query is longer than {MAX_BYTES} bytes");
            return Err(ParseError::new(query, Span::default(), message));
        }
        let lexer = Lexer::new(query);
        let (last_start, last_closing, depth) = (0, 0, 0);
        Ok(Self { lexer, ahead: None, last_start, last_closing, contexts: Vec::new(), depth })
    }

    /// The query.
    pub(super) fn query(&self) -> &'q str {
        self.lexer.query
    }

    /// The token to come.
    pub(super) fn peek(&mut self) -> Parsed<Token<'q>> {
        if let Some(token) = self.ahead {
            return Ok(token);
        }
        let token = self.lexer.next_token()?;
        self.last_start = token.start;
        if matches!(
            token.kind,
            TokenKind::RightBrace
                | TokenKind::RightParen
                | TokenKind::RightBracket
                | TokenKind::Duration
                | TokenKind::Number
        ) {
            self.last_closing = token.span().end;
        }
        self.ahead = Some(token);
        Ok(token)
    }

    /// What the token to come is.
    pub(super) fn peek_kind(&mut self) -> Parsed<TokenKind> {
        Ok(self.peek()?.kind)
    }

    /// Moves past the token to come.
    pub(super) fn advance(&mut self) -> Parsed<Token<'q>> {
        let token = self.peek()?;
        self.ahead = None;
        Ok(token)
    }

    /// Moves past the token to come if it is this.
    pub(super) fn accept(&mut self, kind: TokenKind) -> Parsed<bool> {
        let is_next = self.peek_kind()? == kind;
        if is_next {
            self.ahead = None;
        }
        Ok(is_next)
    }

    /// Moves past the token to come, which has to be this.
    pub(super) fn expect(&mut self, kind: TokenKind) -> Parsed<Token<'q>> {
        if self.peek_kind()? != kind {
            return self.unexpected();
        }
        self.advance()
    }

    /// Parses something within which an unexpected token is told to be in this context.
    pub(super) fn within<T>(
        &mut self,
        context: Context,
        parse: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        self.contexts.push(context);
        let parsed = parse(self);
        self.contexts.pop();
        parsed
    }

    /// Parses something one level deeper.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return self.too_deep(MAX_NESTING);
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// The error of an expression nested too deep.
    pub(super) fn too_deep<T>(&self, levels: usize) -> Parsed<T> {
        let span = Span { start: self.last_start, end: self.query().len() };
        self.fail(span, format!("expression is nested more than {levels} levels deep"))
    }

    /// The error of a token that cannot come here.
    pub(super) fn unexpected<T>(&mut self) -> Parsed<T> {
        let context = self.contexts.last().copied();
        self.refuse_token(context)
    }

    /// The error of a token that cannot come here, in this context.
    pub(super) fn unexpected_in<T>(&mut self, context: Context) -> Parsed<T> {
        self.refuse_token(Some(context))
    }

    fn refuse_token<T>(&mut self, context: Option<Context>) -> Parsed<T> {
        let token = self.peek()?;
        let mut message = format!("unexpected {}", token.described());
        if let Some(context) = context {
            message += &format!(" in {}", context.place);
            if !context.expected.is_empty() {
                message += &format!(", expected {}", context.expected);
            }
        }
        self.fail(token.span(), message)
    }

    /// An error of a part of the query.
    pub(super) fn fail<T>(&self, span: Span, message: impl Into<String>) -> Parsed<T> {
        Err(ParseError::new(self.query(), span, message))
    }

    /// Where an aggregation ends, after which Prometheus has already read a token: where that was a parenthesis, after the one
    /// before it.
    pub(super) fn previous_right_paren(&self) -> usize {
        let query = self.query().as_bytes();
        if query.get(self.last_start) != Some(&b')') {
            return self.last_closing;
        }
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        match query[..self.last_start].iter().rposition(|byte| !is_space(byte)) {
            Some(at) if at > 0 && query[at] == b')' => at + 1,
            _ => self.last_closing,
        }
    }
}
