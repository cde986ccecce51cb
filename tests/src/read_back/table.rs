//! A table as text.

use std::fmt::Write;

/// Lines of cells as a table, the first one its head; the first `left` columns to the left, numbers to the right.
pub(super) fn table(lines: &[Vec<String>], left: usize) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut table = String::new();
    for line in lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            // Writing to a string cannot fail.
            if column < left {
                write!(table, "{cell:<width$}  ").ok();
            } else {
                write!(table, "{cell:>width$}  ").ok();
            }
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    table
}
