//! All connections that the policies allow, workload by workload.

use super::{
    block::{Family, number},
    party::{NamedPort, Peer, namespace_of},
    peers::{Member, Peers},
    policy::Clause,
    ports::Ports,
    profile::Profile,
};
use crate::view::{at, list, text};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::IpAddr,
};

/// Neighbouring addresses outside the cluster, both ends included. Prints as `10.0.0.0-10.0.0.255`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    /// The lowest.
    pub first: IpAddr,
    /// The highest, of the same family.
    pub last: IpAddr,
}

impl AddressRange {
    /// The range of both when `next` begins where this one ends.
    fn joined(self, next: Self) -> Option<Self> {
        let ((family, last), (next_family, first)) = (number(self.last), number(next.first));
        let touches = family == next_family && last.checked_add(1) == Some(first);
        touches.then_some(Self { last: next.last, ..self })
    }
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End<'a> {
    /// Somebody outside.
    Addresses(AddressRange),
    /// The pods of one controller, or a pod without one. Prints as `namespace/name[Kind]`.
    Workload {
        /// Their namespace.
        namespace: &'a str,
        /// The name of the controller.
        name: &'a str,
        /// Its kind, `Pod` for a pod without one.
        kind: &'a str,
    },
}

impl<'a> End<'a> {
    fn of(pod: &'a Value) -> Self {
        let owners = list(pod, &["metadata", "ownerReferences"]).iter();
        let mut controllers = owners.filter(|owner| at(owner, &["controller"]).as_bool() == Some(true));
        let (kind, name) = match controllers.next() {
            Some(owner) => (text(owner, &["kind"]), text(owner, &["name"])),
            None => ("Pod", text(pod, &["metadata", "name"])),
        };
        Self::Workload { namespace: namespace_of(pod), name, kind }
    }
}

impl fmt::Display for End<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addresses(range) => write!(out, "{}-{}", range.first, range.last),
            Self::Workload { namespace, name, kind } => write!(out, "{namespace}/{name}[{kind}]"),
        }
    }
}

/// What may pass between two ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Connection<'a> {
    /// Who sends.
    pub from: End<'a>,
    /// Who receives.
    pub to: End<'a>,
    /// What passes between any pod of the one and any pod of the other; never none.
    pub ports: Ports,
}

/// A pod or a range, and the group of all that are alike to every policy.
struct Item<'m, 'a> {
    end: usize,
    class: usize,
    member: &'m Member<'a>,
    is_range: bool,
}

/// All ends, sorted; their items; and one item of every class.
struct Table<'m, 'a> {
    ends: Vec<End<'a>>,
    items: Vec<Item<'m, 'a>>,
    classes: Vec<&'m Member<'a>>,
}

impl<'a> Peers<'a> {
    /// All allowed connections, sorted: between pods, and between pods and addresses outside.
    ///
    /// Traffic of a pod to itself is left out, that between two pods of one workload is not. Ranges of addresses are as
    /// wide as the policies treat them alike; IPv6 appears when a pod or a policy has such addresses. That a node
    /// reaches its own pods does not show in ranges. The list grows with the square of the number of workloads.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection<'a>> {
        let outside = self.outside();
        let table = Table::of(self.members.iter(), &outside);
        let mut found = Vec::new();
        for items in table.items.chunk_by(|a, b| a.end == b.end) {
            let Some(from) = items.first().and_then(|item| table.ends.get(item.end)) else { continue };
            for (to, ports) in table.ends.iter().zip(self.row(items, &table)) {
                if !ports.is_none() {
                    found.push(Connection { from: *from, to: *to, ports });
                }
            }
        }
        joined(found)
    }

    /// What passes from the items of one end to every end.
    fn row(&self, from: &[Item<'_, 'a>], table: &Table<'_, 'a>) -> Vec<Ports> {
        let mut row = vec![Ports::none(); table.ends.len()];
        let mut class: Option<(usize, Vec<Ports>)> = None;
        for source in from {
            let decided = match class.take() {
                Some((index, decided)) if index == source.class => decided,
                Some(_) | None => table.classes.iter().map(|to| self.decided(source.member, to)).collect(),
            };
            for target in &table.items {
                let Some(ports) = row.get_mut(target.end) else { continue };
                if let Some(exempt) = source.exempt(target) {
                    ports.add(&exempt);
                } else if let Some(decided) = decided.get(target.class) {
                    ports.add(decided);
                }
            }
            class = Some((source.class, decided));
        }
        row
    }

    /// The addresses outside, cut where a policy begins to treat them differently.
    fn outside(&self) -> Vec<(AddressRange, Member<'a>)> {
        let mut steps: BTreeSet<(Family, u128)> = self.clauses.iter().flat_map(steps).collect();
        let pods = self.members.iter().flat_map(|member| &member.party.addresses);
        steps.extend(pods.map(|&address| (number(address).0, 0)));
        if steps.is_empty() {
            steps.insert((Family::V4, 0));
        }
        let families: BTreeSet<Family> = steps.iter().map(|(family, _)| *family).collect();
        steps.extend(families.into_iter().map(|family| (family, 0)));
        let starts: Vec<(Family, u128)> = steps.into_iter().collect();
        let ends = starts.iter().skip(1).map(Some).chain([None]);
        let ranges = starts.iter().zip(ends).map(|(&(family, first), next)| {
            let next = next.filter(|(next, _)| *next == family);
            let last = next.map_or(family.last(), |(_, start)| start - 1);
            AddressRange { first: family.address(first), last: family.address(last) }
        });
        ranges.map(|range| (range, self.meet(Peer::Address(range.first)))).collect()
    }
}

