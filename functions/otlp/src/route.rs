//! What a request is for.

use firefly_wire::otlp::{Encoding, Signal};
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::http::{HeaderMap, Method};

use crate::answer::Refusal;

/// The signal whose path this is, with a slash at its end or without.
///
/// # Errors
///
/// If it is another path, or the method is not POST.
pub fn signal(method: &Method, path: &str) -> Result<Signal, Refusal> {
    let signal = match path.strip_suffix('/').unwrap_or(path) {
        "/v1/traces" => Signal::Traces,
        "/v1/metrics" => Signal::Metrics,
        _ => return Err(Refusal::Path(path.to_owned())),
    };
    if method == Method::POST { Ok(signal) } else { Err(Refusal::Method(method.clone())) }
}

/// The encoding of a request's body.
///
/// # Errors
///
/// If OTLP has no such encoding, or none is said.
pub fn encoding(headers: &HeaderMap) -> Result<Encoding, Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Encoding::of_content_type(content_type).ok_or_else(|| Refusal::ContentType(content_type.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_paths_of_otlp_are_known() {
        for (path, expected) in [
            ("/v1/traces", Signal::Traces),
            ("/v1/traces/", Signal::Traces),
            ("/v1/metrics", Signal::Metrics),
            ("/v1/metrics/", Signal::Metrics),
        ] {
            assert_eq!(signal(&Method::POST, path).unwrap(), expected);
            assert!(matches!(signal(&Method::GET, path), Err(Refusal::Method(Method::GET))));
        }
        for path in ["", "/", "/v1", "/v1/trace", "/v1/logs", "/v1/traces//", "/api/v1/traces", "/V1/traces"]
        {
            assert!(matches!(signal(&Method::POST, path), Err(Refusal::Path(_))), "{path}");
        }
    }
}
