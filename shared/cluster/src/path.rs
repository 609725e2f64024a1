//! Text inside paths and queries. Names may hold any character that is no slash.

use std::fmt::Write;

/// The text as one segment of a path or one value of a query. Source: RFC 3986, section 2.3.
pub(crate) fn value(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            safe.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_segment() {
        assert_eq!(value("a:b/../c?d&é"), "a%3Ab%2F..%2Fc%3Fd%26%C3%A9");
    }
}
