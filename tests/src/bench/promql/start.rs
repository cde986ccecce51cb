//! Cold start of the function, and the size of what Lambda loads.

use anyhow::Result;

use super::asked::Asked;
use super::panels::Panel;
use super::query::{NAME, start};
use crate::bench::Settings;
use crate::bench::report::Report;
use crate::bench::start::{Starts, report_size};
use crate::test_database::TestDatabase;

pub(in crate::bench) async fn run(
    database: &TestDatabase,
    settings: &Settings,
    report: &mut Report,
) -> Result<()> {
    let question = Panel {
        name: "names of metrics",
        path: "api/v1/label/__name__/values".to_owned(),
        parameters: Vec::new(),
    };
    let mut starts = Starts::default();
    for _ in 0..settings.repetitions(5, 40) {
        let function = start(database).await?;
        let asked = Asked::new(&function.url())?;
        starts.add(&function, async { asked.ask(&question).await.map(drop) }).await?;
        function.stop().await;
    }
    starts.report(NAME, report);
    report_size(NAME, report)
}
