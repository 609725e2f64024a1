//! `ipBlock`: a range of addresses with holes.

use crate::view::{list, text};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    const fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// The number of its last address.
    pub(super) const fn last(self) -> u128 {
        u128::MAX >> (128 - self.bits())
    }

    /// The address of that number; the last one when there are fewer.
    pub(super) fn address(self, number: u128) -> IpAddr {
        match self {
            Self::V4 => Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX)).into(),
            Self::V6 => Ipv6Addr::from(number).into(),
        }
    }
}

/// The family and the number of an address. An IPv4 address written as IPv6 counts as IPv4.
pub(super) fn number(address: IpAddr) -> (Family, u128) {
    match address.to_canonical() {
        IpAddr::V4(address) => (Family::V4, u128::from(u32::from(address))),
        IpAddr::V6(address) => (Family::V6, u128::from(address)),
    }
}

#[derive(Clone, Copy, Debug)]
struct Cidr {
    family: Family,
    first: u128,
    last: u128,
}

impl Cidr {
    /// Bits behind the prefix are ignored, as the API server does.
    fn of(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, length): (IpAddr, u32) = (address.parse().ok()?, length.parse().ok()?);
        let (family, start) = number(address);
        // "::ffff:10.0.0.0/104" counts its prefix in IPv6 bits.
        let length = if address.is_ipv6() && family == Family::V4 { length.checked_sub(96)? } else { length };
        let rest = family.bits().checked_sub(length)?;
        let host = u128::MAX.checked_shr(128 - rest).unwrap_or(0);
        Some(Self { family, first: start & !host, last: start | host })
    }

    fn contains(&self, family: Family, number: u128) -> bool {
        self.family == family && (self.first..=self.last).contains(&number)
    }
}

/// A range of addresses without its exceptions.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    text: &'a str,
    whole: Cidr,
    except: Vec<(&'a str, Cidr)>,
}

impl<'a> Block<'a> {
    /// Nothing when the block or one of its exceptions is not an address range: to guess would open what is closed.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        let cidr = text(value, &["cidr"]);
        let except = list(value, &["except"]).iter().map(|hole| {
            let hole = hole.as_str()?;
            Some((hole, Cidr::of(hole)?))
        });
        Some(Self { text: cidr, whole: Cidr::of(cidr)?, except: except.collect::<Option<_>>()? })
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let (family, number) = number(address);
        self.whole.contains(family, number)
            && !self.except.iter().any(|(_, hole)| hole.contains(family, number))
    }

    /// The exception that holds the address.
    pub(super) fn hole_of(&self, address: IpAddr) -> Option<&'a str> {
        let (family, number) = number(address);
        self.except.iter().find(|(_, hole)| hole.contains(family, number)).map(|(text, _)| *text)
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// Where membership may change: the first numbers inside and behind the block and its exceptions.
    pub(super) fn steps(&self) -> impl Iterator<Item = (Family, u128)> {
        let cidrs = std::iter::once(self.whole).chain(self.except.iter().map(|(_, hole)| *hole));
        cidrs.flat_map(|cidr| {
            let behind = cidr.last.checked_add(1).filter(|&behind| behind <= cidr.family.last());
            std::iter::once(cidr.first).chain(behind).map(move |step| (cidr.family, step))
        })
    }
}
