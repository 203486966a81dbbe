//! The customer's side: a ready snippet deployed in the customer's account, and the queue behind it.

use std::time::{Duration, Instant};

use domain::{AccountId, Destination, DestinationId, TenantId};
use serde_json::Value;
use xtask::local::{CUSTOMER, Stack};

/// Delivery takes a second or two; a loaded machine takes longer.
const FIRST_WITHIN: Duration = Duration::from_secs(60);

/// How long a second event would have to show up.
const QUIET_FOR: Duration = Duration::from_secs(4);

pub struct Customer {
    /// What the tenant's record holds, so that events come here.
    pub destination: Destination,
    queue: String,
    sqs: aws_sdk_sqs::Client,
}

impl Customer {
    /// A bus of its own for one tenant.
    pub async fn with_bus(stack: &Stack, tenant: &TenantId) -> Self {
        let customer = stack.customer(CUSTOMER, tenant.as_str()).await.unwrap();
        let bus_arn = customer.bus_arn().unwrap().to_owned();
        let id = DestinationId::derived(&[tenant.as_str(), "bus"]);
        Self::at(&customer, Destination::EventBus { id, account: account(), bus_arn })
    }

    /// A partner event source for one tenant, accepted in the customer's account.
    pub async fn with_partner_source(stack: &Stack, tenant: &TenantId) -> Self {
        let source_name = format!("aws.partner/kaiwa.example/{tenant}");
        let customer = stack.partner(CUSTOMER, &source_name).await.unwrap();
        let id = DestinationId::derived(&[tenant.as_str(), "partner"]);
        Self::at(&customer, Destination::PartnerSource { id, account: account(), source_name })
    }

    fn at(customer: &xtask::local::Customer, destination: Destination) -> Self {
        let sqs = aws_sdk_sqs::Client::new(customer.config());
        Self { destination, queue: customer.queue_url().unwrap().to_owned(), sqs }
    }

    /// Every event that arrives until it is quiet.
    pub async fn events(&self) -> Vec<Value> {
        let mut events: Vec<Value> = vec![];
        let mut until = Instant::now() + FIRST_WITHIN;
        while Instant::now() < until {
            let arrived = self.receive().await;
            if !arrived.is_empty() {
                events.extend(arrived);
                until = Instant::now() + QUIET_FOR;
            }
        }
        events
    }

    async fn receive(&self) -> Vec<Value> {
        let request = self.sqs.receive_message().queue_url(&self.queue);
        let answer = request.wait_time_seconds(1).max_number_of_messages(10).send().await.unwrap();
        let mut events = vec![];
        for message in answer.messages() {
            let handle = message.receipt_handle().unwrap();
            let delete = self.sqs.delete_message().queue_url(&self.queue).receipt_handle(handle);
            delete.send().await.unwrap();
            events.push(serde_json::from_str(message.body().unwrap()).unwrap());
        }
        events
    }
}

fn account() -> AccountId {
    AccountId::try_from(CUSTOMER.to_owned()).unwrap()
}
