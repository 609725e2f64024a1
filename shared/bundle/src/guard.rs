//! Readers that stop a decompression bomb.

use crate::limits::Limits;
use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

/// Below this size even a ratio of thousands is harmless.
const RATIO_FROM: u64 = 16 << 20;

/// Counts what passes.
pub(crate) struct Metered<R> {
    inner: R,
    passed: Rc<Cell<u64>>,
}

impl<R> Metered<R> {
    pub(crate) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let passed = Rc::new(Cell::new(0));
        (Self { inner, passed: Rc::clone(&passed) }, passed)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passed.set(self.passed.get().saturating_add(read as u64));
        Ok(read)
    }
}

/// Ends with an error when more comes out than the limits allow for what went in.
pub(crate) struct Guarded<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
    most: u64,
    ratio: u64,
}

impl<R> Guarded<R> {
    pub(crate) fn new(inner: R, packed: Rc<Cell<u64>>, limits: &Limits) -> Self {
        Self { inner, packed, unpacked: 0, most: limits.unpacked_bytes, ratio: limits.ratio }
    }

    fn check(&self) -> io::Result<()> {
        if self.unpacked > self.most {
            return Err(io::Error::other(format!(
                "more than {} bytes after decompression (limit unpacked_bytes); the rest is not read",
                self.most
            )));
        }
        let allowed = self.packed.get().max(1).saturating_mul(self.ratio).max(RATIO_FROM);
        if self.unpacked > allowed {
            return Err(io::Error::other(format!(
                "more than {} bytes come out of one byte (limit ratio); the rest is not read",
                self.ratio
            )));
        }
        Ok(())
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked = self.unpacked.saturating_add(read as u64);
        self.check()?;
        Ok(read)
    }
}
