//! What stands within brackets: a length, a colon, a step.
//!
//! Up to the first number Prometheus reads it as an expression of durations, after that nearly as anything else.

use super::{Lexed, Lexer, arithmetic, is_alpha, is_space, keywords};
use crate::parser::quote::quoted_char;
use crate::parser::token::TokenKind;

impl<'q> Lexer<'q> {
    pub(super) fn left_bracket(&mut self) -> Lexed<'q> {
        if self.in_brackets {
            return self.fail("unexpected left bracket '['");
        }
        self.seen_colon = false;
        self.in_brackets = true;
        self.in_duration = true;
        Ok(self.emit(TokenKind::LeftBracket))
    }

    pub(super) fn right_bracket(&mut self) -> Lexed<'q> {
        if !self.in_brackets {
            return self.fail("unexpected right bracket ']'");
        }
        self.in_brackets = false;
        Ok(self.emit(TokenKind::RightBracket))
    }

    /// Until the first number within the brackets.
    pub(super) fn duration_token(&mut self) -> Lexed<'q> {
        let Some(next) = self.next() else {
            return self.fail("unexpected end of input in duration expression");
        };
        match next {
            ']' => {
                (self.in_brackets, self.in_duration, self.seen_colon) = (false, false, false);
                Ok(self.emit(TokenKind::RightBracket))
            }
            ':' => self.colon_in_duration(),
            '(' | ')' => self.paren(next),
            ',' => Ok(self.emit(TokenKind::Comma)),
            '+' | '-' | '*' | '/' | '%' | '^' => Ok(self.emit(arithmetic(next))),
            _ if is_space(next) => Ok(None),
            _ if self.is_number(next) => {
                (self.seen_duration, self.in_duration) = (true, false);
                self.number_or_duration()
            }
            _ if begins_keyword(next) => match self.duration_keyword() {
                Some(kind) => Ok(self.emit(kind)),
                None => self.unexpected_in_duration(next),
            },
            _ => self.unexpected_in_duration(next),
        }
    }

    fn colon_in_duration(&mut self) -> Lexed<'q> {
        let token = self.emit(TokenKind::Colon);
        let wrong = match (self.seen_duration, self.seen_colon) {
            (false, _) => "unexpected colon before duration in duration expression",
            (true, true) => "unexpected repeated colon in duration expression",
            (true, false) => {
                self.seen_colon = true;
                return Ok(token);
            }
        };
        self.start = self.position;
        self.fail(wrong)
    }

    fn unexpected_in_duration(&self, found: char) -> Lexed<'q> {
        self.fail(format!("unexpected character in duration expression: {}", quoted_char(found)))
    }

    /// After the first number within the brackets.
    pub(super) fn word_in_brackets(&mut self, first: char) -> Lexed<'q> {
        if first == ':' {
            if self.seen_colon {
                return self.fail("unexpected colon ':'");
            }
            self.seen_colon = true;
            return Ok(self.emit(TokenKind::Colon));
        }
        if begins_keyword(first)
            && let Some(kind) = self.duration_keyword()
        {
            return Ok(self.emit(kind));
        }
        self.fail(format!("unexpected character: {}, expected ':'", quoted_char(first)))
    }

    fn duration_keyword(&mut self) -> Option<TokenKind> {
        while self.accept(is_alpha) {}
        keywords::duration_keyword(&self.text().to_ascii_lowercase())
    }
}

fn begins_keyword(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 's' | 'r' | 'm')
}
