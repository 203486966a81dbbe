//! The local AWS with the product deployed on it.
//!
//! ```no_run
//! # async fn example() -> Result<(), xtask::Trouble> {
//! let stack = xtask::local::Stack::shared().await?;
//! let bucket = stack.output("RecordingsBucket")?;
//! let s3 = aws_sdk_s3::Client::new(stack.operator());
//! # Ok(()) }
//! ```

mod account;
mod customer;
mod deploy;
mod guide;
mod model;
mod package;
mod port;
mod scratch;
mod server;
mod stack;

pub use account::{CUSTOMER, OPERATOR, REGION};
pub use customer::Customer;
pub use deploy::Outputs;
pub use server::packages;
pub use stack::{Description, Options, SHARED_STACK, Stack};
