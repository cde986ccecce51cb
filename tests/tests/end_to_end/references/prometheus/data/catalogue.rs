//! Which series there are.

use firefly_tests::demo::SplitMix64;
use firefly_tests::remote_write::{Exemplar, Series};

use super::shapes::{self, Rhythm};

pub struct Catalogue {
    random: SplitMix64,
    start_ms: i64,
    series: Vec<Series>,
}

type Samples = Vec<(i64, f64)>;

impl Catalogue {
    pub fn new(seed: u64, start_ms: i64) -> Self {
        Self { random: SplitMix64::new(seed), start_ms, series: Vec::new() }
    }

    pub fn series(mut self) -> Vec<Series> {
        self.services();
        self.histograms();
        self.gauges();
        self.odd_values();
        self.lives();
        self.odd_names();
        self.series
    }

    fn add(&mut self, name: &str, labels: &[(&str, &str)], samples: Samples) {
        let mut labels: Vec<_> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        labels.push(("__name__".to_owned(), name.to_owned()));
        labels.sort();
        self.series.push(Series { labels, samples, ..Series::default() });
    }

    fn times(&mut self, rhythm: Rhythm) -> Vec<i64> {
        rhythm.times(&mut self.random, self.start_ms)
    }

    /// Requests of three services, what they are, and what they may have.
    fn services(&mut self) {
        for (job, instances) in [("api", 3), ("web", 2), ("batch", 1)] {
            for number in 0..instances {
                let instance = format!("{job}-{number}:9090");
                let here = [("job", job), ("instance", instance.as_str())];
                self.requests(&here);
                let times = self.times(Rhythm::every(15));
                let mut up = shapes::runs(&mut self.random, &times, &[1.0, 0.0, 1.0, 1.0], 0.02);
                if number == 1 {
                    shapes::end_and_begin_again(&mut up, 40..60);
                }
                self.add("up", &here, up);
                let version = if number == 0 { "1.2.3" } else { "1.10.0" };
                let samples = times.iter().map(|time| (*time, 1.0)).collect();
                self.add("build_info", &[here[0], here[1], ("version", version)], samples);
                let times = self.times(Rhythm::every(30).jittered(900));
                let memory = shapes::gauge(&mut self.random, &times, 2e8 + 1e7 * f64::from(number), 3e6);
                self.add("memory_bytes", &here, memory);
            }
            let times = self.times(Rhythm::every(60));
            let samples = times.iter().map(|time| (*time, 2.5e8)).collect();
            self.add("memory_limit_bytes", &[("job", job)], samples);
        }
    }

    fn requests(&mut self, here: &[(&str, &str); 2]) {
        for method in ["GET", "POST"] {
            for (code, rate) in [("200", 20.0), ("404", 2.0), ("500", 0.2)] {
                let times = self.times(Rhythm::every(15).jittered(40).missing(0.03));
                let samples =
                    shapes::counter(&mut self.random, &times, 0.01, |random| random.poisson(rate) as f64);
                let labels = [here[0], here[1], ("method", method), ("code", code)];
                self.add("http_requests_total", &labels, samples);
                if code == "500" {
                    self.exemplars();
                }
            }
        }
    }

    /// Gives the series that came last some exemplars.
    fn exemplars(&mut self) {
        let last = self.series.last_mut().unwrap();
        let random = &mut self.random;
        last.exemplars = last.samples.iter().step_by(40).map(|(time, _)| exemplar(random, *time)).collect();
    }

    /// A histogram for each of some routes; some have a flaw.
    fn histograms(&mut self) {
        const BOUNDS: [&str; 7] = ["0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf"];
        for route in ["/", "/cart", "/pay", "falls", "endless", "unread"] {
            let times = self.times(Rhythm::every(30).jittered(if route == "/pay" { 3_000 } else { 0 }));
            let mut counts = [0.0; BOUNDS.len()];
            let mut sum = 0.0;
            let mut columns: [Samples; BOUNDS.len()] = Default::default();
            let (mut sums, mut totals) = (Samples::new(), Samples::new());
            for time in times {
                for _ in 0..self.random.poisson(8.0) {
                    let seconds = self.random.log_normal(0.2, 1.4);
                    sum += seconds;
                    for (bound, count) in BOUNDS.iter().zip(&mut counts) {
                        *count += f64::from(seconds <= bound.replace("+Inf", "inf").parse::<f64>().unwrap());
                    }
                }
                for (column, count) in columns.iter_mut().zip(counts) {
                    column.push((time, count));
                }
                sums.push((time, sum));
                totals.push((time, counts[BOUNDS.len() - 1]));
            }
            if route == "falls" {
                columns[3].iter_mut().for_each(|(_, count)| *count *= 0.7);
            }
            for (bound, samples) in BOUNDS.iter().zip(columns) {
                match (route, *bound) {
                    ("endless", "+Inf") => continue,
                    ("unread", "1") => self.bucket(route, "one", samples),
                    _ => self.bucket(route, bound, samples),
                }
            }
            self.add("request_seconds_sum", &[("route", route)], sums);
            self.add("request_seconds_count", &[("route", route)], totals);
        }
    }

