//! Expressions that compare texts and nothing else.

/// Characters that are more than themselves.
const META: &str = r"\.+*?()|[]{}^$";

/// An expression that needs no automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Shortcut {
    /// `a|b|c`, sorted.
    Values(Vec<String>),
    /// `.*a.*`, each of the dots optional.
    Around {
        /// Before it may be anything.
        is_open_before: bool,
        text: String,
        /// What has to follow it.
        after: After,
    },
    /// `.+`
    NotEmpty,
}

/// What follows a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum After {
    Nothing,
    Anything,
    /// Anything but nothing.
    Something,
}

impl Shortcut {
    /// The expression, if it is simple enough.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern == ".+" {
            return Some(Self::NotEmpty);
        }
        if let Some(mut values) = values(pattern) {
            values.sort();
            values.dedup();
            return Some(Self::Values(values));
        }
        let (is_open_before, rest) = match pattern.strip_prefix(".*") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        // An escaped dot does not get here as one: the text before it would end in a backslash, and so be no literal.
        let (text, after) = match (rest.strip_suffix(".*"), rest.strip_suffix(".+")) {
            (Some(text), _) => (text, After::Anything),
            (_, Some(text)) => (text, After::Something),
            _ => (rest, After::Nothing),
        };
        let text = literal(text)?;
        // Whether `.*` and `.+` beside each other match is left to the automaton.
        (!text.is_empty() || after != After::Something).then_some(Self::Around {
            is_open_before,
            text,
            after,
        })
    }

    /// Whether it matches this value.
    pub(super) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Values(values) => values.binary_search_by(|text| text.as_str().cmp(value)).is_ok(),
            Self::NotEmpty => !value.is_empty(),
            Self::Around { is_open_before: false, text, after } => {
                value.strip_prefix(text.as_str()).is_some_and(|rest| after.is(rest))
            }
            Self::Around { is_open_before: true, text, after } => match after {
                After::Nothing => value.ends_with(text.as_str()),
                After::Anything => value.contains(text.as_str()),
                After::Something => {
                    let before_last = value.char_indices().next_back().map_or("", |(last, _)| &value[..last]);
                    before_last.contains(text.as_str())
                }
            },
        }
    }
}

impl After {
    fn is(self, rest: &str) -> bool {
        match self {
            Self::Nothing => rest.is_empty(),
            Self::Anything => true,
            Self::Something => !rest.is_empty(),
        }
    }
}

/// The texts of a choice of texts, in one group or none: Grafana writes `(a|b)` where several values are chosen.
fn values(pattern: &str) -> Option<Vec<String>> {
    let group = pattern.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let choice = group.map(|group| group.strip_prefix("?:").unwrap_or(group)).unwrap_or(pattern);
    choice.split('|').map(literal).collect()
}

/// The text that an expression without anything special in it stands for.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.push(rest.next().filter(char::is_ascii_punctuation)?),
            _ if META.contains(c) => return None,
            _ => text.push(c),
        }
    }
    Some(text)
}
