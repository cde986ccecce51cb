//! Sends the demo shop's metrics to a running `firehose` function, as CloudWatch and Firehose would.

use std::ops::Range;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::Parser;
use firefly_tests::demo::{MINUTE_MS, MinuteDelivery, Point, Shop, SplitMix64};
use firefly_tests::firehose_sender::{
    BUFFER_BYTES, Buffer, Delivery, Format, Outcome, RetryPolicy, Sender, request_id, split_records,
    undecodable_line, undecodable_message,
};
use firefly_tests::read_back::ReadBack;
use firefly_tests::test_database::connect;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

/// Records stay well below Firehose's limit, so that a delivery has many.
const MAX_RECORD_BYTES: usize = 64 * 1024;
/// Firehose tries for 300 seconds; here its waits are a twentieth, so that a missing server is noticed soon.
const RETRY: RetryPolicy = RetryPolicy { duration: Duration::from_secs(300), time_scale: 0.05 };
/// How often a long run says how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// Send the demo shop's metrics to the firehose function.
#[derive(Parser)]
struct Arguments {
    /// URL of the firehose function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/firehose/")]
    url: String,
    /// Access key.
    #[arg(long, default_value = "local-ingest-key")]
    key: String,
    /// Minutes before now to send at once.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(..=2 * 24 * 60))]
    minutes: u32,
    /// Number of functions, cycling over the shop's; the shop itself by default.
    #[arg(long)]
    functions: Option<usize>,
    /// Go on with each minute that passes, until interrupted.
    #[arg(long)]
    live: bool,
    /// Add a line and a message that cannot be decoded.
    #[arg(long)]
    poison: bool,
    /// Afterwards compare what the database at this URL holds with what was sent, and print it.
    #[arg(long, value_name = "DATABASE_URL", conflicts_with = "live")]
    read_back: Option<Url>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let shop = arguments.functions.map_or_else(Shop::default, Shop::with_functions);
    let sender = Sender::new(arguments.url).context("HTTP client")?.access_key(arguments.key).gzip(true);
    let mut traffic = Traffic::new(sender);

