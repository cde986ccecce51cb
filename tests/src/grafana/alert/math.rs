//! The expression `math`: `$A > 0.05 && $B >= 5`. Numbers meet where their labels are equal, or those of one are among
//! those of the other.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::data::{Data, Labels, Number};

/// Operators by how tightly they bind, the loosest first.
const LEVELS: [&[&str]; 5] =
    [&["||"], &["&&"], &["==", "!=", ">=", "<=", ">", "<"], &["+", "-"], &["*", "/", "%"]];

/// Works out a formula over what comes before it.
pub(super) fn work_out(formula: &str, before: &BTreeMap<String, Data>) -> Result<Data> {
    let mut parser = Parser { rest: formula.trim_start(), before };
    let value = parser.level(0)?;
    anyhow::ensure!(parser.rest.is_empty(), "{formula:?} is not understood from {:?} on", parser.rest);
    Ok(value.map_or(Data::Nothing, Data::Numbers))
}

/// None where there is no data.
type Numbers = Option<Vec<Number>>;

struct Parser<'a> {
    rest: &'a str,
    before: &'a BTreeMap<String, Data>,
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn level(&mut self, level: usize) -> Result<Numbers> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.level(level + 1)?;
            left = combine(left, right, operator);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Numbers> {
        if self.take("!") {
            let value = self.unary()?;
            return Ok(each(value, |value| f64::from(u8::from(value == 0.0))));
        }
        if self.take("-") {
            let value = self.unary()?;
            return Ok(each(value, |value| -value));
        }
        if self.take("(") {
            let value = self.level(0)?;
            anyhow::ensure!(self.take(")"), "a parenthesis is not closed");
            return Ok(value);
        }
        let is_word = |character: char| character.is_ascii_alphanumeric() || "_.".contains(character);
        let is_braced = self.rest.starts_with("${");
        let body = self.rest.trim_start_matches('$').trim_start_matches('{');
        let end = body.find(|character| !is_word(character)).unwrap_or(body.len());
        let (word, tail) = body.split_at(end);
        let is_reference = self.rest.starts_with('$');
        self.rest = if is_braced { tail.strip_prefix('}').unwrap_or(tail) } else { tail }.trim_start();
        if is_reference {
            let data = self.before.get(word).with_context(|| format!("there is no ${word} before it"))?;
            return match data {
                Data::Nothing => Ok(None),
                Data::Numbers(numbers) => Ok(Some(numbers.clone())),
                Data::Series(_) => bail!("${word} is a series: reduce it first"),
            };
        }
        let value: f64 = word.parse().with_context(|| format!("{word:?} is no number"))?;
        Ok(Some(vec![Number { labels: Labels::new(), value: Some(value) }]))
    }
}

fn each(numbers: Numbers, change: impl Fn(f64) -> f64) -> Numbers {
    let changed = |number: Number| Number { value: number.value.map(&change), ..number };
    numbers.map(|numbers| numbers.into_iter().map(changed).collect())
}

fn combine(left: Numbers, right: Numbers, operator: &str) -> Numbers {
    let (left, right) = (left?, right?);
    let is_within =
        |one: &Labels, other: &Labels| one.iter().all(|(name, value)| other.get(name) == Some(value));
    let mut combined = Vec::new();
    for one in &left {
        for other in &right {
            let labels = if is_within(&one.labels, &other.labels) {
                &other.labels
            } else if is_within(&other.labels, &one.labels) {
                &one.labels
            } else {
                continue;
            };
            let value = one.value.zip(other.value).map(|(one, other)| apply(one, other, operator));
            combined.push(Number { labels: labels.clone(), value });
        }
    }
    Some(combined)
}

fn apply(one: f64, other: f64, operator: &str) -> f64 {
    let truth = |is_true: bool| f64::from(u8::from(is_true));
    match operator {
        "||" => truth(one != 0.0 || other != 0.0),
        "&&" => truth(one != 0.0 && other != 0.0),
        "==" => truth(one == other),
        "!=" => truth(one != other),
        ">=" => truth(one >= other),
        "<=" => truth(one <= other),
        ">" => truth(one > other),
        "<" => truth(one < other),
        "+" => one + other,
        "-" => one - other,
        "*" => one * other,
        "%" => one % other,
        _ => one / other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_worked_out_where_labels_meet() {
        let number = |name: &str, value: f64| Number {
            labels: [("function".to_owned(), name.to_owned())].into(),
            value: Some(value),
        };
        let before = BTreeMap::from([
            ("A".to_owned(), Data::Numbers(vec![number("a", 0.2), number("b", 0.01)])),
            ("B".to_owned(), Data::Numbers(vec![number("a", 7.0), number("c", 9.0)])),
        ]);
        let of = |formula: &str| match work_out(formula, &before).unwrap() {
            Data::Numbers(numbers) => {
                numbers.into_iter().map(|number| number.value.unwrap()).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(of("$A > 0.05 && $B >= 5"), [1.0]);
        assert_eq!(of("${A} * 100 > 1 + 2"), [1.0, 0.0]);
        assert_eq!(of("!($A > 0.05)"), [0.0, 1.0]);
        assert_eq!(of("2 + 3 * 4 - -1"), [15.0]);
        assert!(work_out("$C > 1", &before).is_err());
        assert!(work_out("$A >", &before).is_err());
    }
}
