//! Queries: what the engine is asked.

use std::time::Duration;

use firefly_lambda::now;
use firefly_promql::parser::ValueType;
use firefly_promql::{Answer, Expr, Query, QueryError, Value, parse};
use firefly_storage::MetricReader;
use firefly_wire::prometheus::{
    Form, InstantRequest, ParameterError, QueryOptions, QuerySamples, QueryStatistics, QueryTimings,
    RangeRequest, TRUNCATED, push_sample, push_scalar, push_series, push_string, to_go_json, truncate,
};
use tokio::time::Instant;

use crate::answer::{Refusal, Reply};
use crate::handler::{Api, Asked};
use crate::samples::Samples;
use crate::syntax_tree::syntax_tree;

impl<R: MetricReader + Sync> Api<R> {
    pub(crate) async fn query(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let now_ms = now().millis().0;
        let request = InstantRequest::read(&asked.form, now_ms)?;
        let expr = expression(&asked.form)?;
        let query = Query::instant(&expr, request.time_ms);
        self.evaluate(query, &request.options, asked).await
    }

    pub(crate) async fn query_range(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let request = RangeRequest::read(&asked.form)?;
        let expr = expression(&asked.form)?;
        let query = Query::range(&expr, request.start_ms, request.end_ms, request.step_ms);
        self.evaluate(query, &request.options, asked).await
    }

    async fn evaluate(
        &self,
        mut query: Query<'_>,
        options: &QueryOptions,
        asked: &Asked<'_>,
    ) -> Result<Reply, Refusal> {
        let (begin, samples) = (Instant::now(), Samples::of(&self.reader));
        query.lookback_ms = options.lookback_ms;
        let deadline = match options.timeout {
            Some(timeout) => asked.deadline.min(begin + timeout.min(crate::handler::READ_TIMEOUT)),
            None => asked.deadline,
        };
        if deadline <= begin {
            return Err(QueryError::TimedOut { phase: "query preparation" }.into());
        }
        let answer = self.engine.answer(&query, &samples, deadline.into_std()).await?;
        let statistics = options
            .has_statistics
            .then(|| statistics(&answer, asked.begin.elapsed(), begin.elapsed(), samples.time()));
        write(answer, options, statistics.as_ref(), asked)
    }

    pub(crate) fn format_query(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let expr = expression(&asked.form)?;
        asked.whole(&to_go_json(&firefly_promql::parser::pretty(&expr)))
    }

    pub(crate) fn parse_query(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let expr = expression(&asked.form)?;
        asked.whole(&to_go_json(&syntax_tree(&expr)))
    }
}

fn expression(form: &Form<'_>) -> Result<Expr, ParameterError> {
    parse(form.get("query")).map_err(|error| ParameterError::invalid("query", error))
}

fn statistics(answer: &Answer, total: Duration, evaluating: Duration, reading: Duration) -> QueryStatistics {
    let samples = answer.statistics;
    QueryStatistics {
        timings: QueryTimings {
            eval_total_time: evaluating.as_secs_f64(),
            query_preparation_time: reading.as_secs_f64(),
            inner_eval_time: evaluating.saturating_sub(reading).as_secs_f64(),
            exec_total_time: total.as_secs_f64(),
            ..QueryTimings::default()
        },
        samples: QuerySamples {
            total_queryable_samples: samples.total_queryable_samples,
            samples_read: samples.total_queryable_samples,
            peak_samples: samples.peak_samples,
        },
    }
}

/// Writes `{"resultType":…,"result":…,"stats":…}` and what is to be said about it.
fn write(
    mut answer: Answer,
    options: &QueryOptions,
    statistics: Option<&QueryStatistics>,
    asked: &Asked<'_>,
) -> Result<Reply, Refusal> {
    let mut body = asked.empty_body();
    let is_cut = match &mut answer.value {
        Value::Vector(samples) => truncate(samples, options.limit),
        Value::Matrix(series) => truncate(series, options.limit),
        Value::Scalar(_) | Value::String(..) => false,
    };
    body.push(&format!("{{\"resultType\":\"{}\",\"result\":", result_type(&answer.value)));
    match answer.value {
        Value::Scalar(point) => body.write(|json| push_scalar(json, point)),
        Value::String(time_ms, text) => body.write(|json| push_string(json, time_ms, &text)),
        Value::Vector(samples) => {
            body.list(("[", "]"), samples, |json, sample| push_sample(json, &sample))?;
        }
        Value::Matrix(series) => {
            body.list(("[", "]"), series, |json, series| push_series(json, &series))?;
        }
    }
    if let Some(statistics) = statistics {
        body.push(&format!(",\"stats\":{}", to_go_json(statistics)));
    }
    body.push("}");
    let query = asked.form.get("query");
    let mut warnings = answer.annotations.warnings(query);
    warnings.extend(is_cut.then(|| TRUNCATED.to_owned()));
    warnings.extend(options.warning.clone());
    body.finish(&warnings, &answer.annotations.infos(query))
}

fn result_type(value: &Value) -> &'static str {
    let value_type = match value {
        Value::Scalar(_) => ValueType::Scalar,
        Value::String(..) => ValueType::String,
        Value::Vector(_) => ValueType::Vector,
        Value::Matrix(_) => ValueType::Matrix,
    };
    value_type.as_str()
}
