//! Variables and built-ins in texts: `$function`, `${function:sqlstring}`, `[[function]]`, `${__from:date:iso}`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::encode::encode_component;
use super::format::{self, Values};
use super::interval::{Interval, format_interval};
use super::time_range::{TimeRange, iso};

/// A variable with what is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bound {
    /// The values that are written.
    pub values: Vec<String>,
    /// Whether several may be chosen, or all.
    pub is_list: bool,
    /// Whether all are chosen.
    pub is_all: bool,
    /// What stands for all instead of the values, as it is.
    pub all_value: Option<String>,
    /// Whether it goes into URLs.
    pub in_url: bool,
}

/// Whose rules hold for a variable without a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// The SQL data sources'.
    Sql,
    /// The Prometheus data source's, which sees to intervals and ranges itself.
    Prometheus,
    /// Grafana's own, in titles, links and the Jaeger data source.
    Plain,
}

/// What a text is expanded with.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The variables by name.
    pub variables: &'a BTreeMap<String, Bound>,
    /// The dashboard's range.
    pub range: TimeRange,
    /// The panel's step; none outside of panels.
    pub interval: Option<Interval>,
    /// Whose rules hold.
    pub flavour: Flavour,
}

/// A variable that a text mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its name, `__from` and the like included.
    pub name: String,
    /// What is behind the dot, such as `fields["Trace"]`.
    pub path: Option<String>,
    /// What is behind the colon.
    pub format: Option<String>,
    /// Whether a parenthesis follows, so that it may be a macro.
    pub is_call: bool,
}

/// What a text is made of.
enum Piece<'a> {
    Text(&'a str),
    Reference(Reference, &'a str),
}

/// The variables that a text mentions.
pub fn references(text: &str) -> Vec<Reference> {
    let of = |piece| match piece {
        Piece::Text(_) => None,
        Piece::Reference(reference, _) => Some(reference),
    };
    pieces(text).into_iter().filter_map(of).collect()
}

/// Writes the values of variables and built-ins into a text. What is neither stays as it is.
///
/// # Errors
///
/// If a format is not known.
pub fn expand(text: &str, scope: Scope<'_>) -> Result<String> {
    let mut expanded = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => expanded.push_str(text),
            Piece::Reference(reference, source) => {
                let value = scope.value(&reference).with_context(|| format!("in {source}"))?;
                expanded.push_str(value.as_deref().unwrap_or(source));
            }
        }
    }
    Ok(expanded)
}

impl Scope<'_> {
    fn value(self, reference: &Reference) -> Result<Option<String>> {
        if let Some(bound) = self.variables.get(&reference.name) {
            if reference.path.is_some() {
                bail!("variables have no fields");
            }
            return self.bound(&reference.name, bound, reference.format.as_deref()).map(Some);
        }
        let is_prometheus = self.flavour == Flavour::Prometheus;
        Ok(match (reference.name.as_str(), self.interval) {
            ("__from", _) => Some(time(self.range.from_ms, reference.format.as_deref())?),
            ("__to", _) => Some(time(self.range.to_ms, reference.format.as_deref())?),
            ("__url_time_range", _) => Some(format!("from={}&to={}", self.range.from_ms, self.range.to_ms)),
            ("__all_variables", _) => Some(self.all_variables()),
            ("__timezone", _) => Some("browser".to_owned()),
            ("__interval", Some(interval)) if !is_prometheus => Some(format_interval(interval.ms)),
            ("__interval_ms", Some(interval)) if !is_prometheus => Some(interval.ms.to_string()),
            _ => None,
        })
    }

    fn bound(self, name: &str, bound: &Bound, format: Option<&str>) -> Result<String> {
        if let (true, Some(all)) = (bound.is_all, &bound.all_value)
            && format != Some("queryparam")
        {
            return Ok(all.clone());
        }
        let text = if bound.is_all { "All".to_owned() } else { bound.values.join(" + ") };
        let values =
            Values { name, values: &bound.values, is_list: bound.is_list, is_all: bound.is_all, text: &text };
        match (format, self.flavour) {
            (Some(format), _) => format::format(values, format),
            (None, Flavour::Sql) => Ok(format::sql_default(values)),
            (None, Flavour::Prometheus) => Ok(format::prometheus_default(values)),
            (None, Flavour::Plain) => format::format(values, "glob"),
        }
    }

    fn all_variables(self) -> String {
        let in_url = self.variables.iter().filter(|(_, bound)| bound.in_url);
        let written = in_url.map(|(name, bound)| {
            let (values, is_all) = (bound.values.as_slice(), bound.is_all);
            format::query_parameters(Values { name, values, is_list: bound.is_list, is_all, text: "" })
        });
        written.collect::<Vec<_>>().join("&")
    }
}

