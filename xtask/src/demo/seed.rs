//! The demo's tenant: a company that wants its results on the bus in its own AWS account.

use domain::{
    AccountId, ChannelSides, Destination, DestinationId, Language, Plan, Role, Tenant, TenantId,
    Tracker, TrackerId,
};
use store::{Store, TenantStore};

use crate::local::{CUSTOMER, Customer, Stack};
use crate::{Explain, Trouble};

/// What the tenant listens for; phrases of both languages, so that each tracker works in any call.
const TRACKERS: [(&str, Option<Role>, &[&str]); 4] = [
    ("Price", None, &["price", "cost", "per month", "discount", "料金", "価格", "費用", "割引"]),
    (
        "Objection",
        Some(Role::Customer),
        &["too expensive", "not sure", "worried", "高い", "心配", "難しい"],
    ),
    (
        "Next step",
        None,
        &["next week", "send you", "schedule", "call you back", "来週", "お送り", "ご連絡"],
    ),
    (
        "Competitor",
        Some(Role::Customer),
        &["competitor", "another vendor", "other company", "他社"],
    ),
];

/// The tenant and the account its events go to.
pub struct Demonstration {
    /// The demo's tenant.
    pub tenant: TenantId,
    /// Its own AWS account.
    pub customer: Customer,
}

/// Prepares the customer's account and writes the demo's tenant, its destination and its trackers.
///
/// # Errors
/// When the snippet cannot be deployed or the table refuses.
pub async fn seed_tenant(
    stack: &Stack,
    language: Option<Language>,
    vocabulary: &[String],
) -> Result<Demonstration, Trouble> {
    let id = TenantId::derived(&["xtask demo"]);
    let customer = stack.customer(CUSTOMER, id.as_str()).await?;
    let store = Store::aws(stack.operator(), stack.output("TableName")?).tenant(&id);
    let tenant = Tenant {
        id: id.clone(),
        name: "Demo Company".into(),
        plan: plan(),
        language,
        channel_sides: ChannelSides::Mixed,
        vocabulary: vocabulary.to_vec(),
    };
    store.save_profile(&tenant).await.explain("writing the demo's tenant")?;
    store
        .save_destination(&destination(&customer)?)
        .await
        .explain("writing the demo's destination")?;
    save_trackers(&store).await?;
    Ok(Demonstration { tenant: id, customer })
}

/// As many chunks at once as this machine has processors for; more would only make each of them slower than its
/// time-out allows.
fn plan() -> Plan {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    if processors < 8 { Plan::Free } else { Plan::Standard }
}

fn destination(customer: &Customer) -> Result<Destination, Trouble> {
    let account: AccountId =
        customer.account().parse().explain("reading the customer's account id")?;
    let bus_arn = customer.bus_arn()?.to_owned();
    Ok(Destination::EventBus {
        id: DestinationId::derived(&["xtask demo", &bus_arn]),
        account,
        bus_arn,
    })
}

async fn save_trackers(store: &TenantStore) -> Result<(), Trouble> {
    for (name, said_by, phrases) in TRACKERS {
        let tracker = Tracker {
            id: TrackerId::derived(&["xtask demo", name]),
            name: name.into(),
            phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
            said_by,
        };
        store.save_tracker(&tracker).await.explain(format!("writing the tracker {name}"))?;
    }
    Ok(())
}
