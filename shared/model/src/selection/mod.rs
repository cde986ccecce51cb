//! What a reader of metrics asks for, and what it gets: labels, matchers, samples in time.
//!
//! Every stored series appears here as Prometheus has it: a name and labels, and samples. A CloudWatch series appears
//! as several, one for each statistic.

mod go_float;
mod go_quote;
mod labels;
mod matcher;
mod re2;
mod request;
mod series;

pub use go_float::{GoFloat, append_go_float, format_go_float, format_go_float_rounded, parse_go_float};
pub use go_quote::{is_go_printable, push_go_escaped, quote_go};
pub use labels::{Labels, METRIC_NAME};
pub use matcher::{MatchOp, Matcher, MatcherError};
pub use re2::CapturingRegex;
pub use request::{Limits, Look, Selection, Times, WindowFunction};
pub use series::{
    ABSENT, LabelledPoint, LabelledPoints, Point, Samples, SelectedSeries, Visibility, is_absent,
};
