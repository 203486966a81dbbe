//! A tenant with what belongs to it, for tests in which any will do.
//!
//! Everything follows from a name the test chooses, so that tests sharing one table stay out of each other's way.

use domain::usage::UsageRecord;
use domain::{
    AccountId, AudioDuration, CallId, ChannelSides, Delivery, Destination, DestinationId,
    Happening, Language, Plan, Recording, RecordingId, Tenant, TenantId,
};
use jiff::Timestamp;

/// The time at which a test's clock stands still: 20 November 2026, 09:30 UTC.
pub const NOW: Timestamp = Timestamp::constant(1_795_167_000, 0);

/// A tenant on the usual plan.
pub fn tenant(name: &str) -> Tenant {
    Tenant {
        id: TenantId::derived(&[name]),
        name: name.into(),
        plan: Plan::Standard,
        language: Some(Language::En),
        channel_sides: ChannelSides::AgentCustomer,
        vocabulary: vec![],
    }
}

/// One file of a call.
pub fn recording(tenant: &TenantId, call: &CallId, part: u32) -> Recording {
    Recording {
        id: RecordingId::derived(&[call.as_str(), &part.to_string()]),
        part,
        sides: ChannelSides::AgentCustomer,
        object_key: format!("{tenant}/uploads/{call}/{part}-of-9_agent-customer.wav"),
        bytes: 1_000,
    }
}

/// What a call of 20 seconds used.
pub fn usage(tenant: &TenantId, call: &CallId) -> UsageRecord {
    UsageRecord {
        id: UsageRecord::id_for(tenant, call),
        tenant_id: tenant.clone(),
        call_id: call.clone(),
        audio: AudioDuration::from_ms(20_000),
        tracks: 2,
        used_at: NOW,
    }
}

/// A bus in a customer's account.
pub fn event_bus(name: &str, account: &AccountId, bus_arn: &str) -> Destination {
    let id = DestinationId::derived(&[account.as_str(), name]);
    Destination::EventBus { id, account: account.clone(), bus_arn: bus_arn.into() }
}

/// A completed call on its way to a destination.
pub fn delivery(tenant: &TenantId, call: &CallId, destination: Destination) -> Delivery {
    let duration = AudioDuration::from_ms(20_000);
    let happening = Happening::CallCompleted { duration, language: Some(Language::En) };
    Delivery::new(tenant.clone(), call.clone(), destination, happening, NOW)
}
