//! The endpoints, by their paths.

use firefly_wire::prometheus::label_name;
use lambda_http::http::Method;
use percent_encoding::percent_decode_str;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A query at one time.
    Query,
    /// A query at the steps of a range.
    QueryRange,
    /// Exemplars of the series that a query names.
    QueryExemplars,
    /// A query in its usual layout.
    FormatQuery,
    /// A query as a tree.
    ParseQuery,
    /// Series.
    Series,
    /// Names of labels.
    Labels,
    /// Values of this label; the bytes of its name if they are no text.
    LabelValues(Result<String, Vec<u8>>),
    /// What is said about metrics.
    Metadata,
    /// How many series there are, and of what.
    Tsdb,
    /// Rules, of which there are none.
    Rules,
    /// Targets, of which there are none.
    Targets,
    /// When the function started, and what time it is.
    RuntimeInfo,
    /// What the function is set to.
    Flags,
    /// Whether the database answers.
    Ready,
    /// What is always the same: this JSON.
    Fixed(&'static str),
    /// What is always the same: this text.
    Text(&'static str),
    /// What a Prometheus without subscribers has nothing to say to.
    NoContent,
}

/// The version of Prometheus whose API this is, from which Grafana concludes what it can ask for. Without `features`,
/// which would make it a Mimir.
const BUILD_INFO: &str = concat!(
    r#"{"version":"3.14.0","revision":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","branch":"firefly","buildUser":"","buildDate":"","goVersion":""}"#
);

const HOME: &str = "Firefly: Prometheus' HTTP API over the metrics in the database. \
    Point Grafana's Prometheus data source at this address.\n";

/// The endpoint of a path as it was sent, if there is one.
pub fn route(path: &str) -> Option<Route> {
    let path = match path {
        "/" => return Some(Route::Text(HOME)),
        "/-/healthy" => return Some(Route::Text("Firefly is Healthy.\n")),
        "/-/ready" => return Some(Route::Ready),
        _ => path.strip_prefix("/api/v1/")?,
    };
    Some(match path {
        "query" => Route::Query,
        "query_range" => Route::QueryRange,
        "query_exemplars" => Route::QueryExemplars,
        "format_query" => Route::FormatQuery,
        "parse_query" => Route::ParseQuery,
        "series" => Route::Series,
        "labels" => Route::Labels,
        "metadata" => Route::Metadata,
        "rules" => Route::Rules,
        "targets" => Route::Targets,
        "status/tsdb" => Route::Tsdb,
        "status/runtimeinfo" => Route::RuntimeInfo,
        "status/flags" => Route::Flags,
        "status/buildinfo" => Route::Fixed(BUILD_INFO),
        "status/config" => Route::Fixed(r#"{"yaml":""}"#),
        "status/walreplay" => Route::Fixed(r#"{"min":0,"max":0,"current":0}"#),
        "status/tsdb/blocks" => Route::Fixed(r#"{"blocks":[]}"#),
        "alerts" => Route::Fixed(r#"{"alerts":[]}"#),
        "alertmanagers" => Route::Fixed(r#"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#),
        "scrape_pools" => Route::Fixed(r#"{"scrapePools":[]}"#),
        "targets/metadata" | "notifications" | "status/self_metrics" => Route::Fixed("[]"),
        "features" => Route::Fixed("{}"),
        "notifications/live" => Route::NoContent,
        _ => Route::LabelValues(label_of(path.strip_prefix("label/")?.strip_suffix("/values")?)),
    })
}

/// The name of a label; its slashes may be encoded or not.
fn label_of(segment: &str) -> Result<String, Vec<u8>> {
    match percent_decode_str(segment).decode_utf8() {
        Ok(name) => Ok(label_name(&name)),
        Err(_) => Err(percent_decode_str(segment).collect()),
    }
}

impl Route {
    /// The methods of an endpoint, as the header `Allow` has them.
    pub fn methods(&self) -> &'static str {
        match self {
            Self::Query
            | Self::QueryRange
            | Self::QueryExemplars
            | Self::FormatQuery
            | Self::ParseQuery
            | Self::Series
            | Self::Labels => "GET, POST",
            Self::Text(_) | Self::Ready => "GET, HEAD",
            _ => "GET",
        }
    }

    /// Whether an endpoint has a method.
    pub fn has(&self, method: &Method) -> bool {
        self.methods().split(", ").any(|name| name == method.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_its_path_and_methods() {
        for (path, methods) in [
            ("/", "GET, HEAD"),
            ("/-/healthy", "GET, HEAD"),
            ("/-/ready", "GET, HEAD"),
            ("/api/v1/query", "GET, POST"),
            ("/api/v1/query_range", "GET, POST"),
            ("/api/v1/query_exemplars", "GET, POST"),
            ("/api/v1/format_query", "GET, POST"),
            ("/api/v1/parse_query", "GET, POST"),
            ("/api/v1/series", "GET, POST"),
            ("/api/v1/labels", "GET, POST"),
            ("/api/v1/label/job/values", "GET"),
            ("/api/v1/metadata", "GET"),
            ("/api/v1/rules", "GET"),
            ("/api/v1/alerts", "GET"),
            ("/api/v1/targets", "GET"),
            ("/api/v1/targets/metadata", "GET"),
            ("/api/v1/scrape_pools", "GET"),
            ("/api/v1/alertmanagers", "GET"),
            ("/api/v1/features", "GET"),
            ("/api/v1/notifications", "GET"),
            ("/api/v1/notifications/live", "GET"),
            ("/api/v1/status/buildinfo", "GET"),
            ("/api/v1/status/config", "GET"),
            ("/api/v1/status/flags", "GET"),
            ("/api/v1/status/runtimeinfo", "GET"),
            ("/api/v1/status/tsdb", "GET"),
            ("/api/v1/status/tsdb/blocks", "GET"),
            ("/api/v1/status/walreplay", "GET"),
            ("/api/v1/status/self_metrics", "GET"),
        ] {
            assert_eq!(route(path).map(|route| route.methods()), Some(methods), "{path}");
        }
        let query = route("/api/v1/query").unwrap();
        assert!(query.has(&Method::GET) && query.has(&Method::POST));
        assert!(!query.has(&Method::PUT) && !query.has(&Method::HEAD) && !query.has(&Method::OPTIONS));
    }

    #[test]
    fn names_of_labels_are_decoded() {
        for (segment, name) in
            [("job", "job"), ("a%2Fb%20c", "a/b c"), ("a/b", "a/b"), ("U__a_2e_b", "a.b"), ("", "")]
        {
            let found = route(&format!("/api/v1/label/{segment}/values"));
            assert_eq!(found, Some(Route::LabelValues(Ok(name.to_owned()))));
        }
        assert_eq!(route("/api/v1/label/%ff/values"), Some(Route::LabelValues(Err(vec![0xff]))));
    }

    #[test]
    fn no_other_path_is_one() {
        for path in [
            "",
            "/api",
            "/api/v1",
            "/api/v1/",
            "/api/v1/query/",
            "/api/v1/label/job",
            "/api/v1/label/values",
            "/api/v1/write",
            "/api/v1/read",
            "/api/v1/admin/tsdb/snapshot",
            "/API/v1/query",
            "/metrics",
            "/graph",
        ] {
            assert_eq!(route(path), None, "{path}");
        }
    }
}
