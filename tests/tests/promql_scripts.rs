//! The scripts of PromQL in `fixtures/promql`, on a storage in memory.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::fs;
use std::path::Path;

use firefly_tests::promql_script::{MemoryStorage, run};

#[tokio::test]
async fn scripts_are_answered_from_memory() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/promql");
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "test") {
            continue;
        }
        count += 1;
        let script = fs::read_to_string(&path).unwrap();
        if let Err(error) = run(&script, &mut MemoryStorage::default()).await {
            failures.push(format!("{}: {error:#}", path.display()));
        }
    }
    assert!(count > 10, "there are only {count} scripts");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
