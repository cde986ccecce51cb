//! Selectors, ranges, subqueries and their modifiers.

use super::metrics::{METRICS, Metric};
use super::{Expression, Generator, Type};

impl Generator {
    pub fn metric(&mut self) -> &'static Metric {
        &METRICS[self.below(METRICS.len())]
    }

    /// An instant selector.
    pub fn selector(&mut self) -> Expression {
        let metric = self.metric();
        self.selector_of(metric)
    }

    pub fn selector_of(&mut self, metric: &Metric) -> Expression {
        let text = self.series(metric);
        Expression::new(Type::Vector).text(text + &self.modifiers())
    }

    /// A selector of this metric, and maybe more, without modifiers.
    fn series(&mut self, metric: &Metric) -> String {
        if self.chance(0.05) {
            let pattern = self.quoted(&format!("{}.*", prefix(metric.name, 4)));
            return format!("{{__name__=~{pattern}, {}}}", self.matcher(metric));
        }
        self.series_of(metric)
    }

    /// A selector of nothing but this metric, without modifiers.
    pub fn series_of(&mut self, metric: &Metric) -> String {
        let count = self.one_of(&[0, 0, 0, 1, 1, 2]);
        let mut matchers: Vec<_> = (0..count).map(|_| self.matcher(metric)).collect();
        let is_plain = metric.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match self.below(12) {
            0 => matchers.insert(0, format!("__name__={}", self.quoted(metric.name))),
            1 => {
                matchers.push(format!("__name__=~{}", self.quoted(&format!("{}.*", prefix(metric.name, 4)))))
            }
            2 => matchers.insert(0, format!("\"{}\"", metric.name)),
            _ if !is_plain => matchers.insert(0, format!("\"{}\"", metric.name)),
            _ if matchers.is_empty() => return metric.name.to_owned(),
            _ => return format!("{}{{{}}}", metric.name, matchers.join(",")),
        }
        format!("{{{}}}", matchers.join(", "))
    }

    fn matcher(&mut self, metric: &Metric) -> String {
        let (label, values) = self.one_of(metric.labels);
        let label = match label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            true => label.to_owned(),
            false => format!("\"{label}\""),
        };
        let value = self.one_of(values);
        match self.below(12) {
            0..4 => format!("{label}={}", self.quoted(value)),
            4..6 => format!("{label}!={}", self.quoted(value)),
            6 => {
                let other = self.one_of(values);
                format!("{label}=~{}", self.quoted(&format!("{}|{}", escaped(value), escaped(other))))
            }
            7 => format!("{label}=~{}", self.quoted(&format!("{}.+", escaped(prefix(value, 1))))),
            8 => format!("{label}!~{}", self.quoted(&format!(".*{}", escaped(value)))),
            9 => format!("{label}=\"\""),
            10 => format!("missing{}\"\"", self.one_of(&["=", "!=", "=~", "!~"])),
            _ => {
                let pattern =
                    self.one_of(&[".*", ".+", "[a-m].*", "(?i)GET|API", "(a|w).*[^x]", "\\\\d+", "..."]);
                format!("{label}=~\"{pattern}\"")
            }
        }
    }

    /// A string literal, in any of the three quotes that can hold it.
    pub fn quoted(&mut self, text: &str) -> String {
        match self.below(4) {
            0 if !text.contains('`') => format!("`{text}`"),
            1 if !text.contains(['\'', '\\', '\n', '\t']) => format!("'{text}'"),
            _ => {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                format!("\"{}\"", text.replace('\n', "\\n").replace('\t', "\\t"))
            }
        }
    }

    pub fn modifiers(&mut self) -> String {
        let offset = |generator: &mut Self| {
            format!(
                " offset {}",
                generator.one_of(&["1m", "5m", "-1m", "90s", "17s", "500ms", "-0s", "1m30s"])
            )
        };
        let at = |generator: &mut Self| match generator.below(4) {
            0 => " @ start()".to_owned(),
            1 => " @ end()".to_owned(),
            _ => {
                let millis = generator.start_ms + i64::try_from(generator.random.below(4_500_000)).unwrap();
                format!(" @ {}.{:03}", millis / 1_000, millis % 1_000)
            }
        };
        match self.below(20) {
            0 | 1 => offset(self),
            2 => at(self),
            3 => at(self) + &offset(self),
            4 => offset(self) + &at(self),
            _ => String::new(),
        }
    }

    pub fn range_length(&mut self) -> &'static str {
        self.one_of(&["30s", "1m", "90s", "2m", "5m", "5m", "5m", "10m", "17m", "1h", "999ms", "15s", "300"])
    }

    /// A range selector or a subquery.
    pub fn matrix(&mut self, depth: usize) -> Expression {
        if depth == 0 || self.chance(0.7) {
            let metric = self.metric();
            return self.range_of(metric);
        }
        let inner = self.vector(depth - 1);
        self.subquery(inner)
    }

    pub fn range_of(&mut self, metric: &Metric) -> Expression {
        let series = self.series(metric);
        let range = format!("[{}]", self.range_length());
        Expression::new(Type::Matrix).text(series + &range + &self.modifiers())
    }

    pub fn subquery(&mut self, inner: Expression) -> Expression {
        let step = self.one_of(&["", "15s", "30s", "1m", "1m", "37s", "2m"]);
        let range = format!("[{}:{step}]", self.range_length());
        Expression::new(Type::Matrix).with(inner.in_parentheses()).text(range + &self.modifiers())
    }
}

/// The first so many characters.
fn prefix(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('.', "\\.").replace('+', "\\+")
}
