//! Which functions share a Knative Service.
//!
//! A cold pod costs about a second, whatever the language, so the way from an event to its plan stays warm in one
//! Service. What decides about changes and what carries them out run apart, each with its own rights.

/// Functions that share a Knative Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name of the Service.
    pub name: &'static str,
    /// Its functions.
    pub functions: &'static [&'static str],
    /// Pods that are always there.
    pub min_scale: u32,
    /// Requests that a pod takes at once. Deliveries that arrive together share a write, so the warm ones take many.
    pub concurrency: u32,
}

/// All groups; every function is in one of them.
pub const GROUPS: &[Group] = &[
    Group {
        name: "chiron-pipeline",
        functions: &[
            "observe",
            "seal",
            "assess",
            "detect",
            "rank",
            "correlate",
            "diagnose",
            "plan",
            "verify",
        ],
        min_scale: 1,
        concurrency: 200,
    },
    // What reads metrics needs the way to Prometheus and its credentials; nothing else does.
    Group { name: "chiron-scrape", functions: &["scrape"], min_scale: 0, concurrency: 4 },
    Group { name: "chiron-approve", functions: &["approve"], min_scale: 0, concurrency: 10 },
    Group { name: "chiron-execute", functions: &["execute"], min_scale: 0, concurrency: 1 },
    Group {
        name: "chiron-learn",
        functions: &["label", "validate", "publish"],
        min_scale: 0,
        concurrency: 50,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::descriptors;

    #[test]
    fn every_function_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|it| it.functions).copied().collect();
        let mut known: Vec<&str> = descriptors().iter().map(|it| it.about.name).collect();
        grouped.sort_unstable();
        known.sort_unstable();

        assert_eq!(grouped, known);
    }

    #[test]
    fn execute_shares_its_rights_with_nobody() {
        let group = GROUPS.iter().find(|it| it.functions.contains(&"execute")).unwrap();

        assert_eq!(group.functions, ["execute"]);
    }
}
