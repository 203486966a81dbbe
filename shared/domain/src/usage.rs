//! What was used. The bill is made from these records and from nothing else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AudioDuration, CallId, TenantId, UsageId};

/// One call's use, written once, in the transaction that publishes the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageRecord {
    /// Derived from tenant and call, so that a repeated publish writes the same record.
    pub id: UsageId,
    /// Who pays.
    pub tenant_id: TenantId,
    /// For which call.
    pub call_id: CallId,
    /// Length of the call, once, however many tracks it has.
    #[serde(rename = "audioMs")]
    pub audio: AudioDuration,
    /// Tracks that carried sound.
    pub tracks: u32,
    /// When the call's first recording arrived; decides the day and the price book.
    pub used_at: Timestamp,
}

impl UsageRecord {
    /// The one id a call's usage can have.
    pub fn id_for(tenant: &TenantId, call: &CallId) -> UsageId {
        UsageId::derived(&[tenant.as_str(), "call", call.as_str()])
    }
}
