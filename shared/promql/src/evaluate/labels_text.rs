//! Labels as Prometheus writes them in errors.

use firefly_model::selection::Labels;

use crate::parser::quoted;

/// Such as `{__name__="up", job="shop"}`.
pub(super) fn labels_text(labels: &Labels) -> String {
    let pair = |(name, value): (&str, &str)| {
        let is_bare = !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        let name = if is_bare { name.to_owned() } else { quoted(name) };
        format!("{name}={}", quoted(value))
    };
    format!("{{{}}}", labels.iter().map(pair).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_quoted_where_needed() {
        let labels = Labels::new([("__name__", "up"), ("a.b", "x\"\n"), ("job", "é")]);
        assert_eq!(labels_text(&labels), r#"{__name__="up", "a.b"="x\"\n", job="é"}"#);
        assert_eq!(labels_text(&Labels::default()), "{}");
    }
}
