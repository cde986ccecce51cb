//! Texts that are held once.

use std::collections::HashSet;
use std::sync::Arc;

/// What a shared text costs besides its bytes: counts, and a place in the set.
const OVERHEAD_BYTES: usize = 40;

/// Every text that the catalogue holds.
#[derive(Default)]
pub(super) struct Texts {
    texts: HashSet<Arc<str>>,
    bytes: usize,
}

impl Texts {
    /// The one copy of a text. Two of them are the same text if they lie in the same place, and only then.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.texts.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.bytes += text.len() + OVERHEAD_BYTES;
        self.texts.insert(Arc::clone(&shared));
        shared
    }

    /// Memory that they take, roughly.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
