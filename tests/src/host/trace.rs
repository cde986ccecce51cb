//! The X-Ray ids that come with a request and an invocation:
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>.
//! Nothing is ever sampled, since nothing records segments here.

use std::time::SystemTime;

use uuid::Uuid;

use super::time::epoch_ms;

/// The header of a request without a trace: `Root=1-5759e988-bd862e3fe1be46a994272793`.
pub(super) fn request_trace() -> String {
    let seconds = epoch_ms(SystemTime::now()) / 1_000;
    format!("Root=1-{seconds:08x}-{}", hex_digits(24))
}

/// The header of an invocation: a trace, the segment within it, and that it is not sampled.
pub(super) fn invocation_trace() -> String {
    format!("{};Parent={};Sampled=0", request_trace(), hex_digits(16))
}

/// Up to 32 digits, of a random UUID.
fn hex_digits(count: usize) -> String {
    let mut digits = Uuid::new_v4().simple().to_string();
    digits.truncate(count);
    digits
}
