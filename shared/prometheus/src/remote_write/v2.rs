//! `io.prometheus.write.v2.Request` of remote write 2.0.

use super::{
    Error, Limits, Received,
    entry::Entry,
    message::{Metadata, Sample, family_type},
    room::Room,
    wire::{Field, Fields, packed},
};
use crate::Family;
use prost::Message;

/// What a request is called when it is none.
const REQUEST: Error = Error::Malformed("io.prometheus.write.v2.Request");
const SERIES: Error = Error::Malformed("io.prometheus.write.v2.TimeSeries");

pub(super) fn decode(message: &[u8], limits: &Limits) -> Result<Received, Error> {
    let symbols = symbols(message, limits)?;
    let mut received = Received::default();
    let mut room = Room::new(limits);
    for field in Fields::of(message) {
        if let (5, Field::Bytes(series)) = field.map_err(|_| REQUEST)? {
            let (entry, family) = Reading::new(&symbols, &mut room).read(series)?;
            received.add(entry, family.as_ref());
        }
    }
    Ok(received)
}

/// The texts of a request, to which its series refer by number.
struct Symbols<'a>(Vec<&'a str>);

fn symbols<'a>(message: &'a [u8], limits: &Limits) -> Result<Symbols<'a>, Error> {
    let mut symbols = Vec::new();
    for field in Fields::of(message) {
        if let (4, Field::Bytes(symbol)) = field.map_err(|_| REQUEST)? {
            symbols.push(str::from_utf8(symbol).map_err(|_| Error::Malformed("a symbol in UTF-8"))?);
        }
        if symbols.len() > limits.symbols {
            return Err(Error::TooMany { what: "symbols", limit: limits.symbols });
        }
    }
    match symbols.first() {
        None | Some(&"") => Ok(Symbols(symbols)),
        Some(_) => Err(Error::NoEmptySymbol),
    }
}

impl<'a> Symbols<'a> {
    fn get(&self, found: u64) -> Result<&'a str, Error> {
        let symbol = usize::try_from(found).ok().and_then(|it| self.0.get(it));
        symbol.copied().ok_or(Error::BadReference { found, symbols: self.0.len() })
    }

    fn family(&self, said: &[u8]) -> Result<Family, Error> {
        let said = Metadata::decode(said).map_err(|it| Error::Damaged("Metadata", it))?;
        let unit = if said.unit_ref == 0 { "" } else { self.get(said.unit_ref.into())? };
        Ok(Family::new(family_type(said.ty), unit))
    }
}

/// One series while it is read.
struct Reading<'a, 'r> {
    symbols: &'r Symbols<'a>,
    room: &'r mut Room,
    entry: Entry,
    family: Option<Family>,
    /// References to its labels that came: a name, its value, the next name.
    references: usize,
    /// The name whose value has not come yet.
    name: Option<&'a str>,
}

impl<'a, 'r> Reading<'a, 'r> {
    fn new(symbols: &'r Symbols<'a>, room: &'r mut Room) -> Self {
        Self { symbols, room, entry: Entry::default(), family: None, references: 0, name: None }
    }

    fn read(mut self, series: &[u8]) -> Result<(Entry, Option<Family>), Error> {
        self.room.take_series()?;
        for field in Fields::of(series) {
            let (number, field) = field.map_err(|_| SERIES)?;
            self.field(number, field)?;
        }
        if self.name.is_some() {
            Err(Error::OddReferences(self.references))
        } else {
            Ok((self.entry, self.family))
        }
    }

    fn field(&mut self, number: u64, field: Field<'_>) -> Result<(), Error> {
        match (number, field) {
            (1, Field::Bytes(many)) => {
                for found in packed(many) {
                    self.reference(found.map_err(|_| SERIES)?)?;
                }
            }
            (1, Field::Varint(found)) => self.reference(found)?,
            (2, Field::Bytes(sample)) => {
                let sample = Sample::decode(sample).map_err(|it| Error::Damaged("Sample", it))?;
                self.entry.sample(self.room, sample)?;
            }
            (3, Field::Bytes(_)) => self.entry.histograms += 1,
            (4, Field::Bytes(_)) => self.entry.exemplars += 1,
            (5, Field::Bytes(said)) => self.family = Some(self.symbols.family(said)?),
            (_, Field::Bytes(_) | Field::Varint(_) | Field::Fixed) => {}
        }
        Ok(())
    }

    fn reference(&mut self, found: u64) -> Result<(), Error> {
        let symbol = self.symbols.get(found)?;
        self.references += 1;
        let Some(name) = self.name.replace(symbol) else { return Ok(()) };
        self.name = None;
        self.entry.label(self.room, name, symbol)
    }
}
