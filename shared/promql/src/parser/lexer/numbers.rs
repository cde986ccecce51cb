//! Numbers and durations, as far as the lexer checks them.

use super::{Lexed, Lexer, bad, is_alphanumeric};
use crate::parser::token::TokenKind;

impl<'q> Lexer<'q> {
    /// A number or duration whose first character has been read.
    pub(super) fn number_or_duration(&mut self) -> Lexed<'q> {
        self.position = self.start;
        if self.scan_number() {
            return Ok(self.emit(TokenKind::Number));
        }
        if self.scan_rest_of_duration() {
            return Ok(self.emit(TokenKind::Duration));
        }
        self.fail(bad("number or duration", self.text()))
    }

    /// Decimal or hexadecimal, with a fraction, an exponent, underscores between digits. Where it is none, what has been read
    /// of it may still be the beginning of a duration.
    fn scan_number(&mut self) -> bool {
        let mut is_hexadecimal = false;
        if self.accept(|c| c == '0') && self.accept(|c| matches!(c, 'x' | 'X')) {
            self.accept(|c| c == '_');
            is_hexadecimal = true;
        }
        let is_digit = |c: char| if is_hexadecimal { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        self.accept(|c| c == '.');
        self.accept(is_digit);
        let (mut seen_dot, mut seen_exponent) = (false, false);
        while let Some(next) = self.peek() {
            match next {
                '.' if seen_dot => {
                    self.next();
                    return false;
                }
                '.' => {
                    seen_dot = true;
                    self.next();
                    if self.accept(|c| matches!(c, '_' | '.')) || is_hexadecimal {
                        return false;
                    }
                }
                'e' | 'E' if seen_exponent => {
                    self.next();
                    return false;
                }
                'e' | 'E' => {
                    seen_exponent = true;
                    self.next();
                    self.accept(|c| matches!(c, '+' | '-'));
                    if self.accept(|c| matches!(c, '.' | '_' | 'e' | 'E')) || self.peek().is_none() {
                        return false;
                    }
                }
                '_' => {
                    self.next();
                    if self.accept(|c| matches!(c, '.' | '_' | 'e' | 'E')) || self.peek().is_none() {
                        return false;
                    }
                }
                // Hexadecimal digits stop at an `e`, which is taken for an exponent's only where it begins a run of digits.
                _ if is_digit(next) => while self.accept(is_digit) {},
                _ => break,
            }
        }
        !self.peek().is_some_and(is_alphanumeric)
    }

    /// Units, and numbers with units; what they are is checked later.
    fn scan_rest_of_duration(&mut self) -> bool {
        if !self.accept(|c| "smhdwy".contains(c)) {
            return false;
        }
        self.accept(|c| c == 's');
        while self.accept(|c| c.is_ascii_digit()) {
            while self.accept(|c| c.is_ascii_digit()) {}
            if !self.accept(|c| "smhdw".contains(c)) {
                return false;
            }
            self.accept(|c| c == 's');
        }
        // What is wrong is shown with the character that makes it so.
        !self.accept(is_alphanumeric)
    }
}
