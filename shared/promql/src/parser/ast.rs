//! Expressions, with where in the text they stand.

use firefly_model::selection::Matcher;

use super::{Length, Signature};

/// A part of the text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
}

impl Span {
    /// `line:column` of its beginning, both from 1, the column in bytes.
    pub fn position_in(self, query: &str) -> String {
        let before = query.as_bytes().get(..self.start).unwrap_or(query.as_bytes());
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("{line}:{}", before.len() - line_start + 1)
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, as Prometheus reports it.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `1.5`, `5m`, `0x1f`, `Inf`: its value, in seconds if it is a duration, and how it was written.
    Number(f64, Notation),
    /// `"text"`
    String(String),
    /// `up{job="shop"} offset 5m`
    Vector(VectorSelector),
    /// `up{job="shop"}[5m]`
    Matrix(MatrixSelector),
    /// `(…)[1h:5m]`
    Subquery(Subquery),
    /// `rate(…)`
    Call(Call),
    /// `sum by (job) (…)`
    Aggregate(Aggregate),
    /// `… + …`
    Binary(Binary),
    /// `-…`; a plus sign leaves no trace of itself but in the text
    Minus(Box<Expr>),
    /// `+…`
    Plus(Box<Expr>),
    /// `(…)`
    Paren(Box<Expr>),
}

/// How a number was written; of no meaning but for printing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `300`
    Plain,
    /// `5m`
    Duration,
}

/// The type of an expression's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A number.
    Scalar,
    /// Series with one value each.
    Vector,
    /// Series with their values in a window.
    Matrix,
    /// A text.
    String,
}

impl ValueType {
    /// As Prometheus' documentation calls it, and most of its errors.
    pub fn documented(self) -> &'static str {
        match self {
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
            other => other.as_str(),
        }
    }

    /// As Prometheus writes it, in answers and some errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
            Self::String => "string",
        }
    }
}

/// A selector of series.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSelector {
    /// The name before the braces; empty without one, even if a matcher names the metric.
    pub name: String,
    /// All conditions in the order of the text, then that on the name before the braces.
    pub matchers: Vec<Matcher>,
    /// `offset`, in milliseconds; may be negative.
    pub offset_ms: i64,
    /// `@`
    pub at: Option<At>,
    /// What `offset` is computed from, if it is; `offset_ms` is 0 then until [`super::with_lengths`].
    pub offset_length: Option<Box<Length>>,
}

/// What `@` sets the time of evaluation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Milliseconds since the Unix epoch.
    Time(i64),
    /// `start()`, of the query.
    Start,
    /// `end()`, of the query.
    End,
}

/// A selector of series with their values in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSelector {
    /// The series; `offset` and `@` are here.
    pub selector: VectorSelector,
    /// Length of the window in milliseconds; 0 if it is shorter than one, so that nothing is in it.
    pub window_ms: i64,
    /// What the window is computed from, if it is; `window_ms` is 0 then until [`super::with_lengths`].
    pub window_length: Option<Box<Length>>,
}

/// An expression evaluated at steps in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// What is evaluated.
    pub expr: Box<Expr>,
    /// Length of the window in milliseconds; 0 if it is shorter than one, so that nothing is in it.
    pub window_ms: i64,
    /// From one evaluation to the next, in milliseconds; None for the default.
    pub step_ms: Option<i64>,
    /// `offset`, in milliseconds; may be negative.
    pub offset_ms: i64,
    /// `@`
    pub at: Option<At>,
    /// What the window, the step and the offset are computed from, if they are, as with selectors.
    pub lengths: SubqueryLengths,
}

/// What the lengths of a subquery are computed from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubqueryLengths {
    /// Of the window.
    pub window: Option<Box<Length>>,
    /// Of the step.
    pub step: Option<Box<Length>>,
    /// Of the offset.
    pub offset: Option<Box<Length>>,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: &'static Signature,
    /// Its arguments, of the types that it takes.
    pub args: Vec<Expr>,
}

/// An aggregation.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// How.
    pub op: AggregateOp,
    /// What is aggregated, a vector.
    pub expr: Box<Expr>,
    /// The parameter of `topk`, `bottomk`, `quantile` (a scalar) and `count_values` (a string).
    pub parameter: Option<Box<Expr>>,
    /// By which labels.
    pub grouping: Grouping,
}

/// Into which groups an aggregation puts its series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `by (…)`: of equal values of these labels; without any, a single group.
    By(Vec<String>),
    /// `without (…)`: of equal values of all labels but these and the name.
    Without(Vec<String>),
}

/// The stable aggregations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are PromQL's own names")]
pub enum AggregateOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
}

impl AggregateOp {
    /// As it is written in PromQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Count => "count",
            Self::Min => "min",
            Self::Max => "max",
            Self::Group => "group",
            Self::Stddev => "stddev",
            Self::Stdvar => "stdvar",
            Self::Topk => "topk",
            Self::Bottomk => "bottomk",
            Self::CountValues => "count_values",
            Self::Quantile => "quantile",
        }
    }
}

/// A binary operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The operation.
    pub op: BinaryOp,
    /// Left operand.
    pub lhs: Box<Expr>,
    /// Right operand.
    pub rhs: Box<Expr>,
    /// `bool`: a comparison yields 0 or 1 instead of filtering.
    pub is_bool: bool,
    /// How the series of two vectors are matched; None unless both operands are vectors.
    pub matching: Option<VectorMatching>,
}

/// Binary operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are arithmetic's own names")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Unless,
    /// `</`, of native histograms only.
    TrimUpper,
    /// `>/`, of native histograms only.
    TrimLower,
}

impl BinaryOp {
    /// As it is written in PromQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Power => "^",
            Self::Atan2 => "atan2",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
        }
    }

    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    /// Whether it is of sets.
    pub fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }
}

/// How series of two vectors find each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorMatching {
    /// How many on either side.
    pub cardinality: Cardinality,
    /// `on (…)` rather than `ignoring (…)`.
    pub is_on: bool,
    /// The labels of `on` or `ignoring`.
    pub labels: Vec<String>,
    /// The labels of `group_left` or `group_right`, taken from the side of the one.
    pub include: Vec<String>,
}

/// How many series of one side belong to how many of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// The default.
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
    /// Of operations of sets.
    ManyToMany,
}

impl Expr {
    /// The type of its value.
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            ExprKind::Number(..) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Vector(_) | ExprKind::Aggregate(_) => ValueType::Vector,
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => ValueType::Matrix,
            ExprKind::Call(call) => call.function.returns,
            ExprKind::Binary(binary) => match (binary.lhs.value_type(), binary.rhs.value_type()) {
                (ValueType::Scalar, ValueType::Scalar) => ValueType::Scalar,
                _ => ValueType::Vector,
            },
            ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => expr.value_type(),
        }
    }

    /// The expression within any parentheses.
    pub fn unwrapped(&self) -> &Self {
        match &self.kind {
            ExprKind::Paren(expr) => expr.unwrapped(),
            _ => self,
        }
    }
}
