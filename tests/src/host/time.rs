//! Times as Lambda writes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01 UTC.
pub(super) fn epoch_ms(time: SystemTime) -> u64 {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

/// `12/Mar/2020:19:03:58 +0000`, out of the parts of `Thu, 12 Mar 2020 19:03:58 GMT`.
pub(super) fn log_time(time: SystemTime) -> String {
    let http_date = httpdate::fmt_http_date(time);
    let mut parts = http_date.split(' ').skip(1);
    let mut part = || parts.next().unwrap_or_default();
    let (day, month, year, clock) = (part(), part(), part(), part());
    format!("{day}/{month}/{year}:{clock} +0000")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_is_written_as_in_an_access_log() {
        assert_eq!(log_time(UNIX_EPOCH + Duration::from_secs(1_584_039_838)), "12/Mar/2020:19:03:58 +0000");
    }
}
