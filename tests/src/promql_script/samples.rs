//! Series and their samples, as scripts write them: `up{job="shop"} 1 2+3x4 _ stale`.

use anyhow::{Context, Result, bail, ensure};
use firefly_model::selection::{ABSENT, Labels, METRIC_NAME, MatchOp};
use firefly_promql::parser::parse_selector;

/// A value of a series at one of the times, or that there is none.
pub type Slot = Option<f64>;

/// A series, and a value or none for each time from the first.
pub fn parse_series(line: &str) -> Result<(Labels, Vec<Slot>)> {
    let end = end_of_selector(line);
    let (selector, values) = line.split_at(end);
    let labels = parse_labels(selector).with_context(|| format!("in the series {selector}"))?;
    let mut slots = Vec::new();
    for token in values.split_whitespace() {
        push_slots(token, &mut slots).with_context(|| format!("in the values {values}"))?;
    }
    Ok((labels, slots))
}

/// Where the labels end: at the closing brace, or the first blank if there are no braces.
fn end_of_selector(line: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    let mut is_within = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some('"' | '\''), '\\') => is_escaped = true,
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => is_within = true,
            (None, '}') => return at + 1,
            (None, c) if c.is_whitespace() && !is_within => return at,
            (None, _) => {}
        }
    }
    line.len()
}

fn parse_labels(selector: &str) -> Result<Labels> {
    let mut labels = Labels::default();
    for matcher in parse_selector(selector)? {
        ensure!(matcher.op() == MatchOp::Equal, "expected `=`, not `{}`", matcher.op().as_str());
        // A selector of a name alone may be written with braces that are empty.
        if !(matcher.name() == METRIC_NAME && matcher.value().is_empty()) {
            labels.set(matcher.name().into(), matcher.value().into());
        }
    }
    Ok(labels)
}

fn push_slots(token: &str, slots: &mut Vec<Slot>) -> Result<()> {
    let (value, times) = match token.rsplit_once('x') {
        Some((value, times)) => (value, Some(times.parse::<usize>()?)),
        None => (token, None),
    };
    if value == "_" {
        slots.extend(std::iter::repeat_n(None, times.unwrap_or(1)));
        return Ok(());
    }
    let (mut value, step) = match value {
        "stale" => (ABSENT, None),
        value => split_step(value)?,
    };
    ensure!(step.is_none() || times.is_some(), "{token} has a step, but not how often it is taken");
    // The value itself, and then as often as is said.
    for _ in 0..=times.unwrap_or(0) {
        slots.push(Some(value));
        value = step.map_or(value, |step| value + step);
    }
    Ok(())
}

/// `1+2` and `1-2` as a number and the step from it to the next.
fn split_step(text: &str) -> Result<(f64, Option<f64>)> {
    let is_sign = |(at, byte): &(usize, u8)| {
        *at > 0 && matches!(byte, b'+' | b'-') && !matches!(text.as_bytes()[at - 1], b'e' | b'E')
    };
    match text.bytes().enumerate().find(is_sign) {
        Some((at, _)) => Ok((parse_number(&text[..at])?, Some(parse_number(&text[at..])?))),
        None => Ok((parse_number(text)?, None)),
    }
}

/// A number as scripts write it.
pub fn parse_number(text: &str) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(number) => Ok(number),
        Err(_) => bail!("{text} is no number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_expanded() {
        let (labels, slots) =
            parse_series(r#"up{job="a}b"} 1 2+3x2 4-1x1 5x1 _ _x2 NaN -1e+3 -Inf"#).unwrap();
        assert_eq!(labels, Labels::new([(METRIC_NAME, "up"), ("job", "a}b")]));
        let numbers: Vec<f64> = slots.iter().map(|slot| slot.unwrap_or(99.0)).collect();
        let expected = [1., 2., 5., 8., 4., 3., 5., 5., 99., 99., 99.];
        assert_eq!(numbers[..11], expected);
        assert!(numbers[11].is_nan());
        assert_eq!(numbers[12..], [-1000.0, f64::NEG_INFINITY]);
    }

    #[test]
    fn series_may_have_no_name_no_values_and_markers_of_staleness() {
        assert_eq!(parse_series("{}").unwrap(), (Labels::default(), vec![]));
        assert_eq!(parse_series(r#"{"a b"} 1"#).unwrap().0.metric_name(), "a b");
        let (_, slots) = parse_series("up stale").unwrap();
        assert_eq!(slots[0].map(f64::to_bits), Some(ABSENT.to_bits()));
        assert!(parse_series("up 1+2").is_err() && parse_series("up {{count:1}}").is_err());
    }
}
