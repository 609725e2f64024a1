//! When the client certificate of a kubeconfig ends: the API server answers nothing but 401 afterwards.

use base64::{Engine, engine::general_purpose::STANDARD};
use chiron_model::Timestamp;
use chrono::{NaiveDateTime, TimeZone, Utc};
use kube::config::AuthInfo;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of the client certificate, where there is one that can be read.
pub(crate) fn end_of(user: &AuthInfo) -> Option<Timestamp> {
    let pem = match (&user.client_certificate_data, &user.client_certificate) {
        (Some(data), _) if !data.is_empty() => STANDARD.decode(data.trim()).ok()?,
        (_, Some(path)) => std::fs::read(path).ok()?,
        (Some(_) | None, None) => return None,
    };
    not_after(&der(std::str::from_utf8(&pem).ok()?)?)
}

/// The first certificate of a PEM text.
fn der(pem: &str) -> Option<Vec<u8>> {
    let (_, after) = pem.split_once(BEGIN)?;
    let (inner, _) = after.split_once(END)?;
    let text: String = inner.split_whitespace().collect();
    STANDARD.decode(text).ok()
}

/// `notAfter` of an X.509 certificate. Source: RFC 5280, section 4.1.
fn not_after(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = field(der, SEQUENCE)?;
    let (mut fields, _) = field(certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        fields = element(fields)?.2;
    }
    // Before the validity come the serial number, the algorithm and the issuer.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (validity, _) = field(fields, SEQUENCE)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    time_of(tag, std::str::from_utf8(time).ok()?)
}

fn time_of(tag: u8, text: &str) -> Option<Timestamp> {
    let full = match tag {
        // Two digits of the year: 50 and above are of the last century.
        UTC_TIME => format!("{}{text}", if text.get(..2)? >= "50" { "19" } else { "20" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ").ok()?;
    Some(Timestamp::from_secs(Utc.from_utc_datetime(&time).timestamp()))
}

/// The content of the first element, which must have this tag, and what follows it.
fn field(der: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(der)?;
    (tag == wanted).then_some((content, rest))
}

/// Tag and content of the first element, and what follows it. Source: X.690, definite lengths.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, after) = der.split_first()?;
    let (&first, after) = after.split_first()?;
    let (length, after) = if first < 0x80 {
        (usize::from(first), after)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || count > after.len() {
            return None;
        }
        let (digits, after) = after.split_at(count);
        (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), after)
    };
    (length <= after.len()).then(|| (tag, &after[..length], &after[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element with a short length.
    fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut all = vec![tag, u8::try_from(content.len()).unwrap()];
        all.extend_from_slice(content);
        all
    }

    fn certificate(version: &[u8], end_tag: u8, end: &str) -> Vec<u8> {
        let validity = [tagged(UTC_TIME, b"260101000000Z"), tagged(end_tag, end.as_bytes())].concat();
        let serial = [2, 1, 7, SEQUENCE, 0, SEQUENCE, 0];
        let inner = [version, &serial, &tagged(SEQUENCE, &validity), &[SEQUENCE, 0]].concat();
        tagged(SEQUENCE, &tagged(SEQUENCE, &inner))
    }

    #[test]
    fn the_end_is_read_with_two_and_with_four_digits_of_the_year() {
        let version = [VERSION, 3, 2, 1, 2];

        let short = not_after(&certificate(&version, UTC_TIME, "270203040506Z"));
        let long = not_after(&certificate(&[], GENERALIZED_TIME, "20510203040506Z"));

        assert_eq!(short.unwrap().to_string(), "2027-02-03T04:05:06Z");
        assert_eq!(long.unwrap().to_string(), "2051-02-03T04:05:06Z");
    }

    #[test]
    fn no_cut_of_a_certificate_is_read_beyond_its_end() {
        let whole = certificate(&[], UTC_TIME, "270203040506Z");

        let read = (0..whole.len()).filter(|cut| not_after(&whole[..*cut]).is_some()).count();

        assert_eq!(read, 0);
    }

    #[test]
    fn pem_text_with_other_parts_before_is_read() {
        let text = format!("notes\n{BEGIN}\nAQID\n{END}\nmore");

        assert_eq!(der(&text), Some(vec![1, 2, 3]));
    }
}