    fn bucket(&mut self, route: &str, bound: &str, samples: Samples) {
        self.add("request_seconds_bucket", &[("route", route), ("le", bound)], samples);
        if bound == "0.5" {
            self.exemplars();
        }
    }

    fn gauges(&mut self) {
        for (room, floor, around) in [
            ("attic", "2", -3.0),
            ("bath", "1", 24.0),
            ("cellar", "0", 8.0),
            ("hall", "0", 17.0),
            ("den", "1", 21.0),
        ] {
            let times = self.times(Rhythm::every(10).jittered(4_000).missing(0.1));
            let mut samples = shapes::gauge(&mut self.random, &times, around, 0.7);
            if room == "cellar" {
                // Nothing for longer than the lookback.
                samples.drain(100..160);
            }
            self.add("temperature_celsius", &[("room", room), ("floor", floor)], samples);
        }
        for (queue, below) in [("mail", 3), ("orders", 50), ("refunds", 1)] {
            let times = self.times(Rhythm::every(15));
            let samples = shapes::whole(&mut self.random, &times, below);
            self.add("queue_depth", &[("queue", queue)], samples);
        }
        for shop in ["north", "south"] {
            let times = self.times(Rhythm::every(480).jittered(60_000));
            let samples = shapes::gauge(&mut self.random, &times, 40.0, 9.0);
            self.add("till_balance", &[("shop", shop)], samples);
        }
        // As a gauge of a clock: for the functions of dates and times.
        let times = self.times(Rhythm::every(60));
        let days = |time: i64| (time - self.start_ms) as f64 / 60_000.0 * 11.3 * 86_400.0;
        let samples = times.iter().map(|time| (*time, 1.58e9 + days(*time))).collect();
        self.add("backup_timestamp_seconds", &[("disk", "sda")], samples);
    }

    fn odd_values(&mut self) {
        let values: [(&str, &[f64]); 10] = [
            ("nan", &[f64::NAN]),
            ("infinite", &[f64::INFINITY]),
            ("minus_infinite", &[f64::NEG_INFINITY]),
            ("minus_zero", &[-0.0, 0.0, -0.0]),
            ("tiny", &[2.3e-308, 1e-300, -1e-307]),
            ("huge", &[1.7e308, -1.7e308, 1e308]),
            ("some_nan", &[1.0, f64::NAN, 2.0, f64::NAN, f64::NAN]),
            ("some_infinite", &[1.0, f64::INFINITY, f64::NEG_INFINITY, 2.0, f64::INFINITY]),
            ("inexact", &[0.1, 0.2, 0.30000000000000004, 0.3]),
            ("wide", &[1e16, 1.0, -1e16, 3.0]),
        ];
        for (kind, values) in values {
            let times = self.times(Rhythm::every(20));
            let samples = shapes::runs(&mut self.random, &times, values, 0.5);
            self.add("odd_value", &[("kind", kind)], samples);
        }
    }

    /// Series that come and go. They are the last in order of labels, as they are the last to begin.
    fn lives(&mut self) {
        for number in 0..8 {
            let times = self.times(Rhythm::every(15));
            let mut samples = shapes::gauge(&mut self.random, &times, 0.5, 0.1);
            samples.drain(..number * 20);
            samples.truncate(140);
            if number % 2 == 0 {
                shapes::end_and_begin_again(&mut samples, 30..40);
                samples.last_mut().unwrap().1 = firefly_model::STALE_MARKER;
            }
            let pod = format!("worker-{number}");
            self.add(
                "worker_busy_ratio",
                &[("pod", &pod), ("zone", if number < 5 { "a" } else { "b" })],
                samples,
            );
        }
    }

    fn odd_names(&mut self) {
        let names = [
            ("grüße.total", [("küche.id", "größe"), ("plain", "a")]),
            ("grüße.total", [("küche.id", "日本"), ("plain", "")]),
            ("texts", [("text", "line\nbreak"), ("quote", "\"double\" and 'single'")]),
            ("texts", [("text", "back\\slash"), ("quote", "`back`")]),
            ("texts", [("text", "tab\tand \u{7f}"), ("quote", "🦗")]),
        ];
        for (name, labels) in names {
            let times = self.times(Rhythm::every(60));
            let samples = shapes::counter(&mut self.random, &times, 0.05, |random| random.below(7) as f64);
            let labels: Vec<_> = labels.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            self.add(name, &labels, samples);
        }
    }
}

fn exemplar(random: &mut SplitMix64, time_ms: i64) -> Exemplar {
    let trace_id = format!("{:016x}{:016x}", random.next_u64(), random.next_u64());
    let labels = vec![("trace_id".to_owned(), trace_id)];
    Exemplar { labels, time: time_ms, value: random.log_normal(0.2, 1.0) }
}
