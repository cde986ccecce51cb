//! How a variable's values are written, by the name behind the colon: `${function:sqlstring}`.
//!
//! <https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/#advanced-variable-format-options>

use anyhow::{Result, bail};

use super::encode::{encode_component, encode_strict};

/// The value of "All" in URLs.
pub(super) const ALL: &str = "$__all";

/// The values of a variable as a format sees them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// Name of the variable.
    pub name: &'a str,
    /// The values themselves.
    pub values: &'a [String],
    /// Whether it is a list even if it has one value.
    pub is_list: bool,
    /// Whether they stand for "All".
    pub is_all: bool,
    /// What the choice is called.
    pub text: &'a str,
}

/// Writes the values in a named format.
pub(super) fn format(of: Values<'_>, format: &str) -> Result<String> {
    let each = |write: &dyn Fn(&str) -> String, by: &str| {
        of.values.iter().map(|value| write(value)).collect::<Vec<_>>().join(by)
    };
    let quoted = |quote: char, escaped: &str| {
        each(&|value| format!("{quote}{}{quote}", value.replace(quote, escaped)), ",")
    };
    Ok(match format {
        "raw" | "csv" => of.values.join(","),
        "sqlstring" => quoted('\'', "''"),
        "singlequote" => quoted('\'', "\\'"),
        "doublequote" => quoted('"', "\\\""),
        "pipe" => of.values.join("|"),
        "glob" if of.values.len() > 1 => format!("{{{}}}", of.values.join(",")),
        "glob" => of.values.join(","),
        "regex" => alternatives(each(&escape_regex, "|"), of),
        "json" if of.is_list => serde_json::to_string(of.values)?,
        "json" => serde_json::to_string(of.values.first().map_or("", String::as_str))?,
        "percentencode" => encode_strict(&of.values.join(",")),
        "text" => of.text.to_owned(),
        "queryparam" => query_parameters(of),
        unknown => bail!("variable {}: format {unknown:?} is not known to the runner", of.name),
    })
}

/// `var-name=value` for each value.
pub(super) fn query_parameters(of: Values<'_>) -> String {
    let pair = |value: &str| format!("var-{}={}", encode_component(of.name), encode_component(value));
    if of.is_all {
        return pair(ALL);
    }
    if of.values.is_empty() {
        return pair("");
    }
    of.values.iter().map(|value| pair(value)).collect::<Vec<_>>().join("&")
}

fn alternatives(joined: String, of: Values<'_>) -> String {
    if of.values.len() > 1 { format!("({joined})") } else { joined }
}

/// What the SQL data sources write for a variable without a format.
pub(super) fn sql_default(of: Values<'_>) -> String {
    if of.is_list {
        let quoted = of.values.iter().map(|value| format!("'{}'", value.replace('\'', "''")));
        return quoted.collect::<Vec<_>>().join(",");
    }
    of.values.join(",").replace('\'', "''")
}

/// What the Prometheus data source writes for a variable without a format. Its older versions, and newer ones by
/// default, leave double quotes as they are.
pub(super) fn prometheus_default(of: Values<'_>) -> String {
    if !of.is_list {
        return of.values.join(",").replace('\\', "\\\\").replace('\'', "\\\\'");
    }
    let escape = |value: &String| {
        let mut escaped = String::new();
        for character in value.chars() {
            match character {
                '\\' => escaped.push_str("\\\\\\\\"),
                '$' | '^' | '*' | '{' | '}' | '[' | ']' | '\'' | '+' | '?' | '.' | '(' | ')' | '|' => {
                    escaped.push_str("\\\\");
                    escaped.push(character);
                }
                other => escaped.push(other),
            }
        }
        escaped
    };
    alternatives(of.values.iter().map(escape).collect::<Vec<_>>().join("|"), of)
}

fn escape_regex(value: &str) -> String {
    let mut escaped = String::new();
    for character in value.chars() {
        if "-/\\^$*+?.()|[]{}".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: &str = "o'hara\"; drop table";

    fn written(values: &[&str], name: &str) -> String {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let of = Values { name: "function", values: &values, is_list: true, is_all: false, text: "a + b" };
        match name {
            "sql" => sql_default(of),
            "prometheus" => prometheus_default(of),
            _ => format(of, name).unwrap(),
        }
    }

    #[test]
    fn each_format_is_that_of_the_documentation() {
        for (name, expected) in [
            ("csv", "a.b,c"),
            ("raw", "a.b,c"),
            ("pipe", "a.b|c"),
            ("glob", "{a.b,c}"),
            ("regex", "(a\\.b|c)"),
            ("json", "[\"a.b\",\"c\"]"),
            ("sqlstring", "'a.b','c'"),
            ("singlequote", "'a.b','c'"),
            ("doublequote", "\"a.b\",\"c\""),
            ("percentencode", "a.b%2Cc"),
            ("queryparam", "var-function=a.b&var-function=c"),
            ("text", "a + b"),
            ("sql", "'a.b','c'"),
            ("prometheus", "(a\\\\.b|c)"),
        ] {
            assert_eq!(written(&["a.b", "c"], name), expected, "{name}");
        }
    }

    #[test]
    fn one_value_that_is_hostile_stays_one_value() {
        for (name, expected) in [
            ("sqlstring", "'o''hara\"; drop table'"),
            ("singlequote", "'o\\'hara\"; drop table'"),
            ("doublequote", "\"o'hara\\\"; drop table\""),
            ("json", "[\"o'hara\\\"; drop table\"]"),
            ("queryparam", "var-function=o'hara%22%3B%20drop%20table"),
            ("percentencode", "o%27hara%22%3B%20drop%20table"),
            ("regex", ODD),
            ("sql", "'o''hara\"; drop table'"),
            ("prometheus", "o\\\\'hara\"; drop table"),
        ] {
            assert_eq!(written(&[ODD], name), expected, "{name}");
        }
    }

    #[test]
    fn no_value_at_all_is_nothing() {
        assert_eq!(written(&[], "sqlstring"), "");
        assert_eq!(written(&[], "queryparam"), "var-function=");
    }
}
