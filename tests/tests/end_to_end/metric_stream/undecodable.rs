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

/// A start that says how the rest of a record is read: an empty message, or a line. Without it, a damaged piece that
/// stands alone may be taken for the other format.
const STARTS: [&[u8]; 2] = [b"\0", b"{}\n"];

/// Asserts that each point is read again, and each piece set aside again for the same reason and in the same bytes.
fn assert_read_again(record: &[u8]) -> Result<(), TestCaseError> {
    for start in STARTS {
        let Pieces { records, pieces } = Pieces::of(&[start, record].concat());
        for record in records {
            let again = Pieces::of(&record);
            prop_assert_eq!((&again.records[..], again.pieces.len()), (&[record][..], 0));
        }
        for piece in pieces {
            let again = Pieces::of(&[start, &piece.0].concat());
            prop_assert!(again.pieces.contains(&piece), "{:?} {:?}", piece, again);
        }
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
    fn what_a_damaged_record_holds_is_read_again(record in mutated_record()) {
        assert_read_again(&record)?;
    }
}
