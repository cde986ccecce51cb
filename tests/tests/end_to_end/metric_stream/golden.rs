use super::fixtures::{Decoded, cases};

#[test]
fn every_format_of_a_case_yields_the_same_data_points() {
    for case in cases() {
        for (file, record) in &case.records {
            assert_eq!(Decoded::of(record), case.expected, "{file} of {}", case.name);
        }
    }
}
