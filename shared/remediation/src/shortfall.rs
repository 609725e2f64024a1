//! How much a quota lacks.

use chiron_model::{Finding, Quantity};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a quota would have to allow, and what it lacks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shortfall {
    /// The resource, such as `pods` or `requests.cpu`.
    pub resource: String,
    /// What it allows now, as written.
    pub limited: String,
    /// What is used now, as written.
    pub used: String,
    /// The least it would have to allow, in the unit of `limited`.
    pub needed: String,
    /// Pods that are missing.
    pub missing: u64,
}

/// What a quota lacks for the pods that it refuses, over all workloads, by resource.
pub(crate) fn shortfalls(findings: &[Finding], quota: &str) -> Vec<Shortfall> {
    let refusals: Vec<Refusal> = findings.iter().filter_map(|it| Refusal::of(it, quota)).collect();
    let resources: BTreeSet<&String> = refusals.iter().flat_map(|it| it.requested.keys()).collect();
    resources.into_iter().filter_map(|resource| shortfall(resource, &refusals)).collect()
}

/// What a quota says when it refuses the pods of one workload.
struct Refusal {
    requested: BTreeMap<String, String>,
    used: BTreeMap<String, String>,
    limited: BTreeMap<String, String>,
    missing: u64,
}

impl Refusal {
    /// Of a finding that goes on and says which quota refused; none when it was another one.
    fn of(finding: &Finding, quota: &str) -> Option<Self> {
        let text = |key: &str| finding.facts.get(key).and_then(Value::as_str).unwrap_or("");
        let missing = finding.facts.get("missingReplicas").and_then(Value::as_u64).unwrap_or(1).max(1);
        (text("quota") == quota && finding.is_active()).then(|| Self {
            requested: figures(text("requested")),
            used: figures(text("used")),
            limited: figures(text("limited")),
            missing,
        })
    }
}

/// `pods=1,limits.memory=64Mi`
fn figures(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, amount)| (name.trim().to_owned(), amount.trim().to_owned())).collect()
}

/// What is lacking of one resource, with the most that was seen to be used.
fn shortfall(resource: &str, refusals: &[Refusal]) -> Option<Shortfall> {
    let about: Vec<&Refusal> = refusals.iter().filter(|it| it.requested.contains_key(resource)).collect();
    let used =
        about.iter().filter_map(|it| it.used.get(resource)).max_by(|a, b| amount(a).total_cmp(&amount(b)))?;
    let limited = about.iter().filter_map(|it| it.limited.get(resource)).next_back()?;
    let lacking: f64 = about.iter().map(|it| amount(&it.requested[resource]) * pods(it.missing)).sum();
    let needed = amount(used) + lacking;
    (needed > amount(limited)).then(|| Shortfall {
        resource: resource.to_owned(),
        limited: limited.clone(),
        used: used.clone(),
        needed: written_like(limited, needed),
        missing: about.iter().map(|it| it.missing).sum(),
    })
}

/// In base units; 0 when it is no amount, which then lacks nothing.
fn amount(text: &str) -> f64 {
    Quantity::parse(text).map_or(0.0, Quantity::value)
}

fn pods(missing: u64) -> f64 {
    u32::try_from(missing).map_or(f64::from(u32::MAX), f64::from)
}

/// An amount in the unit that `example` is written in, rounded up.
fn written_like(example: &str, amount: f64) -> String {
    let suffix: String = example.chars().skip_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let unit = Quantity::parse(&format!("1{suffix}")).map_or(1.0, Quantity::value);
    // Sums of decimal fractions are a little off.
    format!("{}{suffix}", (amount / unit - 1e-6).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(
        resource: &str,
        requested: &str,
        used: &str,
        limited: &str,
        missing: u64,
    ) -> Option<Shortfall> {
        let of = |amount: &str| BTreeMap::from([(resource.to_owned(), amount.to_owned())]);
        shortfall(
            resource,
            &[Refusal { requested: of(requested), used: of(used), limited: of(limited), missing }],
        )
    }

    #[test]
    fn counts_the_pods_that_are_missing() {
        assert_eq!(lacking("pods", "1", "3", "3", 4).unwrap().needed, "7");
    }

    #[test]
    fn keeps_the_unit() {
        assert_eq!(lacking("limits.memory", "64Mi", "192Mi", "200Mi", 2).unwrap().needed, "320Mi");
    }

    #[test]
    fn a_resource_that_suffices_lacks_nothing() {
        assert_eq!(lacking("cpu", "10m", "20m", "1", 2), None);
    }
}
