//! What a dashboard asks.

use super::day::Day;

/// How a panel is asked for: path and parameters.
pub(super) struct Panel {
    pub(super) name: &'static str,
    pub(super) path: String,
    pub(super) parameters: Vec<(&'static str, String)>,
}

const HOUR_S: i64 = 3_600;

/// The panels on this day; each turn asks about another function.
pub(super) fn panels(day: &Day, turn: usize) -> Vec<Panel> {
    let function = Day::function_name(turn * 37 % day.functions);
    let (start_s, end_s) = (day.start_ms / 1_000, day.last_ms() / 1_000);
    vec![
        range(
            "one function over 24 h",
            format!("aws_lambda_invocations_sum{{dimension_FunctionName=\"{function}\"}}"),
            [start_s, end_s, 60],
        ),
        range(
            "invocations by function, all of them over 6 h",
            "sum by (dimension_FunctionName) (aws_lambda_invocations_sum)".to_owned(),
            [(end_s - 6 * HOUR_S).max(start_s), end_s, 60],
        ),
        Panel {
            name: "top 10 by errors of the last hour",
            path: "api/v1/query".to_owned(),
            parameters: vec![
                (
                    "query",
                    "topk(10, sum by (dimension_FunctionName) (sum_over_time(aws_lambda_errors_sum[1h])))"
                        .to_owned(),
                ),
                ("time", end_s.to_string()),
            ],
        },
        range(
            "p99 of one function over 24 h",
            format!("aws_lambda_duration_p99{{dimension_FunctionName=\"{function}\"}}"),
            [start_s, end_s, 60],
        ),
        range(
            "highest p99 of all functions over 24 h, every 5 min",
            "max(aws_lambda_duration_p99)".to_owned(),
            [start_s, end_s, 300],
        ),
        Panel {
            name: "names of functions",
            path: "api/v1/label/dimension_FunctionName/values".to_owned(),
            parameters: vec![
                ("match[]", "aws_lambda_invocations_sum".to_owned()),
                ("start", start_s.to_string()),
                ("end", end_s.to_string()),
            ],
        },
    ]
}

fn range(name: &'static str, query: String, [start_s, end_s, step_s]: [i64; 3]) -> Panel {
    let parameters = vec![
        ("query", query),
        ("start", start_s.to_string()),
        ("end", end_s.to_string()),
        ("step", step_s.to_string()),
    ];
    Panel { name, path: "api/v1/query_range".to_owned(), parameters }
}
