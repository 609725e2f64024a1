//! Values of objects as CEL has them, and values of CEL as people read them.

use cel::common::{
    types::{
        CelBool, CelDouble, CelDuration, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString,
        CelTimestamp, CelUInt,
    },
    value::Val,
};
use serde_json::{Number, Value};

/// Characters of one value that are shown.
const SHOWN: usize = 300;
/// Items of a list or mapping that are shown.
const SHOWN_ITEMS: usize = 20;

/// A value for expressions; texts are borrowed.
pub(super) fn value(json: &Value) -> Box<dyn Val + '_> {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(it) => Box::new(CelBool::from(*it)),
        Value::Number(it) => number(it),
        Value::String(it) => Box::new(CelString::from(it.as_str())),
        Value::Array(items) => Box::new(CelList::from(items.iter().map(value).collect::<Vec<_>>())),
        Value::Object(fields) => {
            let entries = fields.iter().map(|(key, it)| (CelMapKey::from(key.as_str()), value(it)));
            Box::new(CelMap::from(entries.collect::<std::collections::HashMap<_, _>>()))
        }
    }
}

fn number(number: &Number) -> Box<dyn Val> {
    if let Some(it) = number.as_i64() {
        return Box::new(CelInt::from(it));
    }
    if let Some(it) = number.as_u64() {
        return Box::new(CelUInt::from(it));
    }
    Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN)))
}

/// The keys of a mapping in their order, which CEL leaves open.
pub(super) fn keys<'v>(map: &CelMap<'v>) -> CelList<'v> {
    let mut keys: Vec<&CelMapKey<'v>> = map.inner().keys().collect();
    keys.sort();
    let boxed = |key: &CelMapKey<'v>| -> Box<dyn Val + 'v> {
        match key.clone() {
            CelMapKey::Bool(it) => Box::new(it),
            CelMapKey::Int(it) => Box::new(it),
            CelMapKey::String(it) => Box::new(it),
            CelMapKey::UInt(it) => Box::new(it),
        }
    };
    CelList::from(keys.into_iter().map(boxed).collect::<Vec<_>>())
}

/// How much there is to a value: its parts, and their texts.
pub(super) fn weight(value: &dyn Val) -> u64 {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return 1 + text.inner().len() as u64 / 16;
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        return list.inner().iter().fold(1, |sum, it| sum + weight(it.as_ref()));
    }
    if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        return map.inner().values().fold(1, |sum, it| sum + 1 + weight(it.as_ref()));
    }
    1
}

/// A value in a sentence.
pub(super) fn text(value: &dyn Val) -> String {
    let whole = whole(value);
    if whole.chars().count() <= SHOWN {
        return whole;
    }
    format!("{}...", whole.chars().take(SHOWN).collect::<String>())
}

fn whole(value: &dyn Val) -> String {
    if let Some(it) = value.downcast_ref::<CelString<'_>>() {
        return it.inner().to_owned();
    }
    if let Some(it) = value.downcast_ref::<CelBool>() {
        return it.inner().to_string();
    }
    if let Some(it) = value.downcast_ref::<CelInt>() {
        return it.inner().to_string();
    }
    if let Some(it) = value.downcast_ref::<CelUInt>() {
        return it.inner().to_string();
    }
    if let Some(it) = value.downcast_ref::<CelDouble>() {
        return it.inner().to_string();
    }
    if let Some(it) = value.downcast_ref::<CelTimestamp>() {
        return it.inner().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    if let Some(it) = value.downcast_ref::<CelDuration>() {
        return span(it.inner().num_seconds());
    }
    if let Some(it) = value.downcast_ref::<CelList<'_>>() {
        return it
            .inner()
            .iter()
            .take(SHOWN_ITEMS)
            .map(|it| whole(it.as_ref()))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if let Some(it) = value.downcast_ref::<CelMap<'_>>() {
        let mut entries: Vec<(&CelMapKey<'_>, _)> = it.inner().iter().collect();
        entries.sort_by(|a, b| a.0.cmp(b.0));
        let shown = entries.iter().take(SHOWN_ITEMS);
        return shown
            .map(|(key, it)| format!("{}: {}", whole(key.inner()), whole(it.as_ref())))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if value.downcast_ref::<CelNull>().is_some() { "null".to_owned() } else { "?".to_owned() }
}

/// `1d2h`, `5m30s`: the two largest units that are there.
fn span(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let mut left = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] {
        let count = left / unit;
        left %= unit;
        if count > 0 {
            parts.push(format!("{count}{name}"));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "0s".to_owned() } else { format!("{sign}{}", parts.concat()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(json: &Value) -> String {
        text(value(json).as_ref())
    }

    #[test]
    fn values_are_shown_in_an_order_of_their_own() {
        assert_eq!(
            shown(&json!({"b": [1, 2.5, true], "a": "x", "c": null})),
            "a: x, b: 1, 2.5, true, c: null"
        );
        assert_eq!(shown(&json!(u64::MAX)), u64::MAX.to_string());
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown(&json!("ä".repeat(1_000))).chars().count(), SHOWN + 3);
    }

    #[test]
    fn spans_have_two_units() {
        assert_eq!(span(0), "0s");
        assert_eq!(span(90_061), "1d1h");
        assert_eq!(span(-330), "-5m30s");
    }

    #[test]
    fn weight_counts_parts_and_texts() {
        let small = json!({"a": [1, 2]});
        let large = json!({"a": "x".repeat(1_600)});

        assert_eq!(weight(value(&small).as_ref()), 5);
        assert_eq!(weight(value(&large).as_ref()), 103);
    }
}