fn time(time_ms: i64, format: Option<&str>) -> Result<String> {
    Ok(match format {
        None | Some("raw") => time_ms.to_string(),
        Some("date" | "date:iso") => iso(time_ms),
        Some("date:seconds") => time_ms.div_euclid(1_000).to_string(),
        Some("percentencode") => encode_component(&time_ms.to_string()),
        Some(unknown) => bail!("format {unknown:?} of a time is not known to the runner"),
    })
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    let mut plain = 0;
    while let Some(tail) = rest.get(plain..).filter(|tail| !tail.is_empty()) {
        let Some((mut reference, length)) = reference(tail) else {
            plain += tail.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let (before, behind) = rest.split_at(plain);
        let (source, behind) = behind.split_at(length);
        reference.is_call = behind.starts_with('(');
        pieces.extend([Piece::Text(before), Piece::Reference(reference, source)]);
        (rest, plain) = (behind, 0);
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The reference that a text begins with, and its length.
fn reference(text: &str) -> Option<(Reference, usize)> {
    let (inner, length) = if let Some(inner) = text.strip_prefix("${") {
        let end = inner.find('}')?;
        (inner.get(..end)?, end + 3)
    } else if let Some(inner) = text.strip_prefix("[[") {
        let end = inner.find("]]")?;
        (inner.get(..end)?, end + 4)
    } else {
        let name = word(text.strip_prefix('$')?);
        (name, name.len() + 1)
    };
    let name = word(inner);
    if name.is_empty() {
        return None;
    }
    let (mut path, mut format) = (None, None);
    match inner.get(name.len()..)?.split_at_checked(1) {
        None => {}
        Some((".", tail)) => match tail.split_once(':') {
            Some((before, behind)) => {
                path = Some(before.to_owned());
                format = Some(behind.to_owned());
            }
            None => path = Some(tail.to_owned()),
        },
        Some((":", tail)) => format = Some(tail.to_owned()),
        Some(_) => return None,
    }
    Some((Reference { name: name.to_owned(), path, format, is_call: false }, length))
}

fn word(text: &str) -> &str {
    let end = text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: TimeRange = TimeRange { from_ms: 1_772_409_600_000, to_ms: 1_772_413_200_000 };

    fn variables() -> BTreeMap<String, Bound> {
        let one = |value: &str| Bound { values: vec![value.to_owned()], in_url: true, ..Bound::default() };
        let list =
            Bound { values: vec!["a".into(), "o'b".into()], is_list: true, in_url: true, ..Bound::default() };
        let all = Bound { is_all: true, ..list.clone() };
        let pattern = Bound { all_value: Some(".*".into()), ..all.clone() };
        [("one", one("it's")), ("list", list), ("all", all), ("pattern", pattern)]
            .map(|(name, bound)| (name.to_owned(), bound))
            .into()
    }

    fn expanded(text: &str, flavour: Flavour) -> String {
        let interval = Some(Interval { ms: 60_000 });
        expand(text, Scope { variables: &variables(), range: RANGE, interval, flavour }).unwrap()
    }

    #[test]
    fn variables_are_written_in_each_way_and_format() {
        for (text, flavour, expected) in [
            ("a $one b", Flavour::Plain, "a it's b"),
            ("'${one}'", Flavour::Sql, "'it''s'"),
            ("[[one]]", Flavour::Plain, "it's"),
            ("[[list:csv]]", Flavour::Plain, "a,o'b"),
            ("IN ($list)", Flavour::Sql, "IN ('a','o''b')"),
            ("IN (${all:sqlstring})", Flavour::Sql, "IN ('a','o''b')"),
            ("=~\"$list\"", Flavour::Prometheus, "=~\"(a|o\\\\'b)\""),
            ("=~\"$pattern\"", Flavour::Prometheus, "=~\".*\""),
            ("$list", Flavour::Plain, "{a,o'b}"),
            ("?${all:queryparam}&x", Flavour::Plain, "?var-all=%24__all&x"),
            ("$unknown ${unknown:csv} $ $$ ${", Flavour::Sql, "$unknown ${unknown:csv} $ $$ ${"),
            ("$onefold", Flavour::Plain, "$onefold"),
        ] {
            assert_eq!(expanded(text, flavour), expected, "{text}");
        }
    }

    #[test]
    fn built_ins_are_those_of_the_range_and_the_panel() {
        for (text, flavour, expected) in [
            ("$__from ${__to}", Flavour::Plain, "1772409600000 1772413200000"),
            ("${__from:date:iso}", Flavour::Plain, "2026-03-02T00:00:00.000Z"),
            ("${__from:date}", Flavour::Plain, "2026-03-02T00:00:00.000Z"),
            ("${__to:date:seconds}", Flavour::Plain, "1772413200"),
            ("'$__interval' $__interval_ms", Flavour::Sql, "'1m' 60000"),
            ("[$__interval]", Flavour::Prometheus, "[$__interval]"),
            ("${__url_time_range}", Flavour::Plain, "from=1772409600000&to=1772413200000"),
            ("$__timeFrom()", Flavour::Sql, "$__timeFrom()"),
            ("${__data.fields[\"Trace\"]}", Flavour::Plain, "${__data.fields[\"Trace\"]}"),
        ] {
            assert_eq!(expanded(text, flavour), expected, "{text}");
        }
    }

    #[test]
    fn references_are_found_with_their_parts() {
        let found = references("$__timeFrom() ${a.b:c} ${__data.fields[\"x\"]} $$ é$d");
        let parts: Vec<_> = found
            .iter()
            .map(|found| (found.name.as_str(), found.path.as_deref(), found.format.as_deref(), found.is_call))
            .collect();
        let expected = [
            ("__timeFrom", None, None, true),
            ("a", Some("b"), Some("c"), false),
            ("__data", Some("fields[\"x\"]"), None, false),
            ("d", None, None, false),
        ];
        assert_eq!(parts, expected);
    }
}
