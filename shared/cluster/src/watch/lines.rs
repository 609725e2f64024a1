//! Cuts the pieces of a watch into lines.

/// A buffer larger than this is given back after the line that needed it.
const KEPT: usize = 256 * 1024;

/// A line is longer than is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Cuts the pieces of a watch into lines; holds one unfinished line at most.
#[derive(Debug)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// So many bytes of the buffer are known to hold no end of a line.
    searched: usize,
    longest: usize,
}

impl Lines {
    pub(super) fn new(longest: usize) -> Self {
        Self { buffer: Vec::new(), searched: 0, longest }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), TooLong> {
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() <= self.longest || self.buffer[self.searched..].contains(&b'\n') {
            return Ok(());
        }
        Err(TooLong)
    }

    /// The next whole line, without its end.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let Some(found) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let mut line = self.buffer.split_off(self.searched + found + 1);
        std::mem::swap(&mut line, &mut self.buffer);
        self.searched = 0;
        if self.buffer.capacity() > KEPT && self.buffer.len() < KEPT {
            self.buffer.shrink_to(KEPT);
        }
        line.pop();
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&str]) -> Vec<String> {
        let mut lines = Lines::new(10);
        let mut found = Vec::new();
        for piece in pieces {
            lines.push(piece.as_bytes()).unwrap();
            while let Some(line) = lines.next() {
                found.push(String::from_utf8(line).unwrap());
            }
        }
        found
    }

    #[test]
    fn lines_are_cut_wherever_the_pieces_are() {
        assert_eq!(cut(&["ab\nc", "", "d", "\n\ne"]), ["ab", "cd", ""]);
    }

    #[test]
    fn many_lines_in_a_piece_are_not_one_long_line() {
        assert_eq!(cut(&["1234567\n1234567\n1234567\n"]).len(), 3);
    }

    #[test]
    fn a_line_without_an_end_is_not_held_forever() {
        let mut lines = Lines::new(10);

        assert_eq!(lines.push(b"12345"), Ok(()));
        assert_eq!(lines.push(b"1234567"), Err(TooLong));
    }
}
