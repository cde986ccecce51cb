//! Quoted strings, as far as the lexer checks them.

use super::{Lexed, Lexer};
use crate::parser::quote::unicode_form;
use crate::parser::token::TokenKind;

const NOT_TERMINATED: &str = "escape sequence not terminated";

impl<'q> Lexer<'q> {
    /// A string whose first quote has been read.
    pub(super) fn string(&mut self, quote: char) -> Lexed<'q> {
        loop {
            match self.next() {
                Some('\\') => self.escape(quote)?,
                Some(char::REPLACEMENT_CHARACTER) => return self.fail("invalid UTF-8 rune"),
                Some('\n') | None => return self.fail("unterminated quoted string"),
                Some(end) if end == quote => return Ok(self.emit(TokenKind::String)),
                Some(_) => {}
            }
        }
    }

    /// A string between backquotes whose first one has been read.
    pub(super) fn raw_string(&mut self) -> Lexed<'q> {
        loop {
            match self.next() {
                Some(char::REPLACEMENT_CHARACTER) => return self.fail("invalid UTF-8 rune"),
                Some('`') => return Ok(self.emit(TokenKind::String)),
                None => return self.fail("unterminated raw string"),
                Some(_) => {}
            }
        }
    }

    /// An escape sequence whose backslash has been read.
    fn escape(&mut self, quote: char) -> Result<(), crate::ParseError> {
        let (mut digit, digits, base, largest) = match self.next() {
            Some('a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\') => return Ok(()),
            Some(escaped) if escaped == quote => return Ok(()),
            Some(octal @ '0'..='7') => (Some(octal), 3, 8, 0xff),
            Some('x') => (self.next(), 2, 16, 0xff),
            Some('u') => (self.next(), 4, 16, 0x0010_ffff),
            Some('U') => (self.next(), 8, 16, 0x0010_ffff),
            None => return self.fail(NOT_TERMINATED),
            Some(other) => return self.fail(format!("unknown escape sequence {}", unicode_form(other))),
        };
        let mut code = 0_u64;
        for nth in 1..=digits {
            let Some(found) = digit else {
                return self.fail(NOT_TERMINATED);
            };
            let Some(value) = found.to_digit(base) else {
                let found = unicode_form(found);
                return self.fail(format!("illegal character {found} in escape sequence"));
            };
            code = code * u64::from(base) + u64::from(value);
            if nth < digits {
                digit = self.next();
            }
        }
        if code > largest || (0xd800..0xe000).contains(&code) {
            return self.fail("escape sequence is an invalid Unicode code point");
        }
        Ok(())
    }
}