impl<'m, 'a> Table<'m, 'a> {
    fn of(pods: impl Iterator<Item = &'m Member<'a>>, outside: &'m [(AddressRange, Member<'a>)]) -> Self {
        let pods = pods.filter_map(|member| Some((End::of(member.pod?), member)));
        let ranges = outside.iter().map(|(range, member)| (End::Addresses(*range), member));
        let mut all: Vec<(End<'a>, &'m Member<'a>)> = ranges.chain(pods).collect();
        all.sort_by_key(|(end, _)| *end);
        let mut table = Self { ends: Vec::new(), items: Vec::new(), classes: Vec::new() };
        let mut known: BTreeMap<(&Profile, &[NamedPort<'_>]), usize> = BTreeMap::new();
        for (end, member) in all {
            let class = *known.entry((&member.profile, &member.party.named)).or_insert(table.classes.len());
            if class == table.classes.len() {
                table.classes.push(member);
            }
            if table.ends.last() != Some(&end) {
                table.ends.push(end);
            }
            let is_range = matches!(end, End::Addresses(_));
            table.items.push(Item { end: table.ends.len() - 1, class, member, is_range });
        }
        table
    }
}

impl Item<'_, '_> {
    /// What passes whatever the policies say, or is not to be told.
    fn exempt(&self, to: &Self) -> Option<Ports> {
        let (own, other) = (&self.member.party, &to.member.party);
        if std::ptr::eq(self.member, to.member) || (self.is_range && to.is_range) {
            Some(Ports::none())
        } else if self.is_range || to.is_range {
            // Only the first address of a range was looked at, which may be that of a node.
            (own.is_silent() || other.is_silent()).then(Ports::none)
        } else {
            own.exempt(other)
        }
    }
}

fn steps(clause: &Clause<'_>) -> Vec<(Family, u128)> {
    match clause {
        Clause::Block(block) => block.steps().collect(),
        Clause::Pods { .. } | Clause::Unreadable => Vec::new(),
    }
}

/// Joins neighbouring ranges that are treated alike by one workload.
fn joined(mut found: Vec<Connection<'_>>) -> Vec<Connection<'_>> {
    found.sort_by_key(|connection| (connection.to, connection.from));
    found.dedup_by(|next, kept| {
        kept.to == next.to && kept.ports == next.ports && join(&mut kept.from, next.from)
    });
    found.sort_by_key(|connection| (connection.from, connection.to));
    found.dedup_by(|next, kept| {
        kept.from == next.from && kept.ports == next.ports && join(&mut kept.to, next.to)
    });
    found
}

/// Whether `next` could be joined to `kept`.
fn join(kept: &mut End<'_>, next: End<'_>) -> bool {
    let (End::Addresses(range), End::Addresses(next)) = (&mut *kept, next) else { return false };
    range.joined(next).map(|whole| *range = whole).is_some()
}
