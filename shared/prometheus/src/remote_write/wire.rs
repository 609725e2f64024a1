//! The fields of a protobuf message, one by one and without copies.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding>.

/// The bytes are no fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoField;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// An integer.
    Varint(u64),
    /// A text, bytes, or a message.
    Bytes(&'a [u8]),
    /// A number of fixed size; none of ours are read here.
    Fixed,
}

/// Goes through the fields of a message.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn field(&mut self) -> Result<(u64, Field<'a>), NoField> {
        let key = self.varint()?;
        let number = key >> 3;
        let field = match key & 7 {
            0 => Field::Varint(self.varint()?),
            1 => self.take(8).map(|_| Field::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| NoField)?;
                Field::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Field::Fixed)?,
            _ => return Err(NoField),
        };
        if number == 0 { Err(NoField) } else { Ok((number, field)) }
    }

    fn varint(&mut self) -> Result<u64, NoField> {
        let mut value = 0;
        for place in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(NoField)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << place;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(NoField)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], NoField> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(NoField)?;
        self.rest = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Field<'a>), NoField>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Goes through integers that are packed into one field.
pub(super) fn packed(bytes: &[u8]) -> impl Iterator<Item = Result<u64, NoField>> {
    let mut fields = Fields::of(bytes);
    std::iter::from_fn(move || {
        if fields.rest.is_empty() {
            return None;
        }
        let value = fields.varint();
        if value.is_err() {
            fields.rest = &[];
        }
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_of_every_form() {
        let bytes =
            [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8];

        let fields: Result<Vec<_>, _> = Fields::of(&bytes).collect();

        let expected =
            vec![(1, Field::Varint(150)), (2, Field::Bytes(b"hi")), (3, Field::Fixed), (4, Field::Fixed)];
        assert_eq!(fields, Ok(expected));
    }

    #[test]
    fn cut_bytes_are_no_fields() {
        for bytes in [&[0x08][..], &[0x12, 0x05, b'h'], &[0x0b], &[0x00, 0x00], &[0xff; 11], &[0x21, 1]] {
            assert_eq!(Fields::of(bytes).last(), Some(Err(NoField)), "{bytes:?}");
        }
    }

    #[test]
    fn reads_packed_integers() {
        assert_eq!(packed(&[1, 0x96, 0x01]).collect::<Result<Vec<_>, _>>(), Ok(vec![1, 150]));
        assert_eq!(packed(&[1, 0x96]).collect::<Result<Vec<_>, _>>(), Err(NoField));
    }
}
