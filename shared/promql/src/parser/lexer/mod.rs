//! From text to tokens, and the errors that Prometheus' lexer gives.
//!
//! What a sign means depends on whether it is within braces or brackets, so the lexer keeps track of them.

mod brackets;
mod keywords;
mod numbers;
mod strings;

use super::quote::{quoted, quoted_char};
use super::token::{Keyword, Operator, Token, TokenKind};
use super::{BinaryOp, ParseError, Span};

/// Reads tokens off a query.
#[derive(Debug)]
pub(super) struct Lexer<'q> {
    pub(super) query: &'q str,
    /// Where the token that is being read begins.
    start: usize,
    /// What is read next.
    position: usize,
    open_parens: usize,
    in_braces: bool,
    in_brackets: bool,
    /// Within brackets, until the first number.
    in_duration: bool,
    /// A colon since the last bracket was opened.
    seen_colon: bool,
    /// A number within any brackets so far.
    seen_duration: bool,
}

type Lexed<'q> = Result<Option<Token<'q>>, ParseError>;

impl<'q> Lexer<'q> {
    /// A lexer of this query.
    pub(super) fn new(query: &'q str) -> Self {
        Self {
            query,
            start: 0,
            position: 0,
            open_parens: 0,
            in_braces: false,
            in_brackets: false,
            in_duration: false,
            seen_colon: false,
            seen_duration: false,
        }
    }