    let this_minute_ms = unix_ms().div_euclid(MINUTE_MS) * MINUTE_MS;
    let start_ms = this_minute_ms - i64::from(arguments.minutes) * MINUTE_MS;
    let end_ms = if arguments.live { i64::MAX } else { this_minute_ms };
    let mut interrupted = signal(SignalKind::interrupt()).context("SIGINT handler")?;
    let mut terminated = signal(SignalKind::terminate()).context("SIGTERM handler")?;
    tokio::select! {
        () = traffic.run(&shop, start_ms..end_ms, arguments.poison) => (),
        _ = interrupted.recv() => (),
        _ = terminated.recv() => (),
    }
    println!("{}", traffic.summary());
    let as_sent = match arguments.read_back {
        Some(url) => read_back(&url, &shop, start_ms..end_ms).await?,
        None => true,
    };
    Ok(if traffic.failed == 0 && as_sent { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what the database holds; whether it is what was sent.
async fn read_back(url: &Url, shop: &Shop, range_ms: Range<i64>) -> Result<bool> {
    /// Differences that are shown: the first ones tell what is wrong.
    const SHOWN: usize = 10;
    let client = connect(url).await.context("the database to read back from")?;
    let read = ReadBack::of(&client, shop, range_ms).await?;
    println!("stored {} data points of {} series, read back through metric_point", read.stored, read.series);
    let set_aside: i64 = read.set_aside.iter().map(|(_, count)| count).sum();
    println!("set aside {set_aside} pieces that cannot be stored, in dead_letter");
    for (reason, count) in &read.set_aside {
        println!("  {count} x {reason}");
    }
    println!("\neach function, read back through lambda_minute:\n\n{}", read.functions);
    for difference in read.differences.iter().take(SHOWN) {
        println!("{difference}");
    }
    match read.differences.len() {
        0 => println!("every data point is stored as it was last sent"),
        count => println!("{count} data points are not stored as they were last sent"),
    }
    Ok(read.differences.is_empty())
}

/// The stream's state: what is buffered, and what has been sent.
struct Traffic {
    sender: Sender,
    buffer: Buffer,
    /// Points in the buffer.
    buffered_points: usize,
    random: SplitMix64,
    deliveries: usize,
    records: usize,
    points: usize,
    /// Records of each format, in the order of [`Format::ALL`].
    formats: [usize; Format::ALL.len()],
    failed: usize,
    next_progress: Instant,
}

impl Traffic {
    fn new(sender: Sender) -> Self {
        Self {
            sender,
            buffer: Buffer::new(BUFFER_BYTES),
            buffered_points: 0,
            random: SplitMix64::new(unix_ms().unsigned_abs()),
            deliveries: 0,
            records: 0,
            points: 0,
            formats: [0; Format::ALL.len()],
            failed: 0,
            next_progress: Instant::now() + PROGRESS_INTERVAL,
        }
    }

    /// Sends what has been published until now as fast as it is taken, a full buffer at a time, and what is published
    /// later when its minute has ended.
    async fn run(&mut self, shop: &Shop, range_ms: Range<i64>, poison: bool) {
        let started_ms = unix_ms();
        let live = range_ms.end == i64::MAX;
        if poison {
            self.push(undecodable_line(), 0).await;
            self.push(undecodable_message(), 0).await;
        }
        for (index, minute) in shop.deliveries(range_ms).enumerate() {
            if live && minute.published_ms > started_ms {
                self.flush().await;
                sleep_until(minute.published_ms).await;
            }
            self.push_minute(index, &minute).await;
        }
        self.flush().await;
    }

    /// Encodes a minute: all of it in one format, the next minute in another, every fourth in all three.
    async fn push_minute(&mut self, index: usize, minute: &MinuteDelivery) {
        let points = minute.points.as_slice();
        let third = points.len().div_ceil(Format::ALL.len()).max(1);
        let parts: Vec<(Format, &[Point])> = match Format::ALL.get(index % (Format::ALL.len() + 1)) {
            Some(format) => vec![(*format, points)],
            None => Format::ALL.into_iter().zip(points.chunks(third)).collect(),
        };
        for (format, points) in parts {
            let mut count = points.len();
            for record in split_records(points, format, MAX_RECORD_BYTES) {
                self.formats[format as usize] += 1;
                // A minute's points are counted with the first of its records.
                self.push(record, std::mem::take(&mut count)).await;
            }
        }
    }

    async fn push(&mut self, record: Vec<u8>, points: usize) {
        if let Some(records) = self.buffer.push(record) {
            self.deliver(records).await;
        }
        self.buffered_points += points;
    }

    async fn flush(&mut self) {
        if let Some(records) = self.buffer.flush() {
            self.deliver(records).await;
        }
    }

    async fn deliver(&mut self, records: Vec<Vec<u8>>) {
        let points = std::mem::take(&mut self.buffered_points);
        let delivery =
            Delivery { request_id: request_id(&mut self.random), timestamp_ms: unix_ms(), records };
        let outcome = self.sender.deliver_with_retry(&delivery, &RETRY).await;
        self.deliveries += 1;
        match outcome {
            Outcome::Delivered { .. } => {
                self.records += delivery.records.len();
                self.points += points;
            }
            Outcome::BackedUp { answer, .. } | Outcome::Lost { answer } => {
                self.failed += 1;
                eprintln!("delivery {} refused: {}", delivery.request_id, answer.reason());
            }
        }
        if Instant::now() >= self.next_progress {
            eprintln!("{}", self.summary());
            self.next_progress = Instant::now() + PROGRESS_INTERVAL;
        }
    }

    fn summary(&self) -> String {
        let Self { deliveries, records, points, failed, formats: [json, otel_0_7, otel_1_0], .. } = self;
        format!(
            "sent {points} data points in {records} records ({json} of JSON, {otel_0_7} of OpenTelemetry 0.7.0, \
             {otel_1_0} of 1.0.0), {deliveries} deliveries, {failed} of them refused"
        )
    }
}

fn unix_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

async fn sleep_until(time_ms: i64) {
    let remaining_ms = u64::try_from(time_ms - unix_ms()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(remaining_ms)).await;
}
