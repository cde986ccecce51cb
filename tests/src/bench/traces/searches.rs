//! What is asked of a day of traces.

use std::time::Duration;

use super::corpus::SERVICES;
use super::spans::TENANTS;
use crate::bench::corpus::now_ms;
use crate::demo::SplitMix64;
use crate::jaeger_client::Search;

/// Traces that Jaeger's UI and Grafana ask for.
const LIMIT: usize = 20;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A trace that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownTrace {
    pub(super) trace_id: String,
    /// The service of its root.
    pub(super) service: &'static str,
    /// Its `order.id`, which hardly any other trace has.
    pub(super) order: String,
}

/// A kind of search over a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// By service alone.
    Service,
    /// And the name of its spans.
    Operation,
    /// And a tag that a quarter of the service's spans have.
    CommonTag,
    /// And a tag that a few dozen spans have.
    RareTag,
    /// And a tag that one trace has.
    UniqueTag,
    /// And a tag that no span has.
    AbsentTag,
    /// And a tag of what made the spans.
    ResourceTag,
    /// And that it failed.
    Error,
    /// And a shortest duration that one span of a hundred has.
    Duration,
}

impl Kind {
    pub(super) const ALL: [Self; 9] = [
        Self::Service,
        Self::Operation,
        Self::CommonTag,
        Self::RareTag,
        Self::UniqueTag,
        Self::AbsentTag,
        Self::ResourceTag,
        Self::Error,
        Self::Duration,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Service => "service alone",
            Self::Operation => "operation",
            Self::CommonTag => "a common tag",
            Self::RareTag => "a rare tag",
            Self::UniqueTag => "a tag of one trace",
            Self::AbsentTag => "a tag that no span has",
            Self::ResourceTag => "a tag of the resource",
            Self::Error => "error=true",
            Self::Duration => "a long duration",
        }
    }

    /// Whether Jaeger's memory finds what is looked for: there, `error` is a tag like any other, which spans have only if
    /// somebody sets it.
    pub(super) fn is_known_to_jaeger(self) -> bool {
        self != Self::Error
    }

    /// A search of this kind, each time another one. One of the known traces is for those that look for a single one.
    pub(super) fn search(self, random: &mut SplitMix64, known: &KnownTrace) -> Search {
        let service = SERVICES[usize::try_from(random.below(SERVICES.len() as u64)).unwrap_or_default()];
        let tag = |name: &str, value: String| vec![(name.to_owned(), value)];
        let end_micros = now_ms().unsigned_abs() * 1_000;
        let search = Search {
            service: service.to_owned(),
            start_micros: end_micros - u64::try_from(DAY.as_micros()).unwrap_or_default(),
            end_micros,
            limit: LIMIT,
            ..Search::default()
        };
        match self {
            Self::Service => search,
            Self::Operation => Search { operation: Some(format!("GET /{service}/{{id}}")), ..search },
            Self::CommonTag => Search { tags: tag("http.request.method", "GET".to_owned()), ..search },
            Self::RareTag => {
                Search { tags: tag("tenant.id", format!("tenant-{}", random.below(TENANTS))), ..search }
            }
            Self::UniqueTag => Search {
                service: known.service.to_owned(),
                tags: tag("order.id", known.order.clone()),
                ..search
            },
            Self::AbsentTag => Search { tags: tag("tenant.id", "nobody".to_owned()), ..search },
            Self::ResourceTag => Search { tags: tag("faas.version", "$LATEST".to_owned()), ..search },
            Self::Error => Search { tags: tag("error", "true".to_owned()), ..search },
            Self::Duration => Search { min_duration: Some("550ms".to_owned()), ..search },
        }
    }
}
