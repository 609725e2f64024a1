//! Finds the `type` of an event in JSON that is too large to be read: it is passed over byte by byte.

/// Longer types are cut.
const MAX: usize = 120;

/// Where it is in the JSON, and what it found.
#[derive(Debug, Default)]
pub(crate) struct TypeFinder {
    depth: u32,
    text: Option<Vec<u8>>,
    is_escaped: bool,
    /// The last text on the level of the attributes.
    last: Vec<u8>,
    /// Whether the next text there is the value of `type`.
    is_next: bool,
    found: Option<String>,
}

impl TypeFinder {
    /// Passes over more of the JSON.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.found.is_some() {
                return;
            }
            match self.text.take() {
                Some(text) => self.inside(text, *byte),
                None => self.outside(*byte),
            }
        }
    }

    /// The type, when it was found.
    pub(crate) fn found(self) -> Option<String> {
        self.found
    }

    fn inside(&mut self, mut text: Vec<u8>, byte: u8) {
        if byte == b'"' && !self.is_escaped {
            return self.end(text);
        }
        self.is_escaped = byte == b'\\' && !self.is_escaped;
        if text.len() < MAX {
            text.push(byte);
        }
        self.text = Some(text);
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b'"' => self.text = Some(Vec::new()),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b':' if self.depth == 1 => self.is_next = self.last == b"type",
            _ => {}
        }
    }

    fn end(&mut self, text: Vec<u8>) {
        if self.depth != 1 {
            return;
        }
        if self.is_next {
            self.found = Some(String::from_utf8_lossy(&text).into_owned());
        }
        self.last = text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<String> {
        let mut finder = TypeFinder::default();
        for byte in text.as_bytes() {
            finder.feed(std::slice::from_ref(byte));
        }
        finder.found()
    }

    #[test]
    fn finds_the_type_of_the_event_and_not_one_in_its_data() {
        let text =
            r#"{"data":{"type":"Opaque","list":[{"type":"x"}],"odd":"\"}{"},"id":"type","type":"a.b"}"#;

        assert_eq!(find(text), Some("a.b".to_owned()));
    }

    #[test]
    fn finds_nothing_in_what_is_no_event() {
        assert_eq!(find(r#"[{"type":"x"}]"#), None);
        assert_eq!(find(r#"{"type": 5}"#), None);
        assert_eq!(find("\u{1}\"type"), None);
    }
}
