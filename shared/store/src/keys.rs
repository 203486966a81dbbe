//! The key layout. Keys are built here and nowhere else.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | tenant | `TENANT#<tenant>` | `PROFILE` |
//! | destination, tracker | `TENANT#<tenant>` | `DESTINATION#<id>`, `TRACKER#<id>` |
//! | call | `TENANT#<tenant>` | `CALL#<call>` |
//! | usage | `TENANT#<tenant>` | `USAGE#<day>#<id>` |
//! | delivery | `TENANT#<tenant>` | `DELIVERY#<id>` |
//! | refused upload | `OPERATOR` | `REFUSED#<time>#<id>` |

use domain::usage::UsageRecord;
use domain::{CallId, DeliveryId, Destination, TenantId, TrackerId};

/// Where an item lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Partition key: begins with the tenant.
    pub pk: String,
    /// Sort key: begins with the kind.
    pub sk: String,
}

/// Partition of a tenant. Ids have a fixed length, so none is a prefix of another.
pub(crate) fn partition(tenant: &TenantId) -> String {
    format!("TENANT#{tenant}")
}

fn key(tenant: &TenantId, sk: String) -> Key {
    Key { pk: partition(tenant), sk }
}

pub(crate) fn profile(tenant: &TenantId) -> Key {
    key(tenant, "PROFILE".into())
}

pub(crate) const DESTINATIONS: &str = "DESTINATION#";

pub(crate) fn destination(tenant: &TenantId, destination: &Destination) -> Key {
    key(tenant, format!("{DESTINATIONS}{}", destination.id()))
}

pub(crate) const TRACKERS: &str = "TRACKER#";

pub(crate) fn tracker(tenant: &TenantId, id: &TrackerId) -> Key {
    key(tenant, format!("{TRACKERS}{id}"))
}

pub(crate) fn call(tenant: &TenantId, id: &CallId) -> Key {
    key(tenant, format!("CALL#{id}"))
}

pub(crate) const USAGE: &str = "USAGE#";

/// Usage sorts by its UTC day, so that a day's records are one query.
pub(crate) fn usage(record: &UsageRecord) -> Key {
    let day = record.used_at.strftime("%Y-%m-%d");
    key(&record.tenant_id, format!("{USAGE}{day}#{}", record.id))
}

pub(crate) const DELIVERIES: &str = "DELIVERY#";

pub(crate) fn delivery(tenant: &TenantId, id: &DeliveryId) -> Key {
    key(tenant, format!("{DELIVERIES}{id}"))
}

pub(crate) const OPERATOR: &str = "OPERATOR";
pub(crate) const REFUSED: &str = "REFUSED#";

pub(crate) fn refused_upload(at: jiff::Timestamp, bucket_key_hash: &str) -> Key {
    Key { pk: OPERATOR.into(), sk: format!("{REFUSED}{at}#{bucket_key_hash}") }
}
