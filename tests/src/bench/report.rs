//! The table of figures.

use std::fmt::Write;

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Limit {
    fn value(self) -> f64 {
        match self {
            Self::AtLeast(value) | Self::AtMost(value) => value,
        }
    }

    fn is_met(self, measured: f64) -> bool {
        match self {
            Self::AtLeast(least) => measured >= least,
            Self::AtMost(most) => measured <= most,
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug)]
struct Figure {
    what: String,
    measured: f64,
    unit: &'static str,
    /// What it is set against: a limit, or the figure that it stands beside.
    against: Against,
}

#[derive(Clone, Copy, Debug)]
enum Against {
    Limit(Limit),
    Figure(f64),
    Nothing,
}

/// Figures in the order in which they were measured.
#[derive(Clone, Debug, Default)]
pub struct Report(Vec<Figure>);

impl Report {
    /// Adds a figure that has a limit.
    pub(super) fn limited(
        &mut self,
        what: impl Into<String>,
        measured: f64,
        unit: &'static str,
        limit: Limit,
    ) {
        self.push(what.into(), measured, unit, Against::Limit(limit));
    }

    /// Adds a figure that stands beside another one, given by its value.
    pub(super) fn beside(&mut self, what: impl Into<String>, measured: f64, unit: &'static str, other: f64) {
        self.push(what.into(), measured, unit, Against::Figure(other));
    }

    /// Adds a figure that is only to be known.
    pub(super) fn known(&mut self, what: impl Into<String>, measured: f64, unit: &'static str) {
        self.push(what.into(), measured, unit, Against::Nothing);
    }

    fn push(&mut self, what: String, measured: f64, unit: &'static str, against: Against) {
        eprintln!("bench:   {what}: {}", with_unit(measured, unit));
        self.0.push(Figure { what, measured, unit, against });
    }

    /// Whether every limit is met.
    pub fn is_met(&self) -> bool {
        self.0.iter().all(|figure| figure.verdict() != "MISSED")
    }

    /// The table, as text in columns.
    pub fn to_text(&self) -> String {
        let rows = self.rows();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 5] = std::array::from_fn(width);
        let mut text = String::new();
        for [what, measured, limit, ratio, verdict] in &rows {
            let [a, b, c, d, _] = widths;
            let line = format!("{what:a$}  {measured:>b$}  {limit:>c$}  {ratio:>d$}  {verdict}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The table in Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (index, row) in self.rows().iter().enumerate() {
            // Writing to a string cannot fail.
            writeln!(text, "| {} |", row.join(" | ")).ok();
            if index == 0 {
                text.push_str("|---|---:|---:|---:|---|\n");
            }
        }
        text
    }

    fn rows(&self) -> Vec<[String; 5]> {
        let head = ["what", "measured", "limit", "ratio", ""].map(str::to_owned);
        std::iter::once(head).chain(self.0.iter().map(Figure::row)).collect()
    }
}

impl Figure {
    fn row(&self) -> [String; 5] {
        let (limit, ratio) = match self.against {
            Against::Limit(limit) => {
                let sign = if matches!(limit, Limit::AtLeast(_)) { '≥' } else { '≤' };
                (format!("{sign} {}", with_unit(limit.value(), self.unit)), self.measured / limit.value())
            }
            Against::Figure(other) => (String::new(), self.measured / other),
            Against::Nothing => (String::new(), f64::NAN),
        };
        let ratio = if ratio.is_finite() { format!("{ratio:.2}") } else { String::new() };
        [self.what.clone(), with_unit(self.measured, self.unit), limit, ratio, self.verdict().to_owned()]
    }

    fn verdict(&self) -> &'static str {
        match self.against {
            Against::Limit(limit) if limit.is_met(self.measured) => "ok",
            Against::Limit(_) => "MISSED",
            Against::Figure(_) | Against::Nothing => "",
        }
    }
}

/// A number with about three significant digits, thousands grouped.
fn with_unit(value: f64, unit: &str) -> String {
    let decimals = match value.abs() {
        ..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}{fraction} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_is_missed() {
        let mut report = Report::default();
        report.limited("fast", 1_234_567.0, "points/s", Limit::AtLeast(1_000_000.0));
        report.beside("floor", 2_469_134.0, "points/s", 1_234_567.0);
        assert!(report.is_met());
        report.limited("small", 12.345, "MB", Limit::AtMost(5.0));
        assert!(!report.is_met());
        assert_eq!(
            report.to_markdown(),
            "| what | measured | limit | ratio |  |\n|---|---:|---:|---:|---|\n\
             | fast | 1,234,567 points/s | ≥ 1,000,000 points/s | 1.23 | ok |\n\
             | floor | 2,469,134 points/s |  | 2.00 |  |\n\
             | small | 12.3 MB | ≤ 5.00 MB | 2.47 | MISSED |\n"
        );
    }
}
