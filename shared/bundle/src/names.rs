//! Names of files and entries: made safe, and which need no look inside.

/// Longest name that is taken, in bytes.
const LONGEST: usize = 4096;

/// The name of an archive's entry as a path with `/`, or why it is refused.
pub(crate) fn tidy(name: &str) -> Result<String, &'static str> {
    if name.len() > LONGEST {
        return Err("the name of the entry is longer than 4096 bytes; not read");
    }
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes().get(2) == Some(&b'/');
    if name.starts_with('/') || drive {
        return Err("the name of the entry is an absolute path; not read");
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("the name of the entry leads out of the archive (`..`); not read");
    }
    Ok(plain(&parts.join("/")))
}

/// A text without control characters, which could drive a terminal.
pub(crate) fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Whether a part of the path is hidden, as the companions that macOS puts into archives are.
pub(crate) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// Extension in lower case of the last part, the empty text without one.
pub(crate) fn extension(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether the name says YAML.
pub(crate) fn is_yaml(path: &str) -> bool {
    matches!(extension(path).as_str(), "yaml" | "yml")
}

/// The path without the ending of a compressed file.
pub(crate) fn unpacked_name(path: &str) -> &str {
    ["gz", "GZ", "zst", "zstd"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending)?.strip_suffix('.'))
        .unwrap_or(path)
}

/// Whether the name is that of a log, which is never loaded.
pub(crate) fn is_log(path: &str) -> bool {
    let path = unpacked_name(path);
    let file = path.rsplit('/').next().unwrap_or(path);
    if extension(file) == "log" || file.contains(".log.") {
        return true;
    }
    let in_logs = path.split('/').rev().skip(1).any(|part| matches!(part, "logs" | "podlogs" | "audit_logs"));
    in_logs && !matches!(extension(file).as_str(), "json" | "yaml" | "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_its_archive() {
        assert!(tidy("../etc/passwd").is_err());
        assert!(tidy("a/../../b").is_err());
        assert!(tidy("a\\..\\b").is_err());
        assert!(tidy("/etc/passwd").is_err());
        assert!(tidy("C:\\x").is_err());
        assert_eq!(tidy("./a//b.json").as_deref(), Ok("a/b.json"));
        assert_eq!(tidy("a/\u{1b}[2Jb").as_deref(), Ok("a/\u{fffd}[2Jb"));
    }

    #[test]
    fn logs_are_known_by_their_names() {
        assert!(is_log("x/current.log"));
        assert!(is_log("x/kube-apiserver.log.gz"));
        assert!(is_log("kubelet.log.1"));
        assert!(is_log("podlogs/ns/pod/logs/main.txt"));
        assert!(!is_log("cluster-resources/pods/logs/pods.json"));
        assert!(!is_log("config/metrics"));
    }
}
