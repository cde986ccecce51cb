//! The pieces of an export or write that are refused: set aside as far as there is room, and named to the sender.

use std::fmt::Display;

use firefly_model::DeadLetter;

use crate::limits;
use crate::otlp::PartialSuccess;

/// How many reasons a sender is told; the others are like these, mostly.
const NAMED: usize = 5;

/// Characters of a name that a reason repeats.
const NAME_CHARS: usize = 100;

/// What was refused of an export or write.
#[derive(Debug, Default)]
pub struct Refusals {
    /// What is kept of it: at most as many pieces, and as many bytes, as of a delivery of metrics.
    pub dead_letters: Vec<DeadLetter>,
    count: usize,
    rejected: usize,
    bytes: usize,
    reasons: Vec<String>,
}

impl Refusals {
    /// How many pieces were refused.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many spans, data points or samples were in them that are rejected.
    pub fn rejected(&self) -> usize {
        self.rejected
    }

    /// Refuses a piece, of which so many spans, data points or samples are `rejected`: `what` says of what kind it is,
    /// `request` makes the request that holds it alone, and says how long all of that is.
    pub fn refuse(
        &mut self,
        what: &str,
        name: &str,
        rejected: usize,
        why: &impl Display,
        request: impl FnOnce() -> (Vec<u8>, usize),
    ) {
        self.count += 1;
        self.rejected = self.rejected.saturating_add(rejected);
        let is_named = self.reasons.len() < NAMED;
        let is_full =
            self.dead_letters.len() >= limits::DEAD_LETTERS || self.bytes >= limits::DEAD_LETTER_BYTES;
        if !is_named && is_full {
            return;
        }
        let short = name.char_indices().nth(NAME_CHARS).map_or(name, |(cut, _)| &name[..cut]);
        let reason = format!("{what} {short:?}: {why}");
        if !is_full {
            let (bytes, size_bytes) = request();
            self.bytes += bytes.len();
            self.dead_letters.push(DeadLetter { reason: reason.clone(), bytes, size_bytes });
        }
        if is_named {
            self.reasons.push(reason);
        }
    }

    /// What the sender is told, if anything was refused.
    pub fn message(&self) -> Option<String> {
        if self.count == 0 {
            return None;
        }
        let mut message = self.reasons.join("; ");
        if self.count > self.reasons.len() {
            message += &format!("; and {} more", self.count - self.reasons.len());
        }
        Some(message)
    }

    /// The same, as OTLP has it.
    pub fn partial_success(&self) -> Option<PartialSuccess> {
        let rejected = self.rejected;
        self.message().map(|error_message| PartialSuccess { rejected, error_message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(refusals: &mut Refusals, count: usize, bytes: usize) {
        for number in 0..count {
            refusals.refuse("span", &number.to_string(), 1, &"odd", || (vec![0; bytes], bytes));
        }
    }

    #[test]
    fn the_first_are_named_and_the_others_counted() {
        let mut refusals = Refusals::default();
        assert_eq!(refusals.partial_success(), None);
        refusals.refuse("span", &"é".repeat(200), 1, &"its end", || (vec![], 0));
        let name = "é".repeat(100);
        let message = format!("span \"{name}\": its end");
        assert_eq!(refusals.partial_success().unwrap().error_message, message);
        refuse(&mut refusals, 6, 1);
        let partial = refusals.partial_success().unwrap();
        assert_eq!(partial.rejected, 7);
        assert!(partial.error_message.ends_with(r#"span "3": odd; and 2 more"#), "{partial:?}");
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let mut refusals = Refusals::default();
        refuse(&mut refusals, limits::DEAD_LETTERS + 5, 1);
        assert_eq!(refusals.dead_letters.len(), limits::DEAD_LETTERS);
        assert_eq!(refusals.count(), limits::DEAD_LETTERS + 5);
        let mut large = Refusals::default();
        refuse(&mut large, 10, limits::RECORD_BYTES);
        assert_eq!(large.dead_letters.len(), 4);
    }
}
