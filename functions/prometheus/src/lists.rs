//! Lists: what the catalogue of series is asked.

use std::ops::RangeInclusive;

use firefly_model::UnixMillis;
use firefly_model::selection::{Limits, Matcher};
use firefly_promql::parse;
use firefly_storage::MetricReader;
use firefly_wire::prometheus::{
    ExemplarsRequest, ListRequest, MetadataRequest, ParameterError, TRUNCATED, metadata_members,
    push_exemplars, push_labels, to_go_json, truncate,
};

use crate::answer::{Refusal, Reply};
use crate::handler::{Api, Asked};
use crate::selectors::{matcher_sets, selectors_of};

/// What is listed, and of which series.
struct Listed {
    request: ListRequest,
    sets: Vec<Vec<Matcher>>,
}

impl Listed {
    fn read(asked: &Asked<'_>) -> Result<Self, Refusal> {
        let request = ListRequest::read(&asked.form)?;
        Ok(Self { request, sets: matcher_sets(&asked.form).map_err(ParameterError::Other)? })
    }

    /// The range of time, unless it ends before it starts, when there is nothing in it.
    fn range(&self) -> Option<RangeInclusive<UnixMillis>> {
        Some(self.request.range.clone()).filter(|range| !range.is_empty())
    }
}

impl<R: MetricReader + Sync> Api<R> {
    pub(crate) async fn series(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        if asked.form.all("match[]").next().is_none() {
            return Err(ParameterError::Other("no match[] parameter provided".into()).into());
        }
        let request = ListRequest::read(&asked.form)?;
        let sets = matcher_sets(&asked.form);
        let sets = sets.map_err(|problem| ParameterError::invalid("match[]", problem))?;
        let listed = Listed { request, sets };
        // One more than are wanted, to see whether there are more.
        let wanted = listed.request.limit.filter(|limit| *limit <= self.config.limits.series);
        let (first, limits) = match wanted {
            Some(wanted) => (Some(wanted + 1), Limits { series: wanted + 1, ..self.config.limits }),
            None => (None, self.config.limits),
        };
        let mut series = match listed.range() {
            Some(range) => self.reader.series(&listed.sets, range, first, limits, asked.deadline).await?,
            None => Vec::new(),
        };
        let is_cut = truncate(&mut series, listed.request.limit);
        let mut body = asked.empty_body();
        body.list(("[", "]"), &series, push_labels)?;
        body.finish(&warnings(is_cut), &[])
    }

    pub(crate) async fn labels(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let listed = Listed::read(asked)?;
        let names = match listed.range() {
            Some(range) => self.reader.label_names(&listed.sets, range, asked.deadline).await?,
            None => Vec::new(),
        };
        answer_texts(names, &listed, asked)
    }

    pub(crate) async fn label_values(
        &self,
        name: Result<String, Vec<u8>>,
        asked: &Asked<'_>,
    ) -> Result<Reply, Refusal> {
        let name = label_name(name)?;
        let listed = Listed::read(asked)?;
        let values = match listed.range() {
            Some(range) => self.reader.label_values(&name, &listed.sets, range, asked.deadline).await?,
            None => Vec::new(),
        };
        answer_texts(values, &listed, asked)
    }

    pub(crate) async fn metadata(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let request = MetadataRequest::read(&asked.form)?;
        let families = self.reader.metadata(request.metric, asked.deadline).await?;
        let mut body = asked.empty_body();
        body.list(("{", "}"), metadata_members(&families, &request), |json, member| json.push_str(&member))?;
        body.finish(&[], &[])
    }

    pub(crate) async fn query_exemplars(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let request = ExemplarsRequest::read(&asked.form)?;
        let expr = parse(asked.form.get("query"));
        let expr = expr.map_err(|error| ParameterError::Other(error.to_string()))?;
        let sets = selectors_of(&expr);
        if sets.is_empty() {
            return Ok(Reply::Empty);
        }
        let found = self.reader.exemplars(&sets, request.range, self.config.limits, asked.deadline).await?;
        let mut body = asked.empty_body();
        body.list(("[", "]"), &found, |json, (labels, exemplars)| push_exemplars(json, labels, exemplars))?;
        body.finish(&[], &[])
    }
}

fn answer_texts(mut texts: Vec<String>, listed: &Listed, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let is_cut = truncate(&mut texts, listed.request.limit);
    let mut body = asked.empty_body();
    body.list(("[", "]"), &texts, |json, text| json.push_str(&to_go_json(text)))?;
    body.finish(&warnings(is_cut), &[])
}

fn warnings(is_cut: bool) -> Vec<String> {
    is_cut.then(|| TRUNCATED.to_owned()).into_iter().collect()
}

/// The name of a label, which any text is but an empty one.
fn label_name(name: Result<String, Vec<u8>>) -> Result<String, ParameterError> {
    let shown = match name {
        Ok(name) if !name.is_empty() => return Ok(name),
        Ok(_) => String::new(),
        Err(bytes) => bytes.escape_ascii().to_string(),
    };
    Err(ParameterError::Other(format!("invalid label name: \"{shown}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_labels_are_texts() {
        assert_eq!(label_name(Ok("a.b é".into())), Ok("a.b é".into()));
        let error = |name| label_name(name).unwrap_err().to_string();
        assert_eq!(error(Ok(String::new())), r#"invalid label name: """#);
        assert_eq!(error(Err(vec![0xff, b'a'])), r#"invalid label name: "\xffa""#);
    }
}