    /// The next token; after the last, always the end.
    pub(super) fn next_token(&mut self) -> Result<Token<'q>, ParseError> {
        loop {
            self.start = self.position;
            let token = if self.in_duration {
                self.duration_token()
            } else if self.in_braces {
                self.token_in_braces()
            } else {
                self.token()
            };
            if let Some(token) = token? {
                return Ok(token);
            }
        }
    }

    fn token(&mut self) -> Lexed<'q> {
        let Some(next) = self.next() else {
            return match (self.open_parens, self.in_brackets) {
                (0, false) => Ok(self.emit(TokenKind::End)),
                (0, true) => self.fail("unclosed left bracket"),
                _ => self.fail("unclosed left parenthesis"),
            };
        };
        match next {
            '#' => Ok(self.skip_comment()),
            ' ' | '\t' | '\n' | '\r' => Ok(None),
            ',' => Ok(self.emit(TokenKind::Comma)),
            '@' => Ok(self.emit(TokenKind::Operator(Operator::At))),
            '*' | '/' | '%' | '+' | '-' | '^' => Ok(self.emit(arithmetic(next))),
            '=' | '!' | '<' | '>' => self.comparison(next),
            '"' | '\'' => self.string(next),
            '`' => self.raw_string(),
            '(' | ')' => self.paren(next),
            '{' => {
                self.in_braces = true;
                Ok(self.emit(TokenKind::LeftBrace))
            }
            '[' => self.left_bracket(),
            ']' => self.right_bracket(),
            _ if self.is_number(next) => self.number_or_duration(),
            _ if is_alpha(next) || next == ':' => match self.in_brackets {
                true => self.word_in_brackets(next),
                false => Ok(self.word()),
            },
            _ => self.fail(format!("unexpected character: {}", quoted_char(next))),
        }
    }

    fn token_in_braces(&mut self) -> Lexed<'q> {
        let Some(next) = self.next() else {
            return self.fail("unexpected end of input inside braces");
        };
        match next {
            '#' => Ok(self.skip_comment()),
            ' ' | '\t' | '\n' | '\r' => Ok(None),
            ',' => Ok(self.emit(TokenKind::Comma)),
            '"' | '\'' => self.string(next),
            '`' => self.raw_string(),
            '=' if self.accept(|c| c == '~') => Ok(self.emit(TokenKind::Operator(Operator::RegexMatch))),
            '=' => Ok(self.emit(TokenKind::Assign)),
            '!' => match self.next() {
                Some('~') => Ok(self.emit(TokenKind::Operator(Operator::RegexNoMatch))),
                Some('=') => Ok(self.emit_binary(BinaryOp::NotEqual)),
                other => {
                    let other = quoted_char(other.unwrap_or(char::REPLACEMENT_CHARACTER));
                    self.fail(format!("unexpected character after '!' inside braces: {other}"))
                }
            },
            '{' => self.fail("unexpected left brace '{'"),
            '}' => {
                self.in_braces = false;
                Ok(self.emit(TokenKind::RightBrace))
            }
            _ if is_alpha(next) => {
                while self.accept(is_alphanumeric) {}
                Ok(self.emit(TokenKind::Identifier))
            }
            _ => self.fail(format!("unexpected character inside braces: {}", quoted_char(next))),
        }
    }

    fn comparison(&mut self, first: char) -> Lexed<'q> {
        let op = match (first, self.peek()) {
            ('=', Some('=')) => BinaryOp::Equal,
            ('=', Some('~')) => return self.fail("unexpected character after '=': '~'"),
            ('=', _) => return Ok(self.emit(TokenKind::Assign)),
            ('!', Some('=')) => BinaryOp::NotEqual,
            ('!', other) => {
                let other = quoted_char(other.unwrap_or(char::REPLACEMENT_CHARACTER));
                return self.fail(format!("unexpected character after '!': {other}"));
            }
            ('<', Some('=')) => BinaryOp::LessOrEqual,
            ('<', Some('/')) => BinaryOp::TrimUpper,
            ('<', _) => return Ok(self.emit_binary(BinaryOp::Less)),
            (_, Some('=')) => BinaryOp::GreaterOrEqual,
            (_, Some('/')) => BinaryOp::TrimLower,
            _ => return Ok(self.emit_binary(BinaryOp::Greater)),
        };
        self.next();
        Ok(self.emit_binary(op))
    }

    fn paren(&mut self, paren: char) -> Lexed<'q> {
        if paren == '(' {
            self.open_parens += 1;
            return Ok(self.emit(TokenKind::LeftParen));
        }
        let Some(open) = self.open_parens.checked_sub(1) else {
            self.start = self.position;
            return self.fail("unexpected right parenthesis ')'");
        };
        self.open_parens = open;
        Ok(self.emit(TokenKind::RightParen))
    }

    fn word(&mut self) -> Option<Token<'q>> {
        while self.accept(|c| is_alphanumeric(c) || c == ':') {}
        let word = self.text();
        let kind = match keywords::keyword(word) {
            // Only with a parenthesis after them, as there are metrics of these names.
            Some(TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight))
                if !self.rest().trim_start_matches(is_space).starts_with('(') =>
            {
                TokenKind::Identifier
            }
            Some(kind) => kind,
            None if word.contains(':') => TokenKind::MetricIdentifier,
            None => TokenKind::Identifier,
        };
        self.emit(kind)
    }

    fn skip_comment(&mut self) -> Option<Token<'q>> {
        while self.accept(|c| !matches!(c, '\r' | '\n')) {}
        None
    }

    fn is_number(&self, first: char) -> bool {
        first.is_ascii_digit() || (first == '.' && self.peek().is_some_and(|c| c.is_ascii_digit()))
    }

    fn emit(&self, kind: TokenKind) -> Option<Token<'q>> {
        Some(Token { kind, start: self.start, text: self.text() })
    }

    fn emit_binary(&self, op: BinaryOp) -> Option<Token<'q>> {
        self.emit(TokenKind::Operator(Operator::Binary(op)))
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, ParseError> {
        let span = Span { start: self.start, end: self.query.len() };
        Err(ParseError::new(self.query, span, message))
    }

    fn text(&self) -> &'q str {
        &self.query[self.start..self.position]
    }

    fn rest(&self) -> &'q str {
        &self.query[self.position..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += next.len_utf8();
        Some(next)
    }

    /// Moves past the next character if it is one of these.
    fn accept(&mut self, is_wanted: impl Fn(char) -> bool) -> bool {
        let is_next = self.peek().is_some_and(is_wanted);
        if is_next {
            self.next();
        }
        is_next
    }
}

fn arithmetic(sign: char) -> TokenKind {
    TokenKind::Operator(Operator::Binary(match sign {
        '*' => BinaryOp::Multiply,
        '/' => BinaryOp::Divide,
        '%' => BinaryOp::Modulo,
        '+' => BinaryOp::Add,
        '-' => BinaryOp::Subtract,
        _ => BinaryOp::Power,
    }))
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_alpha(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// An error's part that quotes what has been read of a token.
fn bad(kind: &str, text: &str) -> String {
    format!("bad {kind} syntax: {}", quoted(text))
}
