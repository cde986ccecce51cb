//! Words that are more than names.

use crate::parser::token::{Aggregator, Keyword, Operator, Preprocessor, TokenKind};
use crate::parser::{AggregateOp, BinaryOp};

/// What a word means, in any case of its letters; None if it is just a name.
pub(super) fn keyword(word: &str) -> Option<TokenKind> {
    let word = word.to_ascii_lowercase();
    let operator = |op| TokenKind::Operator(Operator::Binary(op));
    let aggregator = |op| TokenKind::Aggregator(Aggregator::Stable(op));
    Some(match word.as_str() {
        "and" => operator(BinaryOp::And),
        "or" => operator(BinaryOp::Or),
        "unless" => operator(BinaryOp::Unless),
        "atan2" => operator(BinaryOp::Atan2),
        "sum" => aggregator(AggregateOp::Sum),
        "avg" => aggregator(AggregateOp::Avg),
        "count" => aggregator(AggregateOp::Count),
        "min" => aggregator(AggregateOp::Min),
        "max" => aggregator(AggregateOp::Max),
        "group" => aggregator(AggregateOp::Group),
        "stddev" => aggregator(AggregateOp::Stddev),
        "stdvar" => aggregator(AggregateOp::Stdvar),
        "topk" => aggregator(AggregateOp::Topk),
        "bottomk" => aggregator(AggregateOp::Bottomk),
        "count_values" => aggregator(AggregateOp::CountValues),
        "quantile" => aggregator(AggregateOp::Quantile),
        "limitk" => TokenKind::Aggregator(Aggregator::LimitK),
        "limit_ratio" => TokenKind::Aggregator(Aggregator::LimitRatio),
        "inf" | "nan" => TokenKind::Number,
        "start" => TokenKind::Preprocessor(Preprocessor::Start),
        "end" => TokenKind::Preprocessor(Preprocessor::End),
        other => return duration_keyword(other).or_else(|| modifier(other)),
    })
}

/// What a word means within brackets, in lower case.
pub(super) fn duration_keyword(word: &str) -> Option<TokenKind> {
    Some(TokenKind::Preprocessor(match word {
        "step" => Preprocessor::Step,
        "range" => Preprocessor::Range,
        "max_of" => Preprocessor::MaxOf,
        "min_of" => Preprocessor::MinOf,
        _ => return None,
    }))
}

fn modifier(word: &str) -> Option<TokenKind> {
    Some(TokenKind::Keyword(match word {
        "anchored" => Keyword::Anchored,
        "bool" => Keyword::Bool,
        "by" => Keyword::By,
        "fill" => Keyword::Fill,
        "fill_left" => Keyword::FillLeft,
        "fill_right" => Keyword::FillRight,
        "group_left" => Keyword::GroupLeft,
        "group_right" => Keyword::GroupRight,
        "ignoring" => Keyword::Ignoring,
        "offset" => Keyword::Offset,
        "on" => Keyword::On,
        "smoothed" => Keyword::Smoothed,
        "without" => Keyword::Without,
        _ => return None,
    }))
}
