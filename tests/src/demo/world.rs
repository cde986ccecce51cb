//! What dashboards are tried on: two hours of the shop until now and the same hours a week before, with a function whose
//! name is made to break queries, sent through the real functions.

use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use tokio_postgres::Client;

use super::{
    ACCOUNT_ID, FunctionSpec, LINKED_ACCOUNT_ID, MINUTE_MS, REGION, Shape, Shop, SplitMix64, TracedMinute,
};
use crate::firehose_sender::{
    Delivery, Format, Outcome, RetryPolicy, Sender, request_id, split_records, undecodable_line,
};
use crate::otlp_exporter::{Encoding, ExportBody, Exporter};

/// A name that Lambda would not take, and that ends strings of SQL, PromQL and JSON.
pub const HOSTILE_NAME: &str = "o'hara\"; drop table";

const WEEK_MS: i64 = 7 * 24 * 60 * MINUTE_MS;
const MAX_RECORD_BYTES: usize = 256 * 1024;
/// Minutes of metrics in one delivery.
const MINUTES_A_DELIVERY: usize = 10;

/// How long the world's past is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Minutes of metrics until now, and as many a week before.
    pub metric_minutes: i64,
    /// Minutes of spans until now, and as many a week before.
    pub span_minutes: i64,
}

/// The shop, and when things happened in it.
#[derive(Debug, Clone)]
pub struct World {
    /// The shop with the function of the hostile name.
    pub shop: Shop,
    /// End of the newest minute, Unix milliseconds.
    pub now_ms: i64,
    settings: Settings,
}

impl World {
    /// A world that ends now.
    pub fn ending_now(settings: Settings) -> Self {
        let hostile = FunctionSpec {
            error_rate: 0.2,
            ..FunctionSpec::new(HOSTILE_NAME, Shape::Steady { per_minute: 3.0 }, 120.0, 0.4)
        };
        Self::of_shop(Shop::default().with_function(hostile), settings)
    }

    /// The world of a shop, that ends now.
    pub fn of_shop(shop: Shop, settings: Settings) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Self { shop, now_ms: now_ms.div_euclid(MINUTE_MS) * MINUTE_MS, settings }
    }

    /// The minutes of metrics: a week ago, and until now.
    pub fn metric_ranges(&self) -> [Range<i64>; 2] {
        self.ranges(self.settings.metric_minutes)
    }

    /// The minutes of spans: a week ago, and until now.
    pub fn span_ranges(&self) -> [Range<i64>; 2] {
        self.ranges(self.settings.span_minutes)
    }

    fn ranges(&self, minutes: i64) -> [Range<i64>; 2] {
        [self.now_ms - WEEK_MS, self.now_ms].map(|end| end - minutes * MINUTE_MS..end)
    }

    /// Delivers the metrics as Firehose, and with them a line that cannot be read.
    ///
    /// # Errors
    ///
    /// If one is not taken.
    pub async fn deliver(&self, sender: &Sender) -> Result<()> {
        let mut random = SplitMix64::new(self.now_ms.unsigned_abs());
        for range in self.metric_ranges() {
            let minutes: Vec<_> = self.shop.deliveries(range).collect();
            for (index, minutes) in minutes.chunks(MINUTES_A_DELIVERY).enumerate() {
                let format = Format::ALL[index % Format::ALL.len()];
                let records =
                    minutes.iter().flat_map(|minute| split_records(&minute.points, format, MAX_RECORD_BYTES));
                let mut records: Vec<Vec<u8>> = records.collect();
                if index == 0 {
                    records.push(undecodable_line());
                }
                let request_id = request_id(&mut random);
                let delivery = Delivery { request_id, timestamp_ms: self.now_ms, records };
                let policy = RetryPolicy { duration: std::time::Duration::from_secs(60), time_scale: 0.05 };
                match sender.deliver_with_retry(&delivery, &policy).await {
                    Outcome::Delivered { .. } => {}
                    Outcome::BackedUp { answer, .. } | Outcome::Lost { answer } => {
                        anyhow::bail!("a delivery was refused: {}", answer.reason());
                    }
                }
            }
        }
        Ok(())
    }

    /// Exports the spans, a minute at a time.
    ///
    /// # Errors
    ///
    /// If one is not taken.
    pub async fn export(&self, exporter: &Exporter) -> Result<()> {
        for range in self.span_ranges() {
            for minute in self.shop.traces(range) {
                exporter
                    .export(&ExportBody::of(&exported_together(minute), Encoding::Protobuf, true)?)
                    .await?;
            }
        }
        Ok(())
    }

    /// What the `firefly` command would write: how functions are configured, and a deployment half an hour ago.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    pub async fn configure(&self, owner: &Client) -> Result<()> {
        let insert = "INSERT INTO firefly.function_config
                (account_id, region, function_name, memory_mb, timeout_ms, runtime, architecture, instrumented)
            VALUES ($1, $2, $3, $4, $5, 'nodejs22.x', 'arm64', true)
            ON CONFLICT (account_id, region, function_name) DO NOTHING";
        for (index, function) in self.shop.functions().iter().enumerate() {
            let account = if function.linked { LINKED_ACCOUNT_ID } else { ACCOUNT_ID };
            let timeout_ms = i32::try_from(function.timeout_ms)?;
            owner
                .execute(insert, &[&account, &REGION, &function.name, &memory_mb(index), &timeout_ms])
                .await?;
        }
        let limit =
            "INSERT INTO firefly.account_config (account_id, region, concurrency_limit) VALUES ($1, $2, 1000)
            ON CONFLICT (account_id, region) DO NOTHING";
        owner.execute(limit, &[&ACCOUNT_ID, &REGION]).await?;
        let deployed =
            "INSERT INTO firefly.deployment (account_id, region, function_name, time, version, description)
            VALUES ($1, $2, 'checkout', to_timestamp($3), '18', 'Ask for the postcode first')
            ON CONFLICT (account_id, region, function_name, time) DO NOTHING";
        let half_an_hour_ago = (self.now_ms - 30 * MINUTE_MS) as f64 / 1e3;
        owner.execute(deployed, &[&ACCOUNT_ID, &REGION, &half_an_hour_ago]).await?;
        Ok(())
    }
}

/// Memory of the function at this place of the shop's, in MB.
pub fn memory_mb(index: usize) -> i32 {
    [128, 256, 512, 1024][index % 4]
}

/// All exports of a minute in one, as a collector batches them.
pub fn exported_together(minute: TracedMinute) -> ExportTraceServiceRequest {
    let exports = minute.trees.into_iter().flat_map(|tree| tree.exports);
    ExportTraceServiceRequest {
        resource_spans: exports.flat_map(|export| export.request.resource_spans).collect(),
    }
}
