//! Names of labels in paths.

/// The longest code of a character.
const DIGITS: usize = 6;

/// The name that a part of a path stands for: one that starts with `U__` is escaped,
/// <https://prometheus.io/docs/instrumenting/escaping_schemes/>. What only looks so stays as it is.
pub fn label_name(name: &str) -> String {
    name.strip_prefix("U__").and_then(unescaped).unwrap_or_else(|| name.to_owned())
}

/// `__` is an underscore, `_2e_` the character of this code.
fn unescaped(mut rest: &str) -> Option<String> {
    let mut name = String::new();
    while let Some((before, after)) = rest.split_once('_') {
        name.push_str(before);
        let (code, after) = after.split_once('_')?;
        rest = after;
        match code {
            "" => name.push('_'),
            _ if code.len() <= DIGITS && code.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                name.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
            }
            _ => return None,
        }
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_escaped_is_unescaped() {
        for (name, expected) in [
            ("job", "job"),
            ("a_2e_b", "a_2e_b"),
            ("U__a_2e_b", "a.b"),
            ("U__a__b", "a_b"),
            ("U___2e_", "."),
            ("U__a_1F600_", "a😀"),
            ("U__", ""),
            ("U__a_", "U__a_"),
            ("U__a_2e", "U__a_2e"),
            ("U__a_zz_", "U__a_zz_"),
            ("U__a_d800_", "U__a_d800_"),
            ("U__a_0000041_", "U__a_0000041_"),
        ] {
            assert_eq!(label_name(name), expected, "{name}");
        }
    }
}
