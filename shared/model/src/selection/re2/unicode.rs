//! Classes of Unicode: `\pL`, `\p{Greek}`, `\P{Lu}`.

use regex::Regex;

use super::class::Class;
use super::refusal;

/// The general categories that Go knows, beside that of surrogates, which no value has.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Cn", "Co", "L", "LC", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd",
    "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp",
    "Zs",
];

/// The class at the beginning of this, if there is one, and what follows it.
pub(super) fn class(text: &str) -> Result<Option<(Class, &str)>, String> {
    let (is_negated, after) = match (text.strip_prefix(r"\p"), text.strip_prefix(r"\P")) {
        (Some(after), _) => (false, after),
        (_, Some(after)) => (true, after),
        _ => return Ok(None),
    };
    let invalid = |part| refusal("invalid character class range", part);
    let (name, after) = match after.strip_prefix('{') {
        Some(name) => name.split_once('}').ok_or_else(|| invalid(text))?,
        None => after.split_at(after.chars().next().map_or(0, char::len_utf8)),
    };
    let plain = name.strip_prefix('^').unwrap_or(name);
    let Some(items) = items(plain) else {
        return Err(invalid(&text[..text.len() - after.len()]));
    };
    let is_negated = is_negated != (plain.len() < name.len());
    Ok(Some((Class::new(is_negated, items), after)))
}

fn items(name: &str) -> Option<String> {
    match name {
        "Any" => Some(r"\x{0}-\x{10ffff}".to_owned()),
        "Cs" => Some(String::new()),
        _ if CATEGORIES.contains(&name) => Some(format!(r"\p{{gc={name}}}")),
        _ => script(name),
    }
}

/// A script by its name, `Old_Italic`. Rust would take it in any case of its letters.
fn script(name: &str) -> Option<String> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word[1..].chars().all(|c| c.is_ascii_lowercase())
            || word == "Nko"
    };
    let script = format!(r"\p{{sc={name}}}");
    (name.split('_').all(is_word) && Regex::new(&script).is_ok()).then_some(script)
}
