//! Points in time as RFC 3339 has them, with up to nine decimals: `2026-03-02T09:00:00.5+01:00`.

const EXPECTED: &str = "expected a time as RFC 3339 has it, such as 2026-03-02T09:00:00Z";

/// Reads a point in time, in nanoseconds since the Unix epoch. A space stands for `+` before the offset: that is what an
/// unescaped `+` in a query string means, and Grafana escapes none.
pub(crate) fn parse(text: &str) -> Result<i128, &'static str> {
    read(text.as_bytes()).ok_or(EXPECTED)
}

/// A point in time as it is written in UTC, zeros at the end of the decimals left out; years have four digits at least.
pub fn format(nanos: i128) -> String {
    let (seconds, nanos) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // The calendar repeats itself every 400 years; days are counted from the first of March, so that leap days are last.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, is_next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + is_next_year;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let decimals = format!(".{nanos:09}");
    let decimals = decimals.trim_end_matches('0').trim_end_matches('.');
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{decimals}Z")
}

fn read(text: &[u8]) -> Option<i128> {
    let (date_time, mut rest) = text.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !separators.into_iter().all(|(at, separator)| date_time[at] == separator) {
        return None;
    }
    let field = |from: usize, to: usize| number(&date_time[from..to]);
    let (year, month, day) = (field(0, 4)?, field(5, 7)?, field(8, 10)?);
    let (hour, minute, second) = (field(11, 13)?, field(14, 16)?, field(17, 19)?);
    let is_time = (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_time {
        return None;
    }
    let mut nanos = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = &fraction[..length];
        rest = &fraction[length..];
        let kept = number(&digits[..length.min(9)]).filter(|_| length > 0)?;
        nanos = kept * 10_i64.pow(u32::try_from(9 - length.min(9)).ok()?);
    }
    let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
        - offset_seconds(rest)?;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
}

fn offset_seconds(text: &[u8]) -> Option<i64> {
    match text {
        b"Z" => Some(0),
        [sign @ (b'+' | b' ' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            let seconds = (hours * 60 + minutes) * 60;
            let is_offset = hours < 24 && minutes < 60;
            is_offset.then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    /// Days before 1970 in the Gregorian calendar, counted from the first day of the year 0.
    const TO_1970: i64 = 719_528;
    let leap_days = |years: i64| years / 4 - years / 100 + years / 400;
    // The year 0 is a leap year, and counted once it is over.
    let whole_years = year * 365 + if year > 0 { leap_days(year - 1) + 1 } else { 0 };
    let whole_months: i64 = (1..month).map(|month| days_of_month(year, month)).sum();
    whole_years + whole_months + day - 1 - TO_1970
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_times_with_offsets_and_decimals() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-03-02T09:00:00Z", 1_772_442_000_000_000_000),
            ("2026-03-02T10:00:00+01:00", 1_772_442_000_000_000_000),
            ("2026-03-02T10:00:00 01:00", 1_772_442_000_000_000_000),
            ("2026-03-02T04:30:00.5-04:30", 1_772_442_000_500_000_000),
            ("2026-03-02T09:00:00.123456789Z", 1_772_442_000_123_456_789),
            ("2026-03-02T09:00:00.1234567891Z", 1_772_442_000_123_456_789),
            ("2000-02-29T23:59:59Z", 951_868_799_000_000_000),
            ("2024-12-31T00:00:00Z", 1_735_603_200_000_000_000),
            ("1969-12-31T23:59:59.5Z", -500_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(nanos), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(nanos in -62_135_596_800_000_000_000_i128..253_402_300_800_000_000_000) {
            let text = format(nanos);
            prop_assert_eq!(parse(&text), Ok(nanos), "{}", text);
        }
    }

    #[test]
    fn decimals_are_as_many_as_needed() {
        assert_eq!(format(0), "1970-01-01T00:00:00Z");
        assert_eq!(format(951_868_799_120_000_000), "2000-02-29T23:59:59.12Z");
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2026-03-02",
            "2026-03-02T09:00:00",
            "2026-03-02 09:00:00Z",
            "2026-02-29T09:00:00Z",
            "2026-13-01T09:00:00Z",
            "2026-00-01T09:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T09:60:00Z",
            "2026-03-02T09:00:60Z",
            "2026-03-02T09:00:00.Z",
            "2026-03-02T09:00:00+1:00",
            "2026-03-02T09:00:00+24:00",
            "2026-03-02T09:00:00Zé",
            "+026-03-02T09:00:00Z",
            "1772442000",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
