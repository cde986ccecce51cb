//! Aggregations: a vector's series in groups, each group one series or the greatest of its own.

mod columns;
mod count_values;
mod groups;
mod parameter;
mod top;

#[cfg(test)]
mod tests;

use crate::evaluate::{Evaluated, StepSeries};
use crate::parser::{Aggregate, AggregateOp, Span};
use crate::{Annotations, QueryError};

use columns::{Average, Count, Deviation, Group, Maximum, Minimum, Sum, Variance, fold, quantiles};
use count_values::count_values;
use groups::Groups;
use top::{Wanted, top};

/// Aggregates a vector.
///
/// The parameter is that of `topk`, `bottomk` and `quantile`, a number for each step, or the text of `count_values`. The
/// series of `topk` and `bottomk` in the one step of an instant query are in the order in which it shows them.
///
/// # Errors
///
/// If the parameter is none for the aggregation.
pub(crate) fn aggregate(
    node: &Aggregate,
    span: Span,
    series: Vec<StepSeries>,
    parameter: Option<Evaluated>,
    is_range: bool,
    steps: usize,
    annotations: &mut Annotations,
) -> Result<Vec<StepSeries>, QueryError> {
    let wanted = match node.op {
        AggregateOp::CountValues => return count_values(&series, &node.grouping, parameter, steps),
        AggregateOp::Topk => Wanted::Greatest,
        AggregateOp::Bottomk => Wanted::Least,
        _ => {
            let ranks = parameter::numbers(parameter);
            if node.op == AggregateOp::Quantile {
                parameter::check_ranks(node, span, &ranks, annotations);
            }
            return Ok(one_of_each_group(node, series, &ranks, steps));
        }
    };
    let groups = Groups::new(&series, &node.grouping);
    let counts = parameter::counts(&parameter::numbers(parameter))?;
    let is_instant = !is_range && steps == 1;
    Ok(counts.map_or_else(Vec::new, |counts| top(series, &groups, &counts, wanted, is_instant)))
}

/// A series for each group.
fn one_of_each_group(
    node: &Aggregate,
    mut series: Vec<StepSeries>,
    ranks: &[f64],
    steps: usize,
) -> Vec<StepSeries> {
    let groups = Groups::new(&series, &node.grouping);
    let drops_name = groups.drop_names(&series, steps);
    let columns = match node.op {
        AggregateOp::Sum => fold::<Sum>(&mut series, &groups, steps),
        AggregateOp::Avg => fold::<Average>(&mut series, &groups, steps),
        AggregateOp::Count => fold::<Count>(&mut series, &groups, steps),
        AggregateOp::Min => fold::<Minimum>(&mut series, &groups, steps),
        AggregateOp::Max => fold::<Maximum>(&mut series, &groups, steps),
        AggregateOp::Stddev => fold::<Deviation>(&mut series, &groups, steps),
        AggregateOp::Stdvar => fold::<Variance>(&mut series, &groups, steps),
        AggregateOp::Quantile => quantiles(&series, &groups, ranks),
        _ => fold::<Group>(&mut series, &groups, steps),
    };
    let results = groups.labels.into_iter().zip(columns).zip(drops_name);
    let results = results.map(|((labels, values), drops_name)| StepSeries { labels, drops_name, values });
    results.filter(StepSeries::has_values).collect()
}
