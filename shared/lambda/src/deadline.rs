//! How long a request may wait for its database.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// What is kept back of Lambda's time to give an answer: past the deadline the caller would get a 502 without a word.
const MARGIN: Duration = Duration::from_secs(2);

/// Until when the database may take: `longest` from now, or shortly before Lambda ends the function.
///
/// `lambda` is the invocation's deadline. One that has passed already is no deadline: `cargo lambda watch` gives 1970.
pub fn deadline(lambda: SystemTime, longest: Duration) -> Instant {
    let remaining = lambda.duration_since(SystemTime::now()).unwrap_or(Duration::MAX);
    let budget = remaining.saturating_sub(MARGIN).max(remaining / 2);
    Instant::now() + budget.min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(remaining: Duration) -> Duration {
        let deadline = deadline(SystemTime::now() + remaining, Duration::from_secs(20));
        deadline.saturating_duration_since(Instant::now())
    }

    #[test]
    fn leaves_time_to_answer() {
        assert!(budget(Duration::from_secs(60)) > Duration::from_secs(19));
        assert!(budget(Duration::from_secs(60)) <= Duration::from_secs(20));
        assert!(budget(Duration::from_secs(10)) <= Duration::from_secs(8));
        assert!(budget(Duration::from_secs(1)) <= Duration::from_millis(500));
    }

    #[test]
    fn a_deadline_in_the_past_is_none() {
        let deadline = deadline(SystemTime::UNIX_EPOCH, Duration::from_secs(20));
        assert!(deadline.saturating_duration_since(Instant::now()) > Duration::from_secs(19));
    }
}
