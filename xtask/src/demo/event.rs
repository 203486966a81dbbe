//! The event as it lies in the customer's account.

use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use domain::CallId;
use serde_json::Value;

use crate::local::{CUSTOMER, Customer};
use crate::{Explain, Trouble, say};

/// From the end of a call to the customer there are a stream, a queue, a function and two buses.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30);

/// The event about `call` from the customer's queue, if it arrives.
pub(crate) async fn received(customer: &Customer, call: &CallId) -> Result<Option<Value>, Trouble> {
    let (client, queue) = (Client::new(customer.config()), customer.queue_url()?);
    let began = Instant::now();
    while began.elapsed() < ARRIVES_WITHIN {
        for event in receive(&client, queue).await? {
            if event["detail"]["callId"] == call.as_str() {
                return Ok(Some(event));
            }
        }
    }
    Ok(None)
}

async fn receive(client: &Client, queue: &str) -> Result<Vec<Value>, Trouble> {
    let request =
        client.receive_message().queue_url(queue).max_number_of_messages(10).wait_time_seconds(1);
    let messages =
        request.send().await.explain("reading the customer's queue")?.messages.unwrap_or_default();
    for handle in messages.iter().filter_map(|message| message.receipt_handle()) {
        let delete = client.delete_message().queue_url(queue).receipt_handle(handle);
        delete.send().await.explain("taking an event from the customer's queue")?;
    }
    let bodies = messages.iter().filter_map(|message| message.body());
    bodies.map(|body| serde_json::from_str(body).explain("reading an event")).collect()
}

/// Prints the event for people.
pub(crate) fn print(event: Option<&Value>) {
    match event {
        Some(event) => println!("\nEvent in the customer's account ({CUSTOMER}):\n{event:#}"),
        None => say::line("✗ no event arrived in the customer's account"),
    }
}
