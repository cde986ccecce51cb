//! The commands of a script.

use anyhow::{Context, Result, bail, ensure};
use firefly_model::selection::{LabelledPoints, Point, Times};
use firefly_promql::parse;
use firefly_promql::parser::ExprKind;

use super::eval::Eval;
use super::samples::parse_series;

/// A command.
pub enum Command {
    /// `clear`
    Clear,
    /// `load 1m`: samples to be added.
    Load(Vec<LabelledPoints>),
    /// `eval …`: a query.
    Eval(Box<Eval>),
}

/// A command's line, and the lines that belong to it.
struct Block<'a> {
    line: usize,
    head: &'a str,
    body: Vec<&'a str>,
}

/// The commands of a script, each with the number of its line.
pub fn parse_script(script: &str) -> Result<Vec<(usize, Command)>> {
    let parse_at = |block: Block<'_>| {
        let command =
            parse_command(&block).with_context(|| format!("in line {}: {}", block.line, block.head))?;
        Ok((block.line, command))
    };
    blocks(script)?.into_iter().map(parse_at).collect()
}

/// A line begins a command by its first word. What follows belongs to it up to an empty line or another command.
fn blocks(script: &str) -> Result<Vec<Block<'_>>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for (at, line) in script.lines().enumerate() {
        let text = line.trim();
        if text.starts_with('#') {
            continue;
        }
        let word = text.split_whitespace().next().unwrap_or_default();
        if text.is_empty() {
            is_open = false;
        } else if matches!(word, "load" | "clear" | "eval") {
            blocks.push(Block { line: at + 1, head: text, body: Vec::new() });
            is_open = true;
        } else {
            let block = blocks.last_mut().filter(|_| is_open);
            let block = block.with_context(|| format!("line {} belongs to no command: {text}", at + 1))?;
            block.body.push(text);
        }
    }
    Ok(blocks)
}

fn parse_command(block: &Block<'_>) -> Result<Command> {
    let (word, rest) = block.head.split_once(char::is_whitespace).unwrap_or((block.head, ""));
    match word {
        "clear" => {
            ensure!(block.body.is_empty() && rest.is_empty(), "clear stands alone");
            Ok(Command::Clear)
        }
        "load" => {
            let step_ms = parse_ms(rest)?;
            block.body.iter().map(|line| parse_load(line, step_ms)).collect::<Result<_>>().map(Command::Load)
        }
        _ => Ok(Command::Eval(Box::new(Eval::parse(rest, &block.body)?))),
    }
}

fn parse_load(line: &str, step_ms: i64) -> Result<LabelledPoints> {
    let (labels, slots) = parse_series(line)?;
    let times = Times { first_ms: 0, step_ms, count: slots.len().max(1) };
    let points = times.iter().zip(slots);
    let points = points.filter_map(|(time_ms, slot)| slot.map(|value| Point { time_ms, value })).collect();
    Ok(LabelledPoints { labels, points })
}

/// A time or duration in milliseconds: `5m`, `-1h30m`, or seconds.
pub fn parse_ms(text: &str) -> Result<i64> {
    let expr = parse(text.trim()).with_context(|| format!("{text} is no duration"))?;
    let seconds = match &expr.kind {
        ExprKind::Number(seconds, _) => *seconds,
        ExprKind::Minus(expr) => match &expr.kind {
            ExprKind::Number(seconds, _) => -seconds,
            _ => bail!("{text} is no duration"),
        },
        _ => bail!("{text} is no duration"),
    };
    #[expect(clippy::cast_possible_truncation, reason = "scripts are of short times")]
    let ms = (seconds * 1000.0).round() as i64;
    Ok(ms)
}
