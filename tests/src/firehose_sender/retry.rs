//! Repeating a delivery until it is accepted or given up.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{Answer, Backup, Delivery, Sender};
use crate::demo::SplitMix64;

/// Wait before the second attempt.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// Each wait is longer or shorter by up to this share.
const JITTER: f64 = 0.15;

/// How long Firehose keeps trying.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// `RetryOptions.DurationInSeconds`: time from the first failure on in which attempts begin; 0 for a single one.
    pub duration: Duration,
    /// Factor on `duration` and on each wait: 1 is as in AWS, tests take thousandths.
    pub time_scale: f64,
}

impl Default for RetryPolicy {
    /// Firehose's default: 300 seconds, unscaled.
    fn default() -> Self {
        Self { duration: Duration::from_secs(300), time_scale: 1.0 }
    }
}

impl RetryPolicy {
    /// The wait after a number of failed attempts, at least 1, before scaling and jitter: 1 s, doubled each time.
    fn wait(failures: u32) -> Duration {
        let doubled = 2_u32.checked_pow(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT)
    }
}

/// What became of a delivery in the end.
#[derive(Debug)]
pub enum Outcome {
    /// Accepted.
    Delivered {
        /// Attempts until then, at least 1.
        attempts: u32,
    },
    /// Given up and written to the S3 backup.
    BackedUp {
        /// What the backup would hold.
        backup: Backup,
        /// The last answer.
        answer: Answer,
    },
    /// Answered with 413: Firehose neither retries nor backs up, so the records are lost.
    Lost {
        /// The answer.
        answer: Answer,
    },
}

impl Sender {
    /// Delivers as Firehose does: the same request again after each failure, with longer and longer waits, until the
    /// retry duration is over.
    pub async fn deliver_with_retry(&self, delivery: &Delivery, policy: &RetryPolicy) -> Outcome {
        let mut random =
            SplitMix64::for_parts(0, &delivery.request_id.bytes().map(u64::from).collect::<Vec<_>>());
        let mut deadline = None;
        let mut attempts = 0;
        loop {
            let answer = self.deliver(delivery).await;
            attempts += 1;
            if answer.is_delivered() {
                return Outcome::Delivered { attempts };
            }
            if answer.status() == Some(413) {
                return Outcome::Lost { answer };
            }
            let now = Instant::now();
            let deadline = *deadline.get_or_insert(now + policy.duration.mul_f64(policy.time_scale));
            let jitter = 1.0 + JITTER * (2.0 * random.unit() - 1.0);
            let wait = RetryPolicy::wait(attempts).mul_f64(policy.time_scale * jitter);
            if now + wait > deadline {
                let backup = Backup::new(delivery, attempts, &answer, unix_ms());
                return Outcome::BackedUp { backup, answer };
            }
            tokio::time::sleep(wait).await;
        }
    }
}

fn unix_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_two_minutes() {
        let waits: Vec<u64> = (1..=9).map(|failures| RetryPolicy::wait(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 120, 120]);
        assert_eq!(RetryPolicy::wait(u32::MAX), LONGEST_WAIT);
    }
}
