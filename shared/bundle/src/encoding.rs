//! Bytes to text: UTF-8 with or without mark, UTF-16 with mark as Windows shells write it.

use std::borrow::Cow;

/// The text without its byte order mark, or where it is no text (line from 1, sentence).
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, String)> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

/// Whether the bytes are no text at all.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    !wide && head.contains(&0)
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, String)> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let line = 1 + good.split(|byte| *byte == b'\n').skip(1).count() as u64;
        (line, format!("not valid UTF-8 at byte {}; save the file as UTF-8", good.len()))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, (u64, String)> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if bytes.len().is_multiple_of(2) => Ok(Cow::Owned(text)),
        Ok(_) | Err(_) => Err((1, "not valid UTF-16; save the file as UTF-8".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_marks_are_read() {
        assert_eq!(decode(b"\xef\xbb\xbf{}").as_deref(), Ok("{}"));
        assert_eq!(decode(b"\xff\xfea\0b\0").as_deref(), Ok("ab"));
        assert_eq!(decode(b"\xfe\xff\0a\0b").as_deref(), Ok("ab"));
    }

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_line() {
        assert_eq!(decode(b"a\nb\xff").map_err(|error| error.0), Err(2));
        assert!(decode(b"\xff\xfea").is_err());
    }
}
