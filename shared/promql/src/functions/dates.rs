//! Parts of dates, in UTC: `hour`, `days_in_month` and their kind.

use firefly_model::selection::Labels;

use super::{Context, maths};
use crate::evaluate::{Evaluated, StepSeries};

const DAY_SECONDS: u64 = 86_400;
/// Days of 400 years.
const ERA_DAYS: u64 = 146_097;
/// The year from whose March on days are counted: Go's, before all times of 64 bits, so that no time is negative.
const FIRST_YEAR: i64 = -292_277_022_400;
/// Seconds from then to the Unix epoch. All times of 64 bits, counted from there, fit in 64 bits without a sign; those from
/// before then come out after all others, as they do in Go.
const EPOCH_SECONDS: u64 = 9_223_372_028_741_760_000;

/// The parts of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    DayOfMonth,
    /// 0 for Sunday.
    DayOfWeek,
    /// 1 for the first of January.
    DayOfYear,
    DaysInMonth,
    Hour,
    Minute,
    Month,
    Year,
}

/// The part of the time that each value is, in seconds; without an argument that of the steps' times.
pub(super) fn part(context: &Context<'_>, arguments: Vec<Evaluated>, part: Part) -> Evaluated {
    if arguments.is_empty() {
        let values = context.times.iter().map(|time_ms| of_seconds(time_ms / 1000, part)).collect();
        return Evaluated::Vector(vec![StepSeries { labels: Labels::default(), drops_name: false, values }]);
    }
    maths::map(arguments, |value| of_seconds(whole(value), part))
}

/// A whole number of 64 bits as the processors convert it on which Prometheus usually runs: what does not fit, and NaN,
/// becomes the least of all.
fn whole(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "in range, and towards 0")]
    if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN }
}

fn of_seconds(unix_seconds: i64, part: Part) -> f64 {
    let seconds = unix_seconds.cast_unsigned().wrapping_add(EPOCH_SECONDS);
    let days = seconds / DAY_SECONDS;
    match part {
        Part::Hour => (seconds % DAY_SECONDS / 3600) as f64,
        Part::Minute => (seconds % 3600 / 60) as f64,
        // It began on a Wednesday.
        Part::DayOfWeek => ((days + 3) % 7) as f64,
        Part::DayOfMonth => Date::of_days(days).day as f64,
        Part::Month => Date::of_days(days).month as f64,
        Part::Year => Date::of_days(days).year as f64,
        Part::DayOfYear => Date::of_days(days).day_of_year() as f64,
        Part::DaysInMonth => Date::of_days(days).days_in_month() as f64,
    }
}

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    year: i64,
    /// From 1.
    month: u64,
    /// From 1.
    day: u64,
}

impl Date {
    /// Of days since the first of March of the first year, which is a multiple of 400 years before the year 0.
    fn of_days(days: u64) -> Self {
        let day_of_era = days % ERA_DAYS;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Months from March on have 153 days in every five.
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let is_next_year = month_from_march >= 10;
        let month = if is_next_year { month_from_march - 9 } else { month_from_march + 3 };
        let years = (days / ERA_DAYS * 400 + year_of_era).cast_signed();
        Self { year: FIRST_YEAR + years + i64::from(is_next_year), month, day }
    }

    fn is_leap_year(self) -> bool {
        self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0)
    }

    fn days_in_month(self) -> u64 {
        match self.month {
            2 => 28 + u64::from(self.is_leap_year()),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    fn day_of_year(self) -> u64 {
        let months_before = 1..self.month;
        months_before.map(|month| Self { month, ..self }.days_in_month()).sum::<u64>() + self.day
    }
}

/// A time as RFC 3339 has it, in whole seconds.
pub(super) fn rfc3339(time_ms: i64) -> String {
    let unix_seconds = time_ms / 1000;
    let Date { year, month, day } =
        Date::of_days(unix_seconds.cast_unsigned().wrapping_add(EPOCH_SECONDS) / DAY_SECONDS);
    let second_of_day = unix_seconds.rem_euclid(86_400);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day % 3600 / 60, second_of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [Part; 8] = [
        Part::Year,
        Part::Month,
        Part::DayOfMonth,
        Part::Hour,
        Part::Minute,
        Part::DayOfWeek,
        Part::DayOfYear,
        Part::DaysInMonth,
    ];

    /// As Go 1.26 has them.
    #[test]
    fn dates_are_those_of_the_calendar() {
        const END: [f64; 8] = [292_277_026_596.0, 12.0, 4.0, 15.0, 30.0, 0.0, 339.0, 31.0];
        let cases: [(i64, [f64; 8]); 9] = [
            (0, [1970.0, 1.0, 1.0, 0.0, 0.0, 4.0, 1.0, 31.0]),
            (-1, [1969.0, 12.0, 31.0, 23.0, 59.0, 3.0, 365.0, 31.0]),
            (951_782_399, [2000.0, 2.0, 28.0, 23.0, 59.0, 1.0, 59.0, 29.0]),
            (951_782_400, [2000.0, 2.0, 29.0, 0.0, 0.0, 2.0, 60.0, 29.0]),
            (978_220_800, [2000.0, 12.0, 31.0, 0.0, 0.0, 0.0, 366.0, 31.0]),
            (4_107_542_400, [2100.0, 3.0, 1.0, 0.0, 0.0, 1.0, 60.0, 31.0]),
            (1_735_732_800, [2025.0, 1.0, 1.0, 12.0, 0.0, 3.0, 1.0, 31.0]),
            (i64::MIN, END),
            (i64::MAX, END),
        ];
        for (seconds, parts) in cases {
            assert_eq!(PARTS.map(|part| of_seconds(seconds, part)), parts, "{seconds}");
        }
    }

    #[test]
    fn what_is_no_time_is_the_least_of_all() {
        assert_eq!(whole(-1.9), -1);
        assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300].map(whole), [i64::MIN; 4]);
    }

    #[test]
    fn times_are_written_in_full() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_735_732_861_999), "2025-01-01T12:01:01Z");
    }
}
