//! A customer company and what it set up.

use serde::{Deserialize, Serialize};

use crate::{AccountId, ChannelSides, DestinationId, Language, Role, TenantId, TrackerId};

/// What a tenant pays for; decides how much of the machine one call may use at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Trial use.
    Free,
    /// The usual plan.
    Standard,
    /// Larger teams.
    Premium,
}

impl Plan {
    /// How many chunks of one call are transcribed at the same time.
    pub fn chunk_concurrency(self) -> u32 {
        match self {
            Self::Free => 2,
            Self::Standard => 10,
            Self::Premium => 40,
        }
    }
}

/// A customer company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name, for people.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
    /// The language of its calls, or `None` to detect it for each call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// What its two-channel recordings carry when the upload does not say.
    pub channel_sides: ChannelSides,
    /// Names and products to expect in its calls, as they are written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub vocabulary: Vec<String>,
}

/// Where a tenant wants results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Destination {
    /// A custom bus in the customer's AWS account, written to directly.
    EventBus {
        /// Its id.
        id: DestinationId,
        /// The customer's account.
        account: AccountId,
        /// ARN of the bus.
        bus_arn: String,
    },
    /// A partner event source that the customer accepted in its AWS account.
    PartnerSource {
        /// Its id.
        id: DestinationId,
        /// The customer's account.
        account: AccountId,
        /// Full name, `aws.partner/…`.
        source_name: String,
    },
}

impl Destination {
    /// Its id.
    pub fn id(&self) -> &DestinationId {
        match self {
            Self::EventBus { id, .. } | Self::PartnerSource { id, .. } => id,
        }
    }
}

/// A tenant's phrases to look for in every call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tracker {
    /// Its id.
    pub id: TrackerId,
    /// Its name, for people.
    pub name: String,
    /// Any of these counts as a hit.
    pub phrases: Vec<String>,
    /// Only hits by this side count; `None` for anyone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub said_by: Option<Role>,
}
