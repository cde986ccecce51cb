//! Measures Firefly against its own limits and prints a table. `scripts/bench` gives it a database.

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use firefly_tests::bench::{Part, Settings, run};

/// Measure Firefly.
#[derive(Parser)]
struct Arguments {
    /// What to measure; all of it by default.
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Few repetitions, to see that everything works.
    #[arg(long)]
    quick: bool,
    /// Fail if a limit is missed.
    #[arg(long)]
    check: bool,
    /// Print the table in Markdown.
    #[arg(long)]
    markdown: bool,
    /// The command that runs VictoriaMetrics, its words separated by spaces.
    #[arg(long, value_name = "COMMAND")]
    victoria_metrics: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let parts = if arguments.parts.is_empty() { Part::value_variants() } else { &arguments.parts };
    let words = |command: &String| command.split_whitespace().map(str::to_owned).collect();
    let settings =
        Settings { quick: arguments.quick, victoria_metrics: arguments.victoria_metrics.as_ref().map(words) };
    let report = run(parts, &settings).await?;
    print!("{}", if arguments.markdown { report.to_markdown() } else { report.to_text() });
    let failed = arguments.check && !report.is_met();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
