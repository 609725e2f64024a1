//! YAML to a JSON value whose size is bounded by that of the text, so that references cannot blow it up.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};
use std::{cell::Cell, fmt};

/// A text is allowed to become this much larger through its references.
const GROWTH: usize = 8;
/// What even a short text may become.
const SMALL: usize = 64 << 10;

/// Parses one document.
pub(crate) fn parse(text: &str) -> Result<Value, serde_yaml_ng::Error> {
    let left = Cell::new(text.len().saturating_mul(GROWTH).saturating_add(SMALL));
    Node { left: &left }.deserialize(serde_yaml_ng::Deserializer::from_str(text))
}

/// Reads one node and takes its size from what is left.
#[derive(Clone, Copy)]
struct Node<'b> {
    left: &'b Cell<usize>,
}

impl Node<'_> {
    fn take<E: Error>(self, size: usize) -> Result<(), E> {
        match self.left.get().checked_sub(size + 1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(E::custom("references make the document many times larger than its text")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.take(0).map(|()| Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.take(0).map(|()| Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.take(0).map(|()| Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.take(0).map(|()| Value::from(value))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_string(value.to_string())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_string(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.take(0)?;
        Ok(Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.take(value.len()).map(|()| Value::String(value))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.take(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.take(0)?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(self)? {
            let key = match key {
                Value::String(text) => text,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    key.to_string()
                }
            };
            map.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(map))
    }

    /// A value with a tag of its own, such as `!Ref x`: the value counts.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_, value) = tagged.variant_seed(self)?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::fmt::Write;

    #[test]
    fn yaml_becomes_json() {
        let value =
            parse("a: 1\nb: [x, 1.5, true, null]\n1: y\nn: .nan\nt: !tag z\nr: &r {k: v}\ns: *r\n").unwrap();

        assert_eq!(value["b"], json!(["x", 1.5, true, null]));
        assert_eq!(value["1"], "y");
        assert_eq!(value["n"], "NaN");
        assert_eq!(value["t"], "z");
        assert_eq!(value["s"], json!({"k": "v"}));
    }

    #[test]
    fn references_cannot_blow_a_document_up() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let refs = vec![format!("*a{}", level - 1); 10].join(", ");
            let _ = writeln!(text, "a{level}: &a{level} [{refs}]");
        }

        assert!(parse(&text).is_err());
    }
}
