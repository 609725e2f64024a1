//! Asks what is too much in parts: first by namespace, then by pod, else by the job and the instance of the target.

use super::{
    Answer, Client, ClientError, Shape, Span,
    selectors::{Selectors, matcher},
};
use chiron_model::MetricSeries;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Labels that a question is cut by, in this order.
const LABELS: &[&str] = &["namespace", "pod", "job", "instance"];
/// Requests that one question may take.
const MAX_REQUESTS: usize = 256;
/// A question may give so many times the series of one answer, in parts.
const MAX_PAGES: usize = 10;

/// Expressions look so far back, by `[1h]` say.
const LOOKBACK: Duration = Duration::from_hours(1);

/// A part of a question: only what has one of these values of a label.
#[derive(Clone, Debug)]
struct Part {
    /// The question that is cut, with the matchers of the labels before.
    query: String,
    /// Labels that it was cut by, and the values of this part. Series without the label have the empty one. All but the
    /// last label have one value, which is in the question already.
    cuts: Vec<(&'static str, Vec<String>)>,
    /// Selectors that have the last label at all; the others are left as they are.
    restricted: BTreeSet<usize>,
}

/// Who is asked, and for which times.
pub(super) struct Paging<'a> {
    pub client: &'a Client,
    pub shape: Shape,
}

impl Paging<'_> {
    /// Asks `query`; in parts when the answer is too large.
    ///
    /// # Errors
    /// What the server says to a part, or that the question cannot be cut because its result does not have the labels.
    pub(super) async fn ask(&self, query: &str) -> Result<Answer, ClientError> {
        let whole = Part { query: query.to_owned(), cuts: Vec::new(), restricted: BTreeSet::new() };
        let (mut parts, mut answer) = (vec![whole], Answer::default());
        let limit = self.client.max_series() * MAX_PAGES;
        for _ in 0..MAX_REQUESTS {
            let Some(part) = parts.pop() else { return Ok(answer.sorted()) };
            match self.client.ask_once(&part.text()?, self.shape).await {
                Ok(found) => {
                    part.check(query, &found, self.client.max_series())?;
                    answer.series.extend(found.series);
                    answer.warnings.extend(found.warnings);
                }
                Err(error) if error.is_too_much() => parts.extend(self.cut(part, query, error).await?),
                Err(error) => return Err(error),
            }
            if answer.series.len() > limit {
                return Err(too_many(query, limit, "all parts together"));
            }
        }
        Err(too_many(query, limit, "even in 256 parts"))
    }

    /// Times in which the selectors may find something.
    fn span(&self) -> Span {
        let (from, until) = match self.shape {
            Shape::Instant { at } => (at, at),
            Shape::Range { span, .. } => (span.from, span.until),
        };
        Span { from: from.minus(LOOKBACK), until }
    }

    /// Smaller parts; `error` is why it is too large.
    async fn cut(&self, part: Part, query: &str, error: ClientError) -> Result<Vec<Part>, ClientError> {
        if let Some(halves) = part.halves() {
            return Ok(halves);
        }
        let narrowed = part.text()?;
        let used = part.cuts.last().and_then(|(last, _)| LABELS.iter().position(|it| it == last));
        for label in LABELS.iter().skip(used.map_or(0, |it| it + 1)) {
            let found = self.values(&narrowed, label).await?;
            let values: BTreeSet<String> = found.values().flatten().cloned().chain([String::new()]).collect();
            let mut cuts = part.cuts.clone();
            cuts.push((label, values.into_iter().collect()));
            // Nothing but the empty value is no cut; the next label may be one.
            if !found.is_empty() {
                return Ok(vec![Part { query: narrowed, cuts, restricted: found.into_keys().collect() }]);
            }
        }
        let ClientError::TooManySeries { limit, .. } = error else { return Err(error) };
        Err(too_many(query, limit, "and it cannot be cut any further by namespace, pod, job or instance"))
    }

    /// Values of the label in each selector that has it.
    async fn values(&self, query: &str, label: &str) -> Result<BTreeMap<usize, Vec<String>>, ClientError> {
        let mut values = BTreeMap::new();
        for (number, selector) in selectors(query)?.texts().enumerate() {
            let found = self.client.label_values(label, &[selector], self.span()).await?;
            if !found.is_empty() {
                values.insert(number, found);
            }
        }
        Ok(values)
    }
}

impl Part {
    /// The question with the matchers of this part.
    fn text(&self) -> Result<String, ClientError> {
        let Some((label, values)) = self.cuts.last() else { return Ok(self.query.clone()) };
        let matcher = matcher(label, values);
        Ok(selectors(&self.query)?.with(&matcher, |number| self.restricted.contains(&number)))
    }

    /// Two parts with half of the values each; none when there is but one value.
    fn halves(&self) -> Option<Vec<Self>> {
        let (label, values) = self.cuts.last().filter(|(_, values)| values.len() > 1)?;
        let (first, second) = values.split_at(values.len() / 2);
        let half = |values: &[String]| {
            let mut part = self.clone();
            part.cuts.pop();
            part.cuts.push((label, values.to_vec()));
            part
        };
        // The last one is asked first.
        Some(vec![half(second), half(first)])
    }

    /// Parts of a sum are no sum: what comes of a part must say that it belongs there.
    fn check(&self, query: &str, found: &Answer, limit: usize) -> Result<(), ClientError> {
        for (label, values) in &self.cuts {
            let belongs = |series: &MetricSeries| {
                let value = series.labels.get(*label).map_or("", String::as_str);
                values.iter().any(|it| it == value)
            };
            if !found.series.iter().all(belongs) {
                let why = format!("and its result does not keep the label {label} to be cut by");
                return Err(too_many(query, limit, &why));
            }
        }
        Ok(())
    }
}

fn selectors(query: &str) -> Result<Selectors<'_>, ClientError> {
    Selectors::of(query).map_err(|reason| ClientError::NotPromql { query: query.to_owned(), reason })
}

fn too_many(query: &str, limit: usize, why: &str) -> ClientError {
    ClientError::TooManySeries { query: query.to_owned(), limit, why: why.to_owned() }
}
