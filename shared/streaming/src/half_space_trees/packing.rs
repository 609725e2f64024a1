//! The masses of leaves in few bits.

/// Masses of the leaves of trees, of which each has the same known sum.
///
/// From the root down, each node that is not empty tells how its mass is parted between its halves: one bit when all
/// is on one side (and one for the side), else the mass of the left half in as many bits as it can need. Empty nodes
/// cost nothing.
pub(super) fn pack<'a>(trees: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bits = BitWriter::default();
    for masses in trees {
        write(masses, total(masses), &mut bits);
    }
    bits.bytes
}

/// Writes the masses again that were packed; `total` is the sum of each tree. Nothing when the bits are too few.
pub(super) fn unpack<'a>(bytes: &[u8], trees: impl Iterator<Item = &'a mut [u8]>, total: u8) -> Option<()> {
    let mut bits = BitReader { bytes, at: 0 };
    for masses in trees {
        read(masses, total.into(), &mut bits)?;
    }
    Some(())
}

fn total(masses: &[u8]) -> u32 {
    masses.iter().map(|mass| u32::from(*mass)).sum()
}

fn write(masses: &[u8], mass: u32, bits: &mut BitWriter) {
    if mass == 0 || masses.len() == 1 {
        return;
    }
    let (left, right) = masses.split_at(masses.len() / 2);
    let left_mass = total(left);
    let is_parted = left_mass > 0 && left_mass < mass;
    if mass > 1 {
        bits.push(u32::from(is_parted), 1);
    }
    if is_parted {
        bits.push(left_mass - 1, width(mass - 2));
    } else {
        bits.push(u32::from(left_mass == 0), 1);
    }
    write(left, left_mass, bits);
    write(right, mass - left_mass, bits);
}

fn read(masses: &mut [u8], mass: u32, bits: &mut BitReader<'_>) -> Option<()> {
    if mass == 0 || masses.len() == 1 {
        masses.fill(u8::try_from(mass).ok()?);
        return Some(());
    }
    let is_parted = mass > 1 && bits.take(1)? == 1;
    let left_mass = if is_parted {
        bits.take(width(mass - 2))? + 1
    } else if bits.take(1)? == 1 {
        0
    } else {
        mass
    };
    let right_mass = mass.checked_sub(left_mass)?;
    let (left, right) = masses.split_at_mut(masses.len() / 2);
    read(left, left_mass, bits)?;
    read(right, right_mass, bits)
}

/// Bits that numbers of `0..=most` need.
fn width(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}

/// Bits in bytes, the lowest first.
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    /// Bits written.
    at: usize,
}

impl BitWriter {
    fn push(&mut self, number: u32, width: u32) {
        for bit in 0..width {
            if self.at.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(number >> bit & 1 == 1) << (self.at % 8);
            }
            self.at += 1;
        }
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits read.
    at: usize,
}

impl BitReader<'_> {
    fn take(&mut self, width: u32) -> Option<u32> {
        let mut number = 0;
        for bit in 0..width {
            let byte = self.bytes.get(self.at / 8)?;
            number |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    /// Two trees of 16 leaves with these samples in each.
    fn trees(leaves: &[(usize, usize)]) -> Vec<u8> {
        let mut masses = vec![0; 32];
        for (first, second) in leaves {
            masses[*first] += 1;
            masses[16 + *second] += 1;
        }
        masses
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_back(leaves in vec((0_usize..16, 0_usize..16), 0..=255)) {
            let masses = trees(&leaves);
            let bytes = pack(masses.chunks(16));

            let mut read = vec![9; 32];
            let total = u8::try_from(leaves.len()).unwrap();

            prop_assert_eq!(unpack(&bytes, read.chunks_mut(16), total), Some(()));
            prop_assert_eq!(read, masses);
        }

        #[test]
        fn foreign_bytes_never_panic(bytes in vec(any::<u8>(), 0..40), total in any::<u8>()) {
            let mut read = [0; 64];

            if unpack(&bytes, read.chunks_mut(32), total).is_some() {
                prop_assert!(read.chunks(32).all(|tree| super::total(tree) == u32::from(total)));
            }
        }
    }

    #[test]
    fn empty_trees_cost_nothing() {
        assert!(pack([[0; 256]; 25].iter().map(<[u8; 256]>::as_slice)).is_empty());
    }

    #[test]
    fn a_crowded_leaf_costs_two_bits_for_each_cut_above_it() {
        let mut masses = [0; 256];
        masses[77] = 250;

        assert_eq!(pack(std::iter::once(masses.as_slice())).len(), 2);
    }

    #[test]
    fn too_few_bits_are_refused() {
        let bytes = pack(trees(&[(1, 2), (3, 4), (15, 0)]).chunks(16));

        assert_eq!(unpack(&bytes[..1], [0; 32].chunks_mut(16), 3), None);
    }
}
