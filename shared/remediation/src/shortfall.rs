//! How much a quota lacks.

use chiron_model::{Finding, Quantity};

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

/// The shortfalls of the quota that refused the pods of `finding`.
pub(crate) fn shortfalls(finding: &Finding) -> Vec<Shortfall> {
    let text = |key: &str| finding.facts.get(key).and_then(serde_json::Value::as_str).unwrap_or("");
    let missing = finding.facts.get("missingReplicas").and_then(serde_json::Value::as_u64).unwrap_or(1).max(1);
    figures(text("requested"))
        .into_iter()
        .filter_map(|(resource, requested)| {
            let of = |key: &str| figures(text(key)).into_iter().find(|(name, _)| *name == resource).map(|(_, it)| it);
            shortfall(&resource, &requested, (&of("used")?, &of("limited")?), missing)
        })
        .collect()
}

/// `pods=1,limits.memory=64Mi`
fn figures(text: &str) -> Vec<(String, String)> {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, amount)| (name.trim().to_owned(), amount.trim().to_owned())).collect()
}

fn shortfall(resource: &str, requested: &str, now: (&str, &str), missing: u64) -> Option<Shortfall> {
    let (used, limited) = now;
    let amount = |text: &str| Quantity::parse(text).map(Quantity::value);
    let pods = u32::try_from(missing).map_or(f64::from(u32::MAX), f64::from);
    let needed = amount(used)? + amount(requested)? * pods;
    (needed > amount(limited)?).then(|| Shortfall {
        resource: resource.to_owned(),
        limited: limited.to_owned(),
        used: used.to_owned(),
        needed: written_like(limited, needed),
        missing,
    })
}

/// An amount in the unit that `example` is written in, rounded up.
fn written_like(example: &str, amount: f64) -> String {
    let suffix: String = example.chars().skip_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let unit = Quantity::parse(&format!("1{suffix}")).map_or(1.0, Quantity::value);
    format!("{}{suffix}", (amount / unit).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_pods_that_are_missing() {
        let found = shortfall("pods", "1", ("3", "3"), 4).unwrap();

        assert_eq!(found.needed, "7");
    }

    #[test]
    fn keeps_the_unit() {
        let found = shortfall("limits.memory", "64Mi", ("192Mi", "200Mi"), 2).unwrap();

        assert_eq!(found.needed, "320Mi");
    }

    #[test]
    fn a_resource_that_suffices_lacks_nothing() {
        assert_eq!(shortfall("cpu", "10m", ("20m", "1"), 2), None);
    }
}
