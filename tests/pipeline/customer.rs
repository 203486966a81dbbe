//! The customer's side: the ready snippet deployed in the customer's account, and the queue behind it.

use std::time::{Duration, Instant};

use domain::TenantId;
use serde_json::Value;
use xtask::local::{CUSTOMER, Stack};

/// Delivery takes a second or two; a loaded machine takes longer.
const FIRST_WITHIN: Duration = Duration::from_secs(60);

/// How long a second event would have to show up.
const QUIET_FOR: Duration = Duration::from_secs(4);

pub struct Customer {
    pub bus_arn: String,
    queue: String,
    sqs: aws_sdk_sqs::Client,
}

impl Customer {
    /// Deploys `events/customer/event-bus.yaml` for one tenant.
    pub async fn open(stack: &Stack, tenant: &TenantId) -> Self {
        let customer = stack.customer(CUSTOMER, tenant.as_str()).await.unwrap();
        let sqs = aws_sdk_sqs::Client::new(customer.config());
        let bus_arn = customer.bus_arn().unwrap().to_owned();
        Self { bus_arn, queue: customer.queue_url().unwrap().to_owned(), sqs }
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
