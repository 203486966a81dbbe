//! The two AWS accounts: the operator's, where the product runs, and a customer's, where its events arrive.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};

/// The account the product is deployed in. The local AWS takes a twelve-digit access key for the account.
pub const OPERATOR: &str = "111122223333";

/// The account of the customer who owns the demo's tenant.
pub const CUSTOMER: &str = "444455556666";

/// The one Region of the local AWS.
pub const REGION: &str = "eu-central-1";

/// The only secret under which the local AWS accepts the signature of a presigned link.
pub(crate) const SECRET: &str = "test";

/// What a client needs to act in `account` on the local AWS behind `endpoint`.
pub(crate) async fn config(endpoint: &str, account: &str) -> SdkConfig {
    let credentials = Credentials::new(account, SECRET, None, None, "local");
    aws_config::defaults(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .load()
        .await
}
