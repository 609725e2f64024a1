//! How much is read at most.

/// How much is read at most. A value that is reached becomes a problem that names the entry and the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document after decompression. Default 64 MiB.
    pub document_bytes: u64,
    /// Bytes of all documents together. Default 1 GiB.
    pub total_bytes: u64,
    /// Bytes of one archive after decompression, used or passed over. Default 32 GiB.
    pub unpacked_bytes: u64,
    /// Files of folders and entries of archives together. Default 200,000.
    pub entries: u64,
    /// Archives inside an archive. Default 1.
    pub nesting: u32,
    /// Bytes after decompression for one byte before, looked at from 16 MiB on. Default 300.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 << 20,
            total_bytes: 1 << 30,
            unpacked_bytes: 32 << 30,
            entries: 200_000,
            nesting: 1,
            ratio: 300,
        }
    }
}
