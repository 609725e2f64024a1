//! The words in the name of a metric.

/// A name, cut into words: `container_cpu_usage_seconds_total`, `CPUUtilization` and `PodClientLatencyP90(s)` alike.
#[derive(Debug)]
pub(super) struct Name<'a> {
    /// The name as it is, without what stands in brackets.
    pub(super) text: &'a str,
    /// What stands in brackets at its end, such as `Mi`.
    pub(super) bracket: &'a str,
    /// In lower case.
    words: Vec<String>,
}

impl<'a> Name<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        let name = name.trim();
        let (text, bracket) = name.strip_suffix(')').and_then(|it| it.rsplit_once('(')).unwrap_or((name, ""));
        Self { text, bracket, words: words(text) }
    }

    /// Whether one of these is among its words.
    pub(super) fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&word.as_str()))
    }

    /// Whether these words follow each other in it.
    pub(super) fn has_phrase(&self, phrase: &[&str]) -> bool {
        self.words.windows(phrase.len()).any(|it| it == phrase)
    }

    /// Whether its last word is one of these.
    pub(super) fn ends_with(&self, any: &[&str]) -> bool {
        self.words.last().is_some_and(|it| any.contains(&it.as_str()))
    }

    /// Its last word that says no part of a counter or histogram.
    pub(super) fn base_word(&self) -> &str {
        let part = |it: &&String| !["total", "bucket", "sum", "count"].contains(&it.as_str());
        self.words.iter().rev().find(part).map_or("", String::as_str)
    }

    /// Whether it is a name of Prometheus: lower case with underscores.
    pub(super) fn is_snake(&self) -> bool {
        self.text.contains('_') && !self.text.contains(|it: char| it.is_ascii_uppercase())
    }
}

fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|it| chars.get(it)).copied().unwrap_or(' ');
        let after = chars.get(index + 1).copied().unwrap_or(' ');
        let is_start =
            char.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase());
        if is_start || !char.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_styles_are_cut_into_words() {
        for (name, expected) in [
            ("container_cpu_usage_seconds_total", "container cpu usage seconds total"),
            ("CPUUtilization", "cpu utilization"),
            ("HTTPCode_ELB_5XX_Count", "http code elb 5xx count"),
            ("PodClientLatencyP90(s)", "pod client latency p90"),
            ("node_memory_MemAvailable_bytes", "node memory mem available bytes"),
            ("job:http_requests:rate5m", "job http requests rate5m"),
            ("NetworkIn", "network in"),
            ("", ""),
            ("(((", ""),
        ] {
            assert_eq!(words(Name::new(name).text).join(" "), expected);
        }
        assert_eq!(Name::new("MemoryUsage(Mi)").bracket, "Mi");
        assert_eq!(Name::new("a_seconds_bucket").base_word(), "seconds");
    }
}
