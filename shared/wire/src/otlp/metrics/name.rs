//! Prometheus' names for OpenTelemetry's metrics, units and attributes.
//!
//! Rules: `UnderscoreEscapingWithSuffixes` of <https://github.com/prometheus/otlptranslator> v1.0.0, the translation of
//! Prometheus 3's own OTLP endpoint. Other strategies, and namespaces, are left out.

use std::borrow::Cow;

/// What the name of a metric says about its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    /// A sum that only grows: `_total`.
    Total,
    /// A gauge, which is a `_ratio` if its unit is 1.
    Ratio,
    /// Anything else.
    None,
}

/// Units of UCUM that have a word of their own; any other unit is its own word.
const UNITS: [(&str, &str); 26] = [
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tibibytes"),
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("1", ""),
    ("%", "percent"),
];

/// Units behind the slash.
const PER_UNITS: [(&str, &str); 7] = [
    ("s", "second"),
    ("m", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];

/// The name of a metric family; `None` if nothing of the name can be kept.
pub(super) fn metric(name: &str, unit: &str, suffix: Suffix) -> Option<String> {
    let (main, per) = unit_words(unit);
    let mut words: Vec<&str> =
        name.split(|character| !is_metric_character(character)).filter(|word| !word.is_empty()).collect();
    let main = if words.contains(&&*main) { "" } else { &*main };
    let per = if per == "per_" { "" } else { per.strip_suffix('_').unwrap_or(&per) };
    words.extend([if per.is_empty() { main } else { main.strip_suffix('_').unwrap_or(main) }, per]);
    words.retain(|word| !word.is_empty());
    match suffix {
        Suffix::Total => move_to_end(&mut words, "total"),
        Suffix::Ratio if unit == "1" => move_to_end(&mut words, "ratio"),
        Suffix::Ratio | Suffix::None => {}
    }
    let mut translated = words.join("_");
    if translated.starts_with(|first: char| first.is_ascii_digit()) {
        translated.insert(0, '_');
    }
    (!translated.is_empty()).then_some(translated)
}

/// The unit in Prometheus' words, such as `bytes_per_second`.
pub(super) fn unit(unit: &str) -> String {
    let (main, per) = unit_words(unit);
    let separator = if main.is_empty() || per.is_empty() { "" } else { "_" };
    let words = [&*main, separator, &*per].concat();
    words.strip_suffix('_').unwrap_or(&words).to_owned()
}

/// The name of a label; `None` if the attribute's name has nothing but underscores and what becomes one.
pub(super) fn label(name: &str) -> Option<Cow<'_, str>> {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_simple = name.bytes().all(is_kept) && !name.contains("__") && !starts_with_digit(name);
    let label = if is_simple { Cow::Borrowed(name) } else { Cow::Owned(escaped_label(name)) };
    label.bytes().any(|byte| byte != b'_').then_some(label)
}

fn escaped_label(name: &str) -> String {
    let reserved = name.strip_prefix("__").and_then(|name| name.strip_suffix("__"));
    if let Some(name) = reserved {
        return format!(
            "__{}__",
            with_single_underscores(name, |character| character.is_ascii_alphanumeric())
        );
    }
    let label = with_single_underscores(name, |character| character.is_ascii_alphanumeric());
    if starts_with_digit(&label) { format!("key_{label}") } else { label }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

fn is_metric_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == ':'
}

fn move_to_end<'a>(words: &mut Vec<&'a str>, word: &'a str) {
    words.retain(|present| *present != word);
    words.push(word);
}

/// The words of a unit before and behind the slash, the latter with its `per_`; empty where there is none. Annotations
/// in braces are no unit.
fn unit_words(unit: &str) -> (String, String) {
    let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
    let word = |unit: &str, words: &[(&'static str, &'static str)]| {
        let unit = unit.trim();
        if unit.contains(['{', '}']) {
            return String::new();
        }
        let known = words.iter().find(|(symbol, _)| *symbol == unit);
        known.map_or(unit, |(_, word)| word).to_owned()
    };
    let (main, per) = (word(main, &UNITS), word(per, &PER_UNITS));
    let per = if per.is_empty() { per } else { format!("per_{per}") };
    let clean = |unit: &str| {
        let word = with_single_underscores(unit, is_metric_character);
        word.strip_prefix('_').map(str::to_owned).unwrap_or(word)
    };
    (clean(&main), clean(&per))
}

/// Puts one underscore in the place of each run of other characters.
fn with_single_underscores(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_kept(character) {
            escaped.push(character);
        } else if !escaped.ends_with('_') {
            escaped.push('_');
        }
    }
    escaped
}
