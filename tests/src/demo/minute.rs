//! From the requests of one minute to its data points.

use std::collections::BTreeMap;

use super::catalogue::FunctionSpec;
use super::point::Point;
use super::request::{Request, requests};
use super::tally::Tally;
use super::{ACCOUNT_ID, LINKED_ACCOUNT_ID, MINUTE_MS, NAMESPACE, REGION};

/// All requests of one minute, by function.
#[derive(Debug)]
pub(super) struct Minute {
    /// Minutes since 1970.
    pub(super) number: i64,
    requests: Vec<Vec<Request>>,
}

impl Minute {
    pub(super) fn simulate(functions: &[FunctionSpec], seed: u64, number: i64) -> Self {
        let functions = functions.iter().enumerate();
        let requests = functions.map(|(index, spec)| requests(spec, seed, index, number)).collect();
        Self { number, requests }
    }

    /// The points as of a publication, the region totals last.
    pub(super) fn points(&self, functions: &[FunctionSpec], publication: u8) -> Vec<Point> {
        let mut points = Vec::new();
        let mut totals: BTreeMap<&str, Tally> = BTreeMap::new();
        for (spec, requests) in functions.iter().zip(&self.requests) {
            let account_id = if spec.linked { LINKED_ACCOUNT_ID } else { ACCOUNT_ID };
            let published = requests.iter().filter(|request| request.publication <= publication);
            let sets = dimension_sets(spec, published);
            for (dimensions, tally) in &sets {
                self.append_points(account_id, dimensions, tally, &mut points);
            }
            if let Some((_, tally)) = sets.first() {
                totals.entry(account_id).or_default().merge(tally);
            }
        }
        for (account_id, tally) in &totals {
            self.append_points(account_id, &[], tally, &mut points);
        }
        points
    }

    fn append_points(
        &self,
        account_id: &str,
        dimensions: &[(String, String)],
        tally: &Tally,
        to: &mut Vec<Point>,
    ) {
        to.extend(tally.0.iter().map(|(metric, samples)| {
            let statistics = samples.statistics(*metric);
            Point {
                account_id: account_id.to_owned(),
                region: REGION.to_owned(),
                namespace: NAMESPACE.to_owned(),
                metric_name: metric.name().to_owned(),
                dimensions: dimensions.to_vec(),
                unit: metric.unit(),
                start_ms: self.number * MINUTE_MS,
                samples: statistics.samples,
                sum: statistics.sum,
                minimum: statistics.minimum,
                maximum: statistics.maximum,
                extra: statistics.extra,
            }
        }));
    }
}

type Dimensions = Vec<(String, String)>;

/// The sets that AWS/Lambda publishes a function's requests under: by name, by resource (the name, or name and
/// alias), and by executed version where the request came through an alias. The first holds all requests.
fn dimension_sets<'a>(
    spec: &FunctionSpec,
    requests: impl Iterator<Item = &'a Request>,
) -> Vec<(Dimensions, Tally)> {
    let (mut stable, mut canary) = (Tally::default(), Tally::default());
    for request in requests {
        let version = if request.canary { &mut canary } else { &mut stable };
        version.add(request.samples(spec.trigger));
    }
    let mut all = stable.clone();
    all.merge(&canary);

    let dimension = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let by_name = vec![dimension("FunctionName", &spec.name)];
    let resource =
        spec.alias.map_or_else(|| spec.name.clone(), |alias| format!("{}:{}", spec.name, alias.name));
    let by_resource = [by_name.clone(), vec![dimension("Resource", &resource)]].concat();
    let mut sets = vec![(by_name, all.clone()), (by_resource.clone(), all)];
    if let Some(alias) = spec.alias {
        let by_version =
            |version| [vec![dimension("ExecutedVersion", version)], by_resource.clone()].concat();
        sets.push((by_version(alias.version), stable));
        sets.push((by_version(alias.canary_version), canary));
    }
    sets
}
