//! `prometheus.WriteRequest` of remote write 1.0.

use super::{
    Error, Limits, Received,
    entry::Entry,
    message::{Label, MetricMetadata, Sample, family_type},
    room::Room,
    wire::{Field, Fields},
};
use crate::{Families, Family};
use prost::Message;

/// What a request is called when it is none.
const REQUEST: Error = Error::Malformed("prometheus.WriteRequest");

pub(super) fn decode(message: &[u8], limits: &Limits, families: &mut Families) -> Result<Received, Error> {
    learn_families(message, families)?;
    let mut received = Received::default();
    let mut room = Room::new(limits);
    for field in Fields::of(message) {
        if let (1, Field::Bytes(series)) = field.map_err(|_| REQUEST)? {
            let entry = entry(series, &mut room)?;
            let family = families.of(&entry.name);
            received.add(entry, family);
        }
    }
    Ok(received)
}

/// Learns types and units first, because they may stand behind the series.
fn learn_families(message: &[u8], families: &mut Families) -> Result<(), Error> {
    for field in Fields::of(message) {
        if let (3, Field::Bytes(metadata)) = field.map_err(|_| REQUEST)? {
            let said = MetricMetadata::decode(metadata).map_err(|it| Error::Damaged("MetricMetadata", it))?;
            if let Some(family) = families.entry(&said.metric_family_name) {
                *family = Family::new(family_type(said.ty), &said.unit);
            }
        }
    }
    Ok(())
}

fn entry(series: &[u8], room: &mut Room) -> Result<Entry, Error> {
    room.take_series()?;
    let mut entry = Entry::default();
    for field in Fields::of(series) {
        match field.map_err(|_| Error::Malformed("prometheus.TimeSeries"))? {
            (1, Field::Bytes(label)) => {
                let label = Label::decode(label).map_err(|it| Error::Damaged("prometheus.Label", it))?;
                entry.label(room, &label.name, &label.value)?;
            }
            (2, Field::Bytes(sample)) => {
                let sample = Sample::decode(sample).map_err(|it| Error::Damaged("prometheus.Sample", it))?;
                entry.sample(room, sample)?;
            }
            (3, Field::Bytes(_)) => entry.exemplars += 1,
            (4, Field::Bytes(_)) => entry.histograms += 1,
            (_, Field::Bytes(_) | Field::Varint(_) | Field::Fixed) => {}
        }
    }
    Ok(entry)
}
