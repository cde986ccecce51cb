//! A search through the indexes on attributes and events: for tags that are rarer than a walk would find.

use firefly_model::trace::TraceId;
use tokio_postgres::{Client, Error};

use super::column::{Timestamp, TraceIdColumn};
use super::find_trace_ids::Search;
use super::span_condition::lasted;
use super::statement::Parameters;
use crate::database::Operation;

/// When the resources were seen that have a tag; `None` if none has.
pub(super) type ResourcesSeen = Option<[Timestamp; 2]>;

/// Looks at all spans that have one of the tags, wherever they have it.
pub(super) struct IndexSearch<'a> {
    pub search: &'a Search<'a>,
    /// For each tag.
    pub resources: Vec<ResourcesSeen>,
}

impl IndexSearch<'_> {
    /// The tag by which the spans are found, while the others are checked: the errors, which are few as a rule and have
    /// an index of their own, else a tag that only the indexes of tags are needed for.
    fn driver(&self) -> usize {
        let tags = &self.search.tags;
        let is_indexed = |index: &usize| tags[*index].in_other_column(&mut Parameters::default()).is_none();
        let is_of_spans = |index: &usize| self.resources.get(*index).is_some_and(Option::is_none);
        let find = |fits: &dyn Fn(&usize) -> bool| (0..tags.len()).find(fits);
        find(&|index| tags[*index].is_error())
            .or_else(|| find(&|index| is_indexed(index) && is_of_spans(index)))
            .or_else(|| find(&is_indexed))
            .unwrap_or(0)
    }
}

impl Operation for IndexSearch<'_> {
    const NAME: &'static str = "search spans by tag";
    type Output = Vec<TraceId>;

    async fn run(&self, client: &Client) -> Result<Vec<TraceId>, Error> {
        let Search { query, period, tags, operations } = self.search;
        let driver = self.driver();
        let mut parameters = Parameters::default();
        let mut everywhere = vec![period.contains_span(&mut parameters), lasted(query, &mut parameters)];
        if self.search.is_of_some_operations() {
            everywhere.push(format!("span.operation_id = ANY ({})", parameters.int8s(operations)));
        }
        let others = tags.iter().enumerate().filter(|(index, _)| *index != driver);
        everywhere.extend(others.map(|(_, tag)| tag.matches(&mut parameters)));
        let everywhere = everywhere.join(" AND ");

        let tag = &tags[driver];
        let mut places =
            vec![tag.in_indexed_attributes(&mut parameters), tag.in_indexed_events(&mut parameters)];
        places.extend(tag.in_other_column(&mut parameters));
        if let Some(Some(seen)) = self.resources.get(driver) {
            // To the hour: the last one is not over when the resource is seen in it.
            let [first, last] = seen.map(|time| parameters.time(time));
            places.push(format!(
                "span.start_time >= {first} AND span.start_time < {last} + interval '1 hour' AND {}",
                tag.in_resource(&mut parameters)
            ));
        }
        let branches: Vec<_> = places
            .iter()
            .map(|place| {
                format!(
                    "SELECT span.trace_id, span.start_time FROM firefly.stored_span AS span
                    WHERE {place} AND {everywhere}"
                )
            })
            .collect();
        let limit = parameters.int8(self.search.limit());
        let sql = format!(
            "SELECT trace_id FROM ({}) AS found GROUP BY trace_id ORDER BY max(start_time) DESC LIMIT {limit}",
            branches.join(" UNION ALL ")
        );
        let rows = parameters.query(client, &sql).await?;
        rows.iter().map(|row| row.try_get(0).map(|TraceIdColumn(id)| id)).collect()
    }
}
