//! Records that once were good.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::fixtures::cases;

/// A change to some bytes.
#[derive(Clone, Debug)]
enum Mutation {
    Set(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    Repeat(Index, Index),
    Truncate(Index),
}

fn any_mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let interesting = prop_oneof![vec(any::<u8>(), 1..12), Just(vec![0xff; 10]), Just(b"{\n[\"".to_vec())];
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (at(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        (at(), interesting).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (at(), at()).prop_map(|(from, to)| Mutation::Remove(from, to)),
        (at(), at()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        at().prop_map(Mutation::Truncate),
    ]
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        // One past the end is a place too.
        let place = |index: &Index| index.index(bytes.len() + 1);
        let range = |from: &Index, to: &Index| place(from).min(place(to))..place(from).max(place(to));
        match self {
            Self::Set(at, byte) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [*byte]);
            }
            Self::Flip(at, bit) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Insert(at, inserted) => {
                let at = place(at);
                bytes.splice(at..at, inserted.iter().copied());
            }
            Self::Remove(from, to) => {
                bytes.drain(range(from, to));
            }
            Self::Repeat(from, to) => {
                let range = range(from, to);
                let repeated = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, repeated);
            }
            Self::Truncate(at) => bytes.truncate(place(at)),
        }
    }
}

/// One of the fixtures' records after some changes.
pub fn mutated_record() -> impl Strategy<Value = Vec<u8>> {
    let records: Vec<_> =
        cases().into_iter().flat_map(|case| case.records).map(|(_, record)| record).collect();
    mutated(select(records))
}

/// These bytes after some changes.
pub fn mutated(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (bytes, vec(any_mutation(), 0..6)).prop_map(|(mut bytes, mutations)| {
        for mutation in mutations {
            mutation.apply(&mut bytes);
        }
        bytes
    })
}
