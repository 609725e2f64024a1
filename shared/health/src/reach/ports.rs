//! Sets of ports.

use std::fmt;

/// A protocol that a policy can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP, the default of the API.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// The protocol of that name as the API writes it; TCP when the name is empty.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::Tcp);
        }
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    /// Its name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// Neighbouring ports of one protocol, both ends included; 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// Their protocol.
    pub protocol: Protocol,
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

impl PortRange {
    const fn whole(protocol: Protocol) -> Self {
        Self { protocol, first: 1, last: u16::MAX }
    }

    fn touches(self, next: Self) -> bool {
        self.protocol == next.protocol && next.first <= self.last.saturating_add(1)
    }

    fn common(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (self.protocol == other.protocol && first <= last).then_some(Self { first, last, ..self })
    }
}

/// A set of ports of all protocols. Prints as `TCP 80-90,443; UDP 53`, as `TCP any`, as `any` or as `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Sorted; no two ranges overlap or touch, so that equal sets are equal values.
pub struct Ports(Vec<PortRange>);

impl Ports {
    /// The set without a port.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Every port of every protocol.
    #[must_use]
    pub fn all() -> Self {
        Self(Protocol::ALL.map(PortRange::whole).to_vec())
    }

    /// Every port of one protocol.
    #[must_use]
    pub fn all_of(protocol: Protocol) -> Self {
        Self(vec![PortRange::whole(protocol)])
    }

    /// The ports from `first` to `last`; none when `last` is lower. There is no port 0.
    #[must_use]
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let first = first.max(1);
        if last < first { Self::none() } else { Self(vec![PortRange { protocol, first, last }]) }
    }

    /// One port.
    #[must_use]
    pub fn one(protocol: Protocol, port: u16) -> Self {
        Self::range(protocol, port, port)
    }

    /// Whether there is no port in it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every port of every protocol is in it.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.len() == Protocol::ALL.len()
            && self.0.iter().all(|&range| range == PortRange::whole(range.protocol))
    }

    /// Whether that port is in it.
    #[must_use]
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        self.0.iter().any(|range| range.protocol == protocol && (range.first..=range.last).contains(&port))
    }

    /// Whether all ports of `other` are in it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.intersect(other) == *other
    }

    /// The ports that are in one of them.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other);
        both
    }

    /// Adds the ports of `other`.
    pub fn add(&mut self, other: &Self) {
        if other.is_none() || self == other || self.is_all() {
            return;
        }
        let mut ranges = std::mem::take(&mut self.0);
        ranges.extend(&other.0);
        *self = Self::of(ranges);
    }

    /// The ports of all ranges, which may overlap.
    pub(super) fn of(mut ranges: Vec<PortRange>) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let touches = kept.touches(*next);
            if touches {
                kept.last = kept.last.max(next.last);
            }
            touches
        });
        Self(ranges)
    }

    /// The ports that are in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = Vec::new();
        while let (Some(&a), Some(&b)) = (left.peek(), right.peek()) {
            shared.extend(a.common(*b));
            // The one that ends first cannot meet anything else of the other set.
            if (a.protocol, a.last) < (b.protocol, b.last) {
                left.next()
            } else {
                right.next()
            };
        }
        Self(shared)
    }

    /// Its ranges: by protocol, then ascending; they neither overlap nor touch.
    pub fn ranges(&self) -> impl Iterator<Item = PortRange> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return out.write_str("none");
        }
        if self.is_all() {
            return out.write_str("any");
        }
        let mut before = None;
        for range in &self.0 {
            match before.replace(range.protocol) {
                None => write!(out, "{} ", range.protocol.name())?,
                Some(protocol) if protocol == range.protocol => out.write_str(",")?,
                Some(_) => write!(out, "; {} ", range.protocol.name())?,
            }
            match (range.first, range.last) {
                (1, u16::MAX) => out.write_str("any")?,
                (first, last) if first == last => write!(out, "{first}")?,
                (first, last) => write!(out, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}
