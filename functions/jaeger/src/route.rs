//! The endpoints, by their paths.

use std::borrow::Cow;

use firefly_wire::jaeger::path_segment;

/// A version of the API, each of which has its own shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `/api/…`.
    V1,
    /// `/api/v3/…`.
    V3,
}

impl Version {
    /// The version that a path belongs to, whether there is such an endpoint or not.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/api/v3/") { Self::V3 } else { Self::V1 }
    }
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// The services.
    Services,
    /// The operations of a service.
    Operations,
    /// The names of the operations of this service; v1 only.
    OperationNames(Cow<'a, str>),
    /// Traces by a search, and in v1 also by several ids.
    Traces,
    /// The trace of this id.
    Trace(Cow<'a, str>),
    /// Summaries of traces by a search; v3 only.
    Summaries,
    /// Who calls whom; v1 only.
    Dependencies,
    /// Metrics made of spans, which Jaeger may lack too; v1 only.
    Metrics,
}

/// The endpoint of a path as it was sent, if there is one. The name of a service may have slashes in it, encoded or not.
pub fn route(path: &str) -> Option<Route<'_>> {
    let (version, path) = match path.strip_prefix("/api/v3/") {
        Some(path) => (Version::V3, path),
        None => (Version::V1, path.strip_prefix("/api/")?),
    };
    match (version, path) {
        (_, "services") => Some(Route::Services),
        (_, "operations") => Some(Route::Operations),
        (_, "traces") => Some(Route::Traces),
        (Version::V3, "trace-summaries") => Some(Route::Summaries),
        (Version::V1, "dependencies") => Some(Route::Dependencies),
        (Version::V1, "metrics/latencies" | "metrics/calls" | "metrics/errors" | "metrics/minstep") => {
            Some(Route::Metrics)
        }
        _ => {
            let id = path.strip_prefix("traces/").filter(|id| !id.is_empty() && !id.contains('/'));
            let service = path.strip_prefix("services/").and_then(|path| path.strip_suffix("/operations"));
            let service = service.filter(|name| !name.is_empty() && version == Version::V1);
            id.map(|id| Route::Trace(path_segment(id)))
                .or_else(|| service.map(|name| Route::OperationNames(path_segment(name))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_its_path() {
        for (path, expected) in [
            ("/api/services", Route::Services),
            ("/api/operations", Route::Operations),
            ("/api/services/a%2Fb%20c/operations", Route::OperationNames("a/b c".into())),
            ("/api/services/a/b/operations", Route::OperationNames("a/b".into())),
            ("/api/services/operations/operations", Route::OperationNames("operations".into())),
            ("/api/traces", Route::Traces),
            ("/api/traces/0af7", Route::Trace("0af7".into())),
            ("/api/dependencies", Route::Dependencies),
            ("/api/metrics/calls", Route::Metrics),
            ("/api/v3/services", Route::Services),
            ("/api/v3/operations", Route::Operations),
            ("/api/v3/traces", Route::Traces),
            ("/api/v3/traces/%30af7", Route::Trace("0af7".into())),
            ("/api/v3/trace-summaries", Route::Summaries),
        ] {
            assert_eq!(route(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn no_other_path_is_one() {
        for path in [
            "",
            "/",
            "/api",
            "/api/",
            "/api/v3",
            "/api/v3/",
            "/api/services/",
            "/api/services//operations",
            "/api/services/operations",
            "/api/traces/",
            "/api/traces/a/b",
            "/api/trace-summaries",
            "/api/v3/dependencies",
            "/api/v3/services/a/operations",
            "/API/services",
            "/search",
        ] {
            assert_eq!(route(path), None, "{path}");
        }
        assert_eq!(Version::of("/api/v3/x"), Version::V3);
        assert_eq!(Version::of("/api/v30"), Version::V1);
    }
}
