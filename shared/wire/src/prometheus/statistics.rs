//! Statistics of a query, `stats=true`.

use serde::Serialize;

/// What a query took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryStatistics {
    /// Times.
    pub timings: QueryTimings,
    /// Samples.
    pub samples: QuerySamples,
}

/// Times, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryTimings {
    /// Reading and evaluating.
    pub eval_total_time: f64,
    /// Sorting the result; part of the evaluation here.
    pub result_sort_time: f64,
    /// Reading the samples.
    pub query_preparation_time: f64,
    /// Evaluating.
    pub inner_eval_time: f64,
    /// Waiting; there is no queue here.
    pub exec_queue_time: f64,
    /// All of it.
    pub exec_total_time: f64,
}

/// Numbers of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuerySamples {
    /// Those that selectors looked at, in each step those of its window.
    pub total_queryable_samples: u64,
    /// Those that were read.
    pub samples_read: u64,
    /// The most that were held at once.
    pub peak_samples: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::to_go_json;

    #[test]
    fn have_the_names_and_the_order_of_prometheus() {
        let timings =
            QueryTimings { eval_total_time: 5.2e-5, result_sort_time: 6.51e-7, ..QueryTimings::default() };
        let samples = QuerySamples { total_queryable_samples: 3, samples_read: 2, peak_samples: 1 };
        assert_eq!(
            to_go_json(&QueryStatistics { timings, samples }),
            "{\"timings\":{\"evalTotalTime\":0.000052,\"resultSortTime\":6.51e-07,\"queryPreparationTime\":0,\
             \"innerEvalTime\":0,\"execQueueTime\":0,\"execTotalTime\":0},\"samples\":{\"totalQueryableSamples\":3,\
             \"samplesRead\":2,\"peakSamples\":1}}"
        );
    }
}
