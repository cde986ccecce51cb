//! A query of a script, and what it has to answer.

use anyhow::{Context, Result, bail, ensure};
use firefly_model::selection::{Labels, Times};

use super::command::parse_ms;
use super::expectation::Expectations;
use super::samples::{Slot, parse_number, parse_series};

/// A query, when it is asked, and what is expected.
#[derive(Debug)]
pub struct Eval {
    /// The query.
    pub query: String,
    /// When.
    pub when: When,
    /// What is expected beside values.
    pub expectations: Expectations,
    /// What value is expected.
    pub value: Expected,
}

/// When a query is asked.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Once, in milliseconds.
    Instant(i64),
    /// At the steps of a range, in milliseconds.
    Range {
        /// The first step.
        start_ms: i64,
        /// Behind which there are none.
        end_ms: i64,
        /// From one to the next.
        step_ms: i64,
    },
}

/// What value is expected.
#[derive(Debug, PartialEq)]
pub enum Expected {
    /// A number.
    Scalar(f64),
    /// A text.
    String(String),
    /// Series with a value or none for each time.
    Series(Times, Vec<(Labels, Vec<Slot>)>),
    /// Series of a range vector.
    RangeVector(Times, Vec<(Labels, Vec<Slot>)>),
}

impl Eval {
    /// From what follows `eval`, and the lines below.
    pub fn parse(head: &str, body: &[&str]) -> Result<Self> {
        let (when, query) = parse_when(head)?;
        let mut expectations = Expectations::default();
        let (mut special, mut scalar, mut series) = (None, None, Vec::new());
        for line in body {
            match line.strip_prefix("expect ").map(str::trim) {
                Some(text) if text.starts_with("string ") || text.starts_with("range vector ") => {
                    special = Some(text);
                }
                Some(text) => expectations.add(text)?,
                None => match parse_number(line) {
                    Ok(number) => scalar = Some(number),
                    Err(_) => series.push(parse_series(line)?),
                },
            }
        }
        let value = match (special, scalar) {
            (Some(text), None) => parse_special(text, series)?,
            (None, Some(number)) if series.is_empty() => Expected::Scalar(number),
            (None, None) => Expected::Series(when.times(), series),
            _ => bail!("expected a number, a text or series"),
        };
        Ok(Self { query: query.to_owned(), when, expectations, value })
    }
}

impl When {
    /// All times.
    pub fn times(self) -> Times {
        match self {
            Self::Instant(at_ms) => Times::once(at_ms),
            Self::Range { start_ms, end_ms, step_ms } => {
                let count = usize::try_from((end_ms - start_ms) / step_ms.max(1)).unwrap_or(0) + 1;
                Times { first_ms: start_ms, step_ms, count }
            }
        }
    }
}

fn parse_when(head: &str) -> Result<(When, &str)> {
    if let Some(rest) = head.strip_prefix("instant at ") {
        let (at, query) = rest.trim().split_once(char::is_whitespace).context("expected a query")?;
        return Ok((When::Instant(parse_ms(at)?), query.trim()));
    }
    let words: Vec<&str> = head.splitn(8, ' ').collect();
    let ["range", "from", start, "to", end, "step", step, query] = words[..] else {
        bail!("expected `instant at …` or `range from … to … step …`");
    };
    let (start_ms, end_ms, step_ms) = (parse_ms(start)?, parse_ms(end)?, parse_ms(step)?);
    ensure!(start_ms <= end_ms && step_ms > 0, "a range has to have steps");
    Ok((When::Range { start_ms, end_ms, step_ms }, query.trim()))
}

/// `string "…"` or `range vector from … to … step …`
fn parse_special(text: &str, series: Vec<(Labels, Vec<Slot>)>) -> Result<Expected> {
    if let Some(text) = text.strip_prefix("string ") {
        let text = text.trim();
        let text = if text.starts_with('`') {
            text.trim_matches('`').to_owned()
        } else {
            serde_json::from_str(text)?
        };
        return Ok(Expected::String(text));
    }
    let (when, _) = parse_when(&format!("{} -", text.replacen("range vector", "range", 1)))?;
    Ok(Expected::RangeVector(when.times(), series))
}
