//! Variables of the environment in values: `$NAME`, `${NAME}`, `$__env{NAME}`; `$$` is a dollar sign.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Expands every text in a value, but not the names of members.
///
/// # Errors
///
/// If a text cannot be expanded.
pub fn expand_values(value: &Value, environment: &impl Fn(&str) -> Option<String>) -> Result<Value> {
    Ok(match value {
        Value::String(text) => Value::from(expand_text(text, environment)?),
        Value::Array(values) => {
            values.iter().map(|value| expand_values(value, environment)).collect::<Result<Vec<_>>>()?.into()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), expand_values(value, environment)?)))
            .collect::<Result<serde_json::Map<_, _>>>()?
            .into(),
        other => other.clone(),
    })
}

/// Expands a text. A variable that is not set is an empty text.
///
/// # Errors
///
/// If it asks for a file or a vault, which the runner has not.
pub fn expand_text(text: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<String> {
    let parts = text.split("$$").map(|part| expand_part(part, environment));
    Ok(parts.collect::<Result<Vec<_>>>()?.join("$"))
}

fn expand_part(text: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<String> {
    let (mut expanded, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('$') {
        expanded.push_str(before);
        if let Some(inner) = behind.strip_prefix("__") {
            let (provider, inner) =
                inner.split_once('{').with_context(|| format!("{text}: $__ without a name"))?;
            let (name, tail) =
                inner.split_once('}').with_context(|| format!("{text}: a brace is not closed"))?;
            if provider != "env" {
                bail!("{text}: the runner knows no provider {provider:?}");
            }
            expanded.push_str(&environment(name).unwrap_or_default());
            rest = tail;
        } else if let Some(inner) = behind.strip_prefix('{') {
            let (name, tail) =
                inner.split_once('}').with_context(|| format!("{text}: a brace is not closed"))?;
            expanded.push_str(&environment(name).unwrap_or_default());
            rest = tail;
        } else {
            let end = behind.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
            let (name, tail) = behind.split_at(end.unwrap_or(behind.len()));
            match name {
                "" => expanded.push('$'),
                name => expanded.push_str(&environment(name).unwrap_or_default()),
            }
            rest = tail;
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn environment(name: &str) -> Option<String> {
        (name == "HOST").then(|| "db.example:5432".to_owned())
    }

    #[test]
    fn variables_are_replaced_in_each_way_and_two_dollars_are_one() {
        for (text, expected) in [
            ("$HOST", "db.example:5432"),
            ("https://${HOST}/x", "https://db.example:5432/x"),
            ("$__env{HOST}", "db.example:5432"),
            ("$UNSET|${UNSET}", "|"),
            ("$$HOST", "$HOST"),
            ("$${__span.tags}", "${__span.tags}"),
            ("{$$__tags}[5m]", "{$__tags}[5m]"),
            ("5 $ and $", "5 $ and $"),
            ("$$$HOST", "$db.example:5432"),
        ] {
            assert_eq!(expand_text(text, &environment).unwrap(), expected, "{text}");
        }
        assert!(expand_text("$__file{/etc/key}", &environment).is_err());
        assert!(expand_text("${HOST", &environment).is_err());
    }

    #[test]
    fn every_text_in_a_value_is_expanded_and_nothing_else() {
        let value = json!({"$HOST": ["$HOST", 1, {"a": "$$"}]});
        let expected = json!({"$HOST": ["db.example:5432", 1, {"a": "$"}]});
        assert_eq!(expand_values(&value, &environment).unwrap(), expected);
    }
}
