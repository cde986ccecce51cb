//! Scalars.

use super::{Expression, Generator, Type};

impl Generator {
    /// A number as it may be written.
    pub fn number(&mut self) -> &'static str {
        self.one_of(&[
            "0", "1", "2", "3", "10", "100", "0.5", "0.1", "-1", "-0.5", "1e3", "2.5e-2", "0x1F", "Inf",
            "-Inf", "NaN", "1_000", "5m", "1h30m", ".5", "1e-7", "-0", "0b101", "017", "inf", "nan", "1e21",
        ])
    }

    pub fn scalar(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return match self.below(8) {
                0 => Expression::new(Type::Scalar).text("time()"),
                1 => Expression::new(Type::Scalar).text("pi()"),
                _ => Expression::new(Type::Scalar).text(self.number()),
            };
        }
        let inner = depth - 1;
        match self.below(7) {
            0 | 1 => Expression::call(Type::Scalar, "scalar", [self.vector(inner)]),
            2 => {
                let operator = self.one_of(&["==", "!=", "<", ">", "<=", ">="]);
                self.of_two_scalars(&format!("{operator} bool"), inner)
            }
            3 => {
                let operator = self.one_of(&["+", "-", "*", "/", "%", "^", "atan2"]);
                self.of_two_scalars(operator, inner)
            }
            4 => Expression::new(Type::Scalar).text("-").with(self.scalar(inner)),
            5 => self.scalar(inner).in_parentheses(),
            _ => self.scalar(0),
        }
    }

    fn of_two_scalars(&mut self, operator: &str, depth: usize) -> Expression {
        let (left, right) = (self.scalar(depth), self.scalar(depth));
        Expression::new(Type::Scalar).with(left).text(format!(" {operator} ")).with(right)
    }
}
