//! DynamoDB and S3: the only crate that imports the AWS SDK. For the local platform both run in this process, behind the
//! same client code.

mod calls;
mod clients;
mod embedded;
mod items;
mod records;
mod s3;
mod settings;
mod setup;
mod states;
mod transaction;
mod transfer;

pub use calls::CallCounter;
pub use clients::Clients;
pub use embedded::{DataFolder, Embedded, EmbeddedError, Endpoints};
pub use records::DynamoRecords;
pub use s3::S3Objects;
pub use settings::{Credentials, Settings};
pub use setup::{SetupError, ensure};
pub use states::DynamoStates;
pub use transfer::{Download, TransferError, download};
