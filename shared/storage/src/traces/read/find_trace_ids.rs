//! Finding traces, the newest first, by one of their spans.
//!
//! The operations are looked up in the catalogue. Then the newest spans of each are looked at, and whatever they match
//! is an answer as soon as it is certain that no other span is newer: common searches end here, after a few thousand
//! index entries. A search that finds too little that way goes through an index, which is quick when the spans are rare:
//! those on tags, or that on durations. One for neither looks at more and more.

use firefly_model::trace::{TraceId, TraceQuery};
use tokio::time::Instant;
use tokio_postgres::{Client, Error};

use super::column::Timestamp;
use super::duration_search::DurationSearch;
use super::index_search::{IndexSearch, ResourcesSeen};
use super::span_condition::Period;
use super::statement::Parameters;
use super::tag::Tag;
use super::walk::Walk;
use crate::database::Operation;
use crate::{Database, StorageError};

/// How many spans a walk looks at, over all operations: some ten milliseconds.
const WALKED_SPANS: usize = 2_000;
/// How many of each operation at least, so that a service of very many operations is walked at all.
const WALKED_SPANS_OF_OPERATION: usize = 32;
/// How much further each further walk goes.
const NEXT_WALK: i64 = 8;

/// A search that has been prepared.
pub(super) struct Search<'a> {
    pub query: &'a TraceQuery,
    pub period: Period,
    pub tags: Vec<Tag>,
    /// Ids of the operations whose spans may match.
    pub operations: Vec<i64>,
}

impl Search<'_> {
    /// How many traces at most.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.query.limit).unwrap_or(i64::MAX)
    }

    /// Whether spans of other operations do not match.
    pub fn is_of_some_operations(&self) -> bool {
        self.query.service_name.is_some() || self.query.operation_name.is_some()
    }

    /// How many spans of each operation the first walk looks at.
    fn first_walk(&self) -> i64 {
        let of_each = (WALKED_SPANS / self.operations.len().max(1)).max(WALKED_SPANS_OF_OPERATION);
        i64::try_from(of_each).unwrap_or(i64::MAX)
    }
}

/// Finds the newest traces.
pub(super) async fn find(
    database: &Database,
    query: &TraceQuery,
    deadline: Instant,
) -> Result<Vec<TraceId>, StorageError> {
    let Some(period) = Period::of(query).filter(|_| query.limit > 0) else { return Ok(Vec::new()) };
    let tags = query.tags.iter().map(|(name, text)| Tag::new(name, text)).collect();
    let mut search = Search { query, period, tags, operations: Vec::new() };
    let Scouted { operations, resources } = database.run(&Scout(&search), deadline).await?;
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    search.operations = operations;
    let mut spans = search.first_walk();
    loop {
        let walked = database.run(&Walk { search: &search, spans }, deadline).await?;
        if walked.is_complete || walked.newest.len() >= query.limit {
            return Ok(walked.newest);
        }
        if !search.tags.is_empty() {
            return database.run(&IndexSearch { search: &search, resources }, deadline).await;
        }
        if query.duration_min.is_some() {
            return database.run(&DurationSearch(&search), deadline).await;
        }
        spans = spans.saturating_mul(NEXT_WALK);
    }
}

/// Looks into the catalogues.
struct Scout<'a>(&'a Search<'a>);

struct Scouted {
    operations: Vec<i64>,
    /// For each tag.
    resources: Vec<ResourcesSeen>,
}

impl Operation for Scout<'_> {
    const NAME: &'static str = "look up operations and resources";
    type Output = Scouted;

    async fn run(&self, client: &Client) -> Result<Scouted, Error> {
        let Search { query, period, tags, .. } = self.0;
        let mut parameters = Parameters::default();
        let [first, last] = period.bounds().map(|time| parameters.time(time));
        // Seen in hours, by their first moments.
        let mut conditions =
            vec![format!("last_seen > {first} - interval '1 hour' AND first_seen <= {last}")];
        if let Some(name) = &query.service_name {
            let name = parameters.text(name);
            conditions.push(format!("md5(service_name) = md5({name}) AND service_name = {name}"));
        }
        if let Some(name) = &query.operation_name {
            conditions.push(format!("name = {}", parameters.text(name)));
        }
        let seen = tags.iter().map(|tag| {
            let has_tag = tag.of_resource(&mut parameters);
            format!("SELECT min(first_seen), max(last_seen) FROM firefly.resource WHERE {has_tag}")
        });
        let seen: String = seen
            .enumerate()
            .map(|(index, sql)| format!(" CROSS JOIN ({sql}) AS tag_{index} (first_seen, last_seen)"))
            .collect();
        let sql = format!(
            "SELECT * FROM (
                SELECT ARRAY(SELECT id FROM firefly.operation WHERE {})
            ) AS operations{seen}",
            conditions.join(" AND ")
        );
        let Some(row) = parameters.query(client, &sql).await?.into_iter().next() else {
            return Ok(Scouted { operations: Vec::new(), resources: Vec::new() });
        };
        let seen = |tag: usize| {
            let column = |index| row.try_get::<_, Option<Timestamp>>(index);
            Ok(column(1 + 2 * tag)?.zip(column(2 + 2 * tag)?).map(<[Timestamp; 2]>::from))
        };
        Ok(Scouted {
            operations: row.try_get(0)?,
            resources: (0..tags.len()).map(seen).collect::<Result<_, Error>>()?,
        })
    }
}
