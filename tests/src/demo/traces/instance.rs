//! The instances in which a function runs: what its resource says.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::super::catalogue::FunctionSpec;
use super::super::{ACCOUNT_ID, LINKED_ACCOUNT_ID, REGION, SplitMix64};
use crate::demo::attributes::{int, text};

/// Share of invocations for which Lambda starts an instance.
const COLD_SHARE: f64 = 0.04;
/// Instances of a function that are there already, new ones each hour.
const WARM_INSTANCES: u64 = 2;
const NANOS_PER_HOUR: u64 = 3_600_000_000_000;
/// 512 MB in bytes.
const MAX_MEMORY_BYTES: i64 = 512 * 1024 * 1024;
const LATEST: &str = "$LATEST";

/// One instance of a function, and its alias if it is called through one.
pub(super) struct Instance<'a> {
    pub spec: &'a FunctionSpec,
    pub is_cold: bool,
    version: &'a str,
    log_stream: String,
}

impl<'a> Instance<'a> {
    /// The instance that an invocation at `start_nanos` finds, or starts.
    pub(super) fn pick(spec: &'a FunctionSpec, random: &mut SplitMix64, start_nanos: u64) -> Self {
        let canary = spec.alias.filter(|alias| random.chance(alias.canary_share));
        let version = match (canary, spec.alias) {
            (Some(alias), _) => alias.canary_version,
            (None, Some(alias)) => alias.version,
            (None, None) => LATEST,
        };
        let is_cold = random.chance(COLD_SHARE);
        let number = random.below(WARM_INSTANCES);
        let mut id = if is_cold {
            random.clone()
        } else {
            let name = spec.name.bytes().chain(version.bytes());
            let name = name.fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
            SplitMix64::for_parts(name, &[start_nanos / NANOS_PER_HOUR, number])
        };
        let log_stream =
            format!("{}[{version}]{:016x}{:016x}", date(start_nanos), id.next_u64(), id.next_u64());
        Self { spec, is_cold, version, log_stream }
    }

    pub(super) fn account_id(&self) -> &'static str {
        account_id(self.spec)
    }

    /// The ARN as the function was invoked, with its alias.
    pub(super) fn invoked_arn(&self) -> String {
        let arn = format!("arn:aws:lambda:{REGION}:{}:function:{}", self.account_id(), self.spec.name);
        self.spec.alias.map_or(arn.clone(), |alias| format!("{arn}:{}", alias.name))
    }

    pub(super) fn resource(&self) -> Resource {
        let attributes: Vec<KeyValue> = vec![
            text("service.name", &self.spec.name),
            text("telemetry.sdk.language", "nodejs"),
            text("telemetry.sdk.name", "opentelemetry"),
            text("telemetry.sdk.version", "2.1.0"),
            text("cloud.provider", "aws"),
            text("cloud.platform", "aws_lambda"),
            text("cloud.region", REGION),
            text("faas.name", &self.spec.name),
            text("faas.version", self.version),
            text("faas.instance", &self.log_stream),
            int("faas.max_memory", MAX_MEMORY_BYTES),
            text("process.runtime.name", "nodejs"),
            text("process.runtime.version", "22.18.0"),
        ];
        Resource { attributes, ..Resource::default() }
    }
}

pub(super) fn account_id(spec: &FunctionSpec) -> &'static str {
    if spec.linked { LINKED_ACCOUNT_ID } else { ACCOUNT_ID }
}

/// The day, with a slash at its end, as names of log streams begin.
fn date(nanos: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(nanos);
    // `Mon, 02 Mar 2026 …`
    let text = httpdate::fmt_http_date(time);
    let mut words = text.split(' ').skip(1);
    let mut word = || words.next().unwrap_or_default();
    let (day, month, year) = (word(), word(), word());
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month).map_or(0, |index| index + 1);
    format!("{year}/{month:02}/{day}/")
}
