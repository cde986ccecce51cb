//! Queries with a slip of the pen, most of them none any more.

use firefly_tests::demo::SplitMix64;

const SLIPS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "`",
    "=",
    "==",
    "=~",
    "!",
    "@",
    ":",
    "1",
    "s",
    "m",
    "offset",
    "by",
    "on",
    "bool",
    "-",
    "+",
    "group_left",
    " ",
    "#",
    "$",
    "é",
    "0x",
    "e",
    ".",
    "_",
    "[5m]",
    "start()",
    "sum",
    "without",
    "rate",
    "inf",
    "\\",
    "and",
    "\n",
];

/// This query with one or two slips.
pub fn mutated(query: &str, random: &mut SplitMix64) -> String {
    let mut pieces: Vec<_> = pieces(query);
    for _ in 0..1 + random.below(2) {
        let at = |random: &mut SplitMix64, len: usize| usize::try_from(random.below(len as u64)).unwrap();
        let slip = SLIPS[at(random, SLIPS.len())].to_owned();
        let place = at(random, pieces.len());
        match random.below(5) {
            0 => drop(pieces.remove(place)),
            1 => pieces.insert(place, slip),
            2 => pieces[place] = slip,
            3 => pieces.truncate(place + 1),
            _ => {
                let other = at(random, pieces.len());
                pieces.swap(place, other);
            }
        }
        if pieces.is_empty() {
            break;
        }
    }
    pieces.concat()
}

/// Words and single other characters.
fn pieces(query: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut in_word = false;
    for character in query.chars() {
        let is_word = character.is_alphanumeric() || character == '_';
        match pieces.last_mut() {
            Some(piece) if is_word && in_word => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
        in_word = is_word;
    }
    pieces
}
