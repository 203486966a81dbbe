//! The demo's tenant: a company that wants its results on the bus in its own AWS account.

use domain::{
    AccountId, ChannelSides, Destination, DestinationId, Language, Plan, Role, Tenant, TenantId,
    Tracker, TrackerId,
};
use store::{Store, TenantStore};

use crate::local::{CUSTOMER, Stack};
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

/// Writes the demo's tenant, its destination and its trackers; doing it again changes nothing.
pub(crate) async fn seed_tenant(
    stack: &Stack,
    language: Option<Language>,
) -> Result<TenantId, Trouble> {
    let id = TenantId::derived(&["xtask demo"]);
    let store = Store::aws(stack.operator(), stack.output("TableName")?).tenant(&id);
    let tenant = Tenant {
        id: id.clone(),
        name: "Demo Company".into(),
        plan: Plan::Standard,
        language,
        channel_sides: ChannelSides::Mixed,
    };
    store.save_profile(&tenant).await.explain("writing the demo's tenant")?;
    store.save_destination(&destination(stack)?).await.explain("writing the demo's destination")?;
    save_trackers(&store).await?;
    Ok(id)
}

fn destination(stack: &Stack) -> Result<Destination, Trouble> {
    let account: AccountId = CUSTOMER.parse().explain("reading the customer's account id")?;
    let bus_arn = stack.customer_output("EventBusArn")?.to_owned();
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
