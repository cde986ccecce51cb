//! The names that CloudWatch's metrics have in Prometheus: those of YACE (yet-another-cloudwatch-exporter 0.62.1), which
//! Grafana Cloud and the public dashboards use as well.
//!
//! What YACE has of a resource, its ARN in the label `name` and its tags, is not in a metric stream, and not here. A
//! dimension whose name Prometheus 2 would not take keeps it, as Prometheus 3 takes it; YACE leaves such a dimension out.

/// What of a statistic set becomes a series: one of the four statistics, their mean, or a further one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Statistic {
    /// Number of samples.
    SampleCount,
    /// Sum of the samples.
    Sum,
    /// Sum divided by the number; there is none where that is 0.
    Average,
    /// Smallest sample.
    Minimum,
    /// Largest sample.
    Maximum,
    /// A further one, such as `p99`, by CloudWatch's name.
    Extra(String),
}

impl Statistic {
    /// Those that every data point has.
    pub const COMMON: [Self; 5] = [Self::SampleCount, Self::Sum, Self::Average, Self::Minimum, Self::Maximum];

    /// CloudWatch's name of it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::SampleCount => "SampleCount",
            Self::Sum => "Sum",
            Self::Average => "Average",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
            Self::Extra(name) => name,
        }
    }
}

/// The name of the Prometheus metric that is one statistic of a CloudWatch metric, such as
/// `aws_lambda_duration_average`.
pub fn metric_name(namespace: &str, name: &str, statistic: &Statistic) -> String {
    let namespace = snake_case(&lower(namespace));
    let namespace = namespace.strip_prefix('_').unwrap_or(&namespace);
    // Metrics of AWS Glue, among others, repeat their namespace.
    let mut metric = &*snake_case(name);
    for part in namespace.split('_') {
        metric = metric.strip_prefix(part).unwrap_or(metric);
    }
    let metric = metric.strip_prefix('_').unwrap_or(metric);
    let aws = if namespace.starts_with("aws") { "" } else { "aws_" };
    format!("{aws}{namespace}_{metric}_{}", snake_case(statistic.as_str()))
}

/// The label that holds the value of a dimension, such as `dimension_FunctionName`.
pub fn dimension_label(dimension: &str) -> String {
    format!("dimension_{}", sanitized(dimension))
}

/// In lower case, with underscores between words.
fn snake_case(text: &str) -> String {
    let mut split = String::with_capacity(text.len() + 4);
    let mut before = '\0';
    for character in text.chars() {
        if character.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            split.push('_');
        }
        split.push(character);
        before = character;
    }
    lower(&sanitized(&split))
}

/// With underscores for the characters that CloudWatch's names have and Prometheus' had not.
fn sanitized(text: &str) -> String {
    let mut sanitized = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | ',' | '\t' | '/' | '\\' | '.' | '-' | ':' | '=' | '“' | '@' | '<' | '>' | '(' | ')' => {
                sanitized.push('_');
            }
            '%' => sanitized.push_str("_percent"),
            other => sanitized.push(other),
        }
    }
    sanitized
}

/// As Go's `strings.ToLower`: each character by itself, one for one.
fn lower(text: &str) -> String {
    text.chars().map(|character| character.to_lowercase().next().unwrap_or(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by YACE's own functions: namespace, metric, statistic, name; then dimensions and their labels.
    const NAMES: &str = include_str!("cloudwatch_names.tsv");

    #[test]
    fn names_are_those_of_yace() {
        let mut metrics = 0;
        for line in NAMES.lines() {
            let cells: Vec<_> = line.split('\t').collect();
            match cells[..] {
                ["metric", namespace, name, statistic, expected] => {
                    let statistic = Statistic::Extra(statistic.to_owned());
                    assert_eq!(metric_name(namespace, name, &statistic), expected, "{line}");
                    metrics += 1;
                }
                ["dimension", name, expected] => assert_eq!(dimension_label(name), expected, "{line}"),
                _ => panic!("{line}"),
            }
        }
        assert!(metrics > 100, "{metrics}");
    }

    #[test]
    fn statistics_have_the_names_of_the_mixin() {
        let name = |statistic| metric_name("AWS/Lambda", "ConcurrentExecutions", &statistic);
        assert_eq!(name(Statistic::SampleCount), "aws_lambda_concurrent_executions_sample_count");
        assert_eq!(name(Statistic::Extra("p99.9".into())), "aws_lambda_concurrent_executions_p99_9");
    }
}
