//! Where lines come from: files, compressed or not, standard input, or bytes in this program.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::{Path, PathBuf},
};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// Where lines come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file; `-` is standard input.
    File(PathBuf),
    /// Bytes in this program, and what to call them.
    Bytes(&'static str, &'static [u8]),
}

/// An input cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("{name} cannot be read ({source}): check the path, or give - for standard input")]
pub struct InputFailed {
    name: String,
    source: io::Error,
}

impl Input {
    /// What to call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) if path == Path::new("-") => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Bytes(name, _) => (*name).to_owned(),
        }
    }

    /// Opens it; what is compressed is recognised by its first bytes, whatever the file is called.
    ///
    /// # Errors
    /// When it cannot be opened or read.
    pub fn open(&self) -> Result<Box<dyn BufRead + Send>, InputFailed> {
        self.try_open().map_err(|source| self.failed(source))
    }

    /// An error of this input.
    #[must_use]
    pub fn failed(&self, source: io::Error) -> InputFailed {
        InputFailed { name: self.name(), source }
    }

    fn try_open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        match self {
            Self::File(path) if path == Path::new("-") => decompress(io::stdin()),
            Self::File(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::Error::other("it is a folder"));
                }
                decompress(file)
            }
            Self::Bytes(_, bytes) => decompress(Cursor::new(*bytes)),
        }
    }
}

fn decompress(source: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let mut source = BufReader::with_capacity(BUFFER, source);
    let start = source.fill_buf()?;
    Ok(if start.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(source)))
    } else if start.starts_with(&ZSTD) {
        Box::new(BufReader::with_capacity(BUFFER, zstd::stream::read::Decoder::with_buffer(source)?))
    } else {
        Box::new(source)
    })
}
