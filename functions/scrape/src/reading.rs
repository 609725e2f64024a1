//! What came of reading a target.

use chiron_model::{MetricKind, MetricOwner, MetricSeries, MetricType, Sample, Timestamp};
use std::{collections::BTreeMap, fmt};

/// Problems of one target that are told; more are only counted.
const TOLD: usize = 20;

/// Something that was not read, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The target: an address without credentials, or a path.
    pub target: String,
    /// The query, when it is about one.
    pub query: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.query {
            Some(query) => write!(f, "query {query}: {}", self.reason),
            None if self.reason.contains(&self.target) => f.write_str(&self.reason),
            None => write!(f, "{}: {}", self.target, self.reason),
        }
    }
}

/// What came of reading a target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The target.
    pub target: String,
    /// Whether it answered; otherwise it is to be read again.
    pub is_reached: bool,
    /// What it told.
    pub series: Vec<MetricSeries>,
    /// The first things that went wrong.
    pub problems: Vec<Problem>,
    /// All things that went wrong.
    pub problem_count: u64,
}

impl Reading {
    /// Nothing yet, of a target that answers.
    pub(crate) fn of(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            is_reached: true,
            series: Vec::new(),
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Notes that a query, or the target as a whole, was not read, or not whole.
    pub(crate) fn trouble(&mut self, query: Option<&str>, reason: impl fmt::Display) {
        self.problem_count += 1;
        if self.problems.len() < TOLD {
            let (target, query) = (self.target.clone(), query.map(str::to_owned));
            self.problems.push(Problem { target, query, reason: reason.to_string() });
        }
    }

    /// Nothing of it counts: it is to be read again as a whole.
    pub(crate) fn lost(mut self) -> Self {
        self.is_reached = false;
        self.series.clear();
        self
    }

    /// What the scrape tells of itself: whether the target answered, and how much went wrong.
    pub(crate) fn of_itself(&self, at: Timestamp) -> [MetricSeries; 2] {
        let tell = |name: &str, unit: &str, value: f64| MetricSeries {
            name: format!("chiron:{name}"),
            labels: BTreeMap::from([("target".to_owned(), self.target.clone())]),
            ty: MetricType::Custom,
            kind: MetricKind::Gauge,
            unit: unit.to_owned(),
            owner: MetricOwner::default(),
            samples: vec![Sample { at, value }],
        };
        #[expect(clippy::cast_precision_loss, reason = "lines of a file are far below 2^52")]
        let problems = self.problem_count as f64;
        [
            tell("scrape_up", "targets", f64::from(u8::from(self.is_reached))),
            tell("scrape_problems", "problems", problems),
        ]
    }
}
