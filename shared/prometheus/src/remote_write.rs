//! Remote write, as Prometheus and other senders push it: versions 1.0 and 2.0, in snappy blocks.
//!
//! A request is read without trusting any size that it names: the size after decompression is checked before memory is
//! taken, and the containers of a message are gone through one by one. Native histograms and exemplars are counted and
//! left out.
//!
//! Source: <https://prometheus.io/docs/specs/prw/remote_write_spec> and
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0>.

mod decoder;
mod entry;
mod error;
mod message;
mod received;
mod room;
mod v1;
mod v2;
mod wire;

pub use decoder::Decoder;
pub use error::{Error, Refusal};
pub use received::{Received, Written};

/// Which message a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `prometheus.WriteRequest` of remote write 1.0.
    V1,
    /// `io.prometheus.write.v2.Request` of remote write 2.0.
    V2,
}

/// What is too much for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after decompression. Default 32 MiB.
    pub bytes: usize,
    /// Series. Default 200,000.
    pub series: usize,
    /// Samples in all series. Default 2,000,000.
    pub samples: usize,
    /// Labels of a series; a series with more is left out. Default 64.
    pub labels: usize,
    /// Bytes of the name and the labels of a series; a series with more is left out. Default 64 KiB.
    pub label_bytes: usize,
    /// Bytes of the names and labels of all series. In version 2.0 they may be many times those of the request. Default
    /// 128 MiB.
    pub text_bytes: usize,
    /// Symbols of version 2.0. Default 500,000.
    pub symbols: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            series: 200_000,
            samples: 2_000_000,
            labels: 64,
            label_bytes: 64 << 10,
            text_bytes: 128 << 20,
            symbols: 500_000,
        }
    }
}

impl Version {
    /// The version that the `Content-Type` of a request names; without a `proto` it is 1.0.
    ///
    /// # Errors
    /// When it is another format or another message.
    pub fn of_content_type(content_type: &str) -> Result<Self, Error> {
        let unknown = || Error::ContentType(content_type.to_owned());
        let mut parts = content_type.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        if !media.eq_ignore_ascii_case("application/x-protobuf") {
            return Err(unknown());
        }
        let proto = parts.filter_map(|it| it.split_once('=')).find(|(name, _)| name.trim() == "proto");
        match proto.map(|(_, value)| value.trim().trim_matches('"')) {
            None | Some("prometheus.WriteRequest") => Ok(Self::V1),
            Some("io.prometheus.write.v2.Request") => Ok(Self::V2),
            Some(_) => Err(unknown()),
        }
    }
}
