//! Shapes of credentials.

use regex::Regex;

/// A shape: its kind, a literal that any match contains (in lower case, for the prefilter), and the pattern. The group
/// `s` is the credential; without one the whole match is.
pub(crate) struct Shape {
    pub kind: &'static str,
    pub literals: &'static [&'static str],
    pub pattern: &'static str,
}

const fn shape(kind: &'static str, literals: &'static [&'static str], pattern: &'static str) -> Shape {
    Shape { kind, literals, pattern }
}

/// All shapes, the more telling ones first.
pub(crate) const SHAPES: &[Shape] = &[
    shape(
        "private-key",
        &["private key"],
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|$)",
    ),
    shape("age-key", &["age-secret-key-"], r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    shape("jwt", &["eyj"], r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*"),
    shape(
        "aws-secret-key",
        &["akia", "asia"],
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}[\s,:;|]{1,3}(?P<s>[A-Za-z0-9/+=]{40})(?:[^A-Za-z0-9/+=]|$)",
    ),
    shape("aws-access-key", &["akia", "asia", "aroa", "aida"], r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b"),
    shape("github", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\bgh[pousr]_[A-Za-z0-9]{20,}"),
    shape("github", &["github_pat_"], r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    shape(
        "gitlab",
        &["glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glsoat-"],
        r"\bgl(?:pat|dt|rt|ptt|ft|soat)-[A-Za-z0-9_-]{16,}",
    ),
    shape("slack", &["xox", "xapp-"], r"\b(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,}"),
    shape(
        "slack",
        &["hooks.slack.com"],
        r"hooks\.slack\.com/(?:services|workflows)/(?P<s>[A-Za-z0-9/_-]{16,})",
    ),
    shape("discord", &["discord"], r"discord(?:app)?\.com/api/webhooks/(?P<s>[0-9]{6,}/[A-Za-z0-9_-]{20,})"),
    shape(
        "stripe",
        &["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "whsec_"],
        r"\b(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{12,}",
    ),
    shape("google", &["aiza"], r"\bAIza[0-9A-Za-z_-]{30,}"),
    shape("google", &["ya29."], r"\bya29\.[0-9A-Za-z_-]{16,}"),
    shape("google", &["gocspx-"], r"\bGOCSPX-[0-9A-Za-z_-]{16,}"),
    shape("npm", &["npm_"], r"\bnpm_[A-Za-z0-9]{20,}"),
    shape("pypi", &["pypi-"], r"\bpypi-[A-Za-z0-9_-]{32,}"),
    shape("sendgrid", &["sg."], r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    shape("twilio", &["sk", "ac"], r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    shape("mailgun", &["key-"], r"\bkey-[0-9a-f]{32}\b"),
    shape("mailchimp", &["-us"], r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    shape("model-api", &["sk-"], r"\bsk-(?:proj-|ant-|or-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}"),
    shape("hugging-face", &["hf_"], r"\bhf_[A-Za-z0-9]{20,}"),
    shape("digitalocean", &["dop_v1_", "doo_v1_", "dor_v1_"], r"\bdo[opr]_v1_[a-f0-9]{32,}"),
    shape("vault", &["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}"),
    shape("shopify", &["shpat_", "shpca_", "shppa_", "shpss_"], r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    shape("square", &["sq0", "eaaa"], r"\b(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,}|EAAA[A-Za-z0-9_-]{56,})"),
    shape("databricks", &["dapi"], r"\bdapi[a-f0-9]{32}"),
    shape("grafana", &["glsa_", "glc_"], r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{30,}"),
    shape("new-relic", &["nrak-", "nrii-", "nrjs-"], r"\bNR(?:AK|II|JS)-[A-Za-z0-9_-]{16,}"),
    shape("atlassian", &["atatt3x", "atctt3x"], r"\bAT[AC]TT3x[A-Za-z0-9_=-]{24,}"),
    shape("brevo", &["xkeysib-"], r"\bxkeysib-[a-f0-9]{32,}[A-Za-z0-9-]*"),
    shape("linear", &["lin_api_"], r"\blin_api_[A-Za-z0-9]{20,}"),
    shape("figma", &["figd_"], r"\bfigd_[A-Za-z0-9_-]{20,}"),
    shape("docker", &["dckr_pat_"], r"\bdckr_pat_[A-Za-z0-9_-]{20,}"),
    shape("terraform", &["atlasv1."], r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}"),
    shape("planetscale", &["pscale_"], r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{24,}"),
    shape("postman", &["pmak-"], r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{30,}"),
    shape("rubygems", &["rubygems_"], r"\brubygems_[a-f0-9]{32,}"),
    shape("telegram", &[":aa"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    shape(
        "azure",
        &["accountkey=", "sharedaccesskey="],
        r"(?i)(?:AccountKey|SharedAccessKey)=(?P<s>[A-Za-z0-9+/=]{20,})",
    ),
    shape("azure", &["sig="], r"[?&]sig=(?P<s>[A-Za-z0-9%+/=]{20,})"),
    shape("aws-signature", &["x-amz-signature="], r"(?i)X-Amz-Signature=(?P<s>[a-f0-9]{32,})"),
    shape("bootstrap-token", &["."], r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b"),
    shape("url-password", &["://"], r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'\x22]*:(?P<s>[^\s/'\x22]+)@"),
    shape("url-token", &["://"], r"[a-zA-Z][a-zA-Z0-9+.-]*://(?P<s>[A-Za-z0-9_-]{20,})@"),
    shape(
        "dsn-password",
        &["@tcp(", "@udp(", "@unix("],
        r"[A-Za-z0-9_.-]+:(?P<s>[^\s:@/]{3,})@(?:tcp|udp|unix)\(",
    ),
    shape("login", &["curl"], r#"\bcurl\b[^\n|;]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:(?P<s>[^\s"']{3,})"#),
    shape("netrc", &["machine "], r"\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<s>\S{3,})"),
    shape(
        "element",
        &["</"],
        r"(?i)<[a-z0-9_.:-]*(?:password|passwd|passphrase|secret|token|api[_.-]?key|credential)[a-z0-9_.:-]*>(?P<s>[^<\n]{3,})</",
    ),
    shape(
        "flag",
        &["--"],
        r#"(?i)--[a-z0-9_.-]*(?:password|passwd|passphrase|secret|token|api[_.-]?key|credential)[a-z0-9_.-]*[ =]+["']?(?P<s>[^\s"'-][^\s"']{3,})"#,
    ),
    shape(
        "authorization",
        &["bearer ", "basic ", "token "],
        r"(?i)\b(?:bearer|basic|token)\s+(?P<s>[A-Za-z0-9._~+/=-]{12,})",
    ),
    shape("docker-auth", &["auth"], r#""(?:auth|identitytoken)"\s*:\s*"(?P<s>[^"]{6,})""#),
    shape(
        "assignment",
        &["password", "passwd", "passphrase", "pwd", "secret", "token", "key", "credential"],
        r#"(?i)[a-z0-9_.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_.-]?key|access[_.-]?key|private[_.-]?key|key[_.-]?data|credential)[a-z0-9_.-]*\\?["']?\s*(?::|=>|=)\s*(?:\\"(?P<e>[^"\\\n]{3,})\\"|"(?P<q>[^"\n]{3,})"|'(?P<a>[^'\n]{3,})'|(?P<s>[^\s"',;&}\]\\]{4,}))"#,
    ),
];

/// The pattern of a shape, compiled.
pub(crate) fn compile(shape: &Shape) -> Option<Regex> {
    Regex::new(shape.pattern).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for shape in SHAPES {
            assert!(compile(shape).is_some(), "{}", shape.pattern);
        }
    }

    #[test]
    fn literals_are_in_lower_case() {
        let all = SHAPES.iter().flat_map(|shape| shape.literals);
        assert!(all.clone().all(|literal| literal.to_lowercase() == **literal));
    }
}
