//! Trains the models that detectors can start from, and compares them.
//!
//! - [`recordings`] and [`lake`] read changes of objects, [`steps`] keeps what sequences need of them and puts it in its
//!   true order.
//! - [`sequence`] trains and stores a model, [`evaluation`] compares the models on recorded faults.

pub mod evaluation;
pub mod lake;
pub mod recordings;
pub mod sequence;
pub mod steps;

use crate::replay::InputFailed;
use chiron_events::FrameError;
use chiron_store::StoreError;

/// A model cannot be trained.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A recording cannot be read.
    #[error(transparent)]
    Input(#[from] InputFailed),
    /// The bucket cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored is damaged.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Events cannot be normalised.
    #[error("the events cannot be read: {0}")]
    NotRead(String),
    /// There is nothing to learn from.
    #[error("expected changes of objects to learn from, found none{0}")]
    Nothing(String),
    /// There is nothing of the cluster that was asked for.
    #[error(
        "expected changes of cluster {wanted:?}, found changes of {found} only: name one of them with --cluster"
    )]
    OtherClusters {
        /// The cluster that was asked for.
        wanted: String,
        /// The clusters that are there.
        found: String,
    },
    /// Nobody says which of several clusters.
    #[error("expected changes of one cluster, found {0}: name one of them with --cluster")]
    ManyClusters(String),
    /// This program cannot train networks.
    #[error(
        "this program is built without networks: build it with `cargo build --release --features neural`, or leave --model gru away"
    )]
    NoNetworks,
    /// The model cannot be packed.
    #[error("the model cannot be packed")]
    Packing(#[from] std::io::Error),
}
