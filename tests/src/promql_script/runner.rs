//! Running a script.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use firefly_model::selection::{LabelledPoint, Limits};
use firefly_promql::parser::ValueType;
use firefly_promql::{Answer, Engine, Query, QueryError, Value, parse};

use super::ScriptStorage;
use super::command::{Command, parse_script};
use super::compare::compare;
use super::eval::{Eval, Expected, When};
use super::expectation::{Kind, Text};

/// Far beyond what scripts need.
const LIMITS: Limits = Limits { samples: 1_000_000, series: 10_000 };

/// How long a query may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// From the time of an instant query to the steps around it.
const AROUND_MS: i64 = 60_000;

/// Runs a script on a storage, which is cleared first.
///
/// # Errors
///
/// If an answer is not what the script expects, or it is no script.
pub async fn run<S: ScriptStorage>(script: &str, storage: &mut S) -> Result<()> {
    storage.clear().await?;
    for (line, command) in parse_script(script)? {
        match command {
            Command::Clear => storage.clear().await?,
            Command::Load(series) => storage.load(series).await?,
            Command::Eval(eval) => {
                check(&eval, storage).await.with_context(|| format!("line {line}: {}", eval.query))?;
            }
        }
    }
    Ok(())
}

/// Why there is no answer, whether the query is none or cannot be evaluated.
type Failure = String;

async fn check<S: ScriptStorage>(eval: &Eval, storage: &S) -> Result<()> {
    let answer = match (ask(&eval.query, eval.when, storage).await, eval.expectations.failure()) {
        (Ok(answer), None) => answer,
        (Ok(answer), Some(_)) => bail!("expected an error, got {:?}", answer.value),
        (Err(failure), None) => bail!("got an error: {failure}"),
        (Err(failure), Some(expected)) => return check_failure(&failure, expected),
    };
    let warnings = answer.annotations.warnings(&eval.query);
    eval.expectations.check(Kind::Warn, &without_positions(warnings))?;
    let infos = answer.annotations.infos(&eval.query);
    eval.expectations.check(Kind::Info, &without_positions(infos))?;
    compare(&eval.value, &answer.value, eval.expectations.is_ordered)?;
    check_as_step(eval, storage).await.context("as the middle step of a range query")
}

fn check_failure(failure: &str, expected: &Text) -> Result<()> {
    ensure!(expected.is(failure), "expected the error {expected:?}, got: {failure}");
    Ok(())
}

async fn ask<S: ScriptStorage>(query: &str, when: When, storage: &S) -> Result<Answer, Failure> {
    let expr = parse(query).map_err(|error| error.to_string())?;
    let query = match when {
        When::Instant(at_ms) => Query::instant(&expr, at_ms),
        When::Range { start_ms, end_ms, step_ms } => Query::range(&expr, start_ms, end_ms, step_ms),
    };
    let answer = Engine::new(LIMITS).answer(&query, storage, Instant::now() + PATIENCE).await;
    answer.map_err(|error: QueryError| error.to_string())
}

/// The annotations without the position that they end in.
fn without_positions(mut annotations: Vec<String>) -> Vec<String> {
    for annotation in &mut annotations {
        if let Some(at) = annotation.rfind(" (") {
            annotation.truncate(at);
        }
    }
    annotations
}

/// An instant query has the same values as the step of a range query, unless it asks for when that begins or ends.
async fn check_as_step<S: ScriptStorage>(eval: &Eval, storage: &S) -> Result<()> {
    let When::Instant(at_ms) = eval.when else { return Ok(()) };
    let value_type = parse(&eval.query)?.value_type();
    let is_of_range = eval.query.contains("start()") || eval.query.contains("end()");
    if is_of_range || !matches!(value_type, ValueType::Vector | ValueType::Scalar) {
        return Ok(());
    }
    let around = When::Range { start_ms: at_ms - AROUND_MS, end_ms: at_ms + AROUND_MS, step_ms: AROUND_MS };
    let answer = ask(&eval.query, around, storage).await.map_err(anyhow::Error::msg)?;
    let Value::Matrix(matrix) = answer.value else { bail!("expected a matrix, got {:?}", answer.value) };
    let in_the_middle = matrix.into_iter().filter_map(|series| {
        let point = series.points.into_iter().find(|point| point.time_ms == at_ms)?;
        Some(LabelledPoint { labels: series.labels, point })
    });
    let vector: Vec<_> = in_the_middle.collect();
    let value = match (&eval.value, &vector[..]) {
        (Expected::Scalar(_), [number]) => Value::Scalar(number.point),
        _ => Value::Vector(vector),
    };
    compare(&eval.value, &value, false)
}
