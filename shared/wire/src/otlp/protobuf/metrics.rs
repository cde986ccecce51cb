//! `ExportMetricsServiceRequest`.

use super::{attributes, metric};
use crate::otlp::fault::{Budget, Unreadable};
use crate::otlp::metrics::translate::{ScopeLabels, Target, Translator};
use crate::otlp::source::{MetricSource, Parts, Sent};
use crate::protobuf::{Field, Fields, last_field};

/// `ExportMetricsServiceRequest`.
pub(crate) fn decode_metrics(body: &[u8], translator: &mut Translator<'_>) -> Result<(), Unreadable> {
    let mut budget = Budget::new();
    for field in Fields::of(body) {
        let field = field?;
        if field.number == 1 {
            resource_metrics(field.message()?, &mut budget, translator)?;
        }
    }
    Ok(())
}

/// `ResourceMetrics`.
fn resource_metrics(
    message: &[u8],
    budget: &mut Budget,
    translator: &mut Translator<'_>,
) -> Result<(), Unreadable> {
    let resource = last_field(message, 1)?.map_or(Ok(&[][..]), Field::message)?;
    let resource_schema_url = last_field(message, 3)?.map_or(Ok(&[][..]), Field::message)?;
    let mut target = Target::of(attributes::resource(resource, resource_schema_url, budget));
    for field in Fields::of(message) {
        let field = field?;
        if field.number != 2 {
            continue;
        }
        let scope_metrics = field.message()?;
        let scope = last_field(scope_metrics, 1)?.map_or(Ok(&[][..]), Field::message)?;
        let scope_schema_url = last_field(scope_metrics, 3)?.map_or(Ok(&[][..]), Field::message)?;
        let scope_labels = ScopeLabels::of(attributes::scope(scope, scope_schema_url, budget));
        for field in Fields::of(scope_metrics) {
            let field = field?;
            if field.number != 2 {
                continue;
            }
            let piece = field.message()?;
            let decoded = metric::metric(piece, budget);
            budget.check()?;
            let parts = Parts { resource, resource_schema_url, scope, scope_schema_url, piece };
            let source = MetricSource(Sent::Protobuf(parts));
            translator.metric(decoded, &mut target, &scope_labels, &source);
        }
    }
    budget.check()?;
    translator.end(target);
    Ok(())
}
