//! What is set aside can be sent again: as a record, it is read the same way.

use firefly_wire::metric_stream::{DataPoint, Sink, Undecodable, decode_record};
use proptest::prelude::*;

use super::fixtures::cases;
use super::mutation::mutated_record;

/// Every point of a record as a record of its own, and the pieces that are left, with the reason of each.
#[derive(Debug, Default)]
struct Pieces {
    records: Vec<Vec<u8>>,
    pieces: Vec<(Vec<u8>, String)>,
}

impl Pieces {
    fn of(record: &[u8]) -> Self {
        let mut pieces = Self::default();
        decode_record(record, &mut pieces);
        pieces
    }
}

impl Sink for Pieces {
    fn data_point(&mut self, point: &DataPoint<'_>) {
        self.records.push(point.to_record().into_owned());
    }

    fn undecodable(&mut self, piece: &[u8], reason: Undecodable) {
        self.pieces.push((piece.to_vec(), reason.to_string()));
    }

    fn ignored(&mut self) {}
}

/// A record of text is read as lines. A piece out of the middle of a record that is damaged may look like the other
/// kind when it stands alone; what it is then taken for is left open.
fn looks_like_text(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start = &text[..text.len().min(64)];
    let is_object = matches!(start, [b'{', second, ..] if matches!(second, b'"' | b'}'));
    is_object || start.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// Asserts that each piece is set aside again, for the same reason and in the same bytes.
fn assert_set_aside_again(record: &[u8]) -> Result<(), TestCaseError> {
    let Pieces { records, pieces } = Pieces::of(record);
    for record in records {
        let again = Pieces::of(&record);
        prop_assert_eq!((&again.records[..], again.pieces.len()), (&[record][..], 0));
    }
    for (piece, reason) in pieces {
        if looks_like_text(&piece) != looks_like_text(record) {
            continue;
        }
        let again = Pieces::of(&piece);
        prop_assert!(
            again.pieces.contains(&(piece.clone(), reason.clone())),
            "{:?} {} {:?}",
            piece,
            reason,
            again
        );
    }
    Ok(())
}

#[test]
fn what_the_fixtures_leave_is_set_aside_again() {
    for (file, record) in cases().into_iter().flat_map(|case| case.records) {
        for (piece, reason) in Pieces::of(&record).pieces {
            let again = Pieces::of(&piece);
            assert_eq!(again.pieces, [(piece, reason)], "{file}");
        }
    }
}

proptest! {
    #[test]
    fn what_a_damaged_record_leaves_is_set_aside_again(record in mutated_record()) {
        assert_set_aside_again(&record)?;
    }
}
