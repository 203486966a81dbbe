//! A tenant of its own for one test, with a bus in the customer's account.

use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::ByteStream;
use contracts::Report;
use contracts::steps::CallRef;
use domain::{Call, CallId, ChannelSides, Plan, Tenant, TenantId, Tracker, TrackerId};
use objects::{ResultKey, Results};
use serde_json::Value;
use store::{Store, TenantStore};
use xtask::local::Stack;

use crate::customer::Customer;

/// Long enough for a loaded machine of two cores with every test running at once.
const PATIENCE: Duration = Duration::from_secs(240);

pub struct Company {
    pub stack: Stack,
    pub id: TenantId,
    pub store: TenantStore,
    customer: Customer,
    s3: aws_sdk_s3::Client,
}

impl Company {
    /// Signs up a company whose results go to a bus in the customer's account.
    pub async fn sign_up(test: &str) -> Self {
        let stack = Stack::shared().await.unwrap();
        let id = TenantId::derived(&[test, &jiff::Timestamp::now().to_string()]);
        let store = Store::aws(stack.operator(), stack.output("TableName").unwrap()).tenant(&id);
        let customer = Customer::with_bus(&stack, &id).await;
        let company = Self { s3: s3(&stack), stack, id, store, customer };
        company.settle_in(test).await;
        company
    }

    async fn settle_in(&self, test: &str) {
        self.save_profile(test, vec![]).await;
        self.store.save_destination(&self.customer.destination).await.unwrap();
        let phrases = vec!["price".to_owned(), "料金".to_owned()];
        let id = TrackerId::derived(&[self.id.as_str(), "price"]);
        let tracker = Tracker { id, name: "Price".into(), phrases, said_by: None };
        self.store.save_tracker(&tracker).await.unwrap();
    }

    /// Says who the company is, and which names to expect in its calls.
    pub async fn save_profile(&self, name: &str, vocabulary: Vec<String>) {
        let profile = Tenant {
            id: self.id.clone(),
            name: name.to_owned(),
            plan: Plan::Standard,
            language: None,
            channel_sides: ChannelSides::Mixed,
            vocabulary,
        };
        self.store.save_profile(&profile).await.unwrap();
    }

    /// A new call's id.
    pub fn call_id(&self, name: &str) -> CallId {
        CallId::derived(&[self.id.as_str(), name])
    }

    /// The key of the only recording of a call.
    pub fn key(&self, call: &CallId, sides: &str) -> String {
        format!("{}/uploads/{call}/1-of-1_{sides}.bin", self.id)
    }

    /// Stores an object among the recordings, as an upload does.
    pub async fn put(&self, key: &str, body: Vec<u8>) {
        let bucket = self.stack.output("RecordingsBucket").unwrap();
        let request = self.s3.put_object().bucket(bucket).key(key);
        request.body(ByteStream::from(body)).send().await.unwrap();
    }

    /// Uploads one recording as a call and waits for its end.
    pub async fn call(&self, name: &str, sides: &str, body: Vec<u8>) -> Call {
        let call = self.call_id(name);
        self.put(&self.key(&call, sides), body).await;
        self.ended(&call).await
    }

    /// Waits until the call is published or failed.
    pub async fn ended(&self, id: &CallId) -> Call {
        let began = Instant::now();
        loop {
            if let Ok(call) = self.store.call(id).await
                && call.status.is_final()
            {
                return call;
            }
            assert!(began.elapsed() < PATIENCE, "call {id} neither finished nor failed");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub async fn report(&self, call: &Call) -> Report {
        self.results(call).get_json(&ResultKey::ReportJson).await.unwrap()
    }

    pub fn results(&self, call: &Call) -> objects::CallResults {
        let (tenant_id, call_id) = (self.id.clone(), call.id.clone());
        let bucket = self.stack.output("ResultsBucket").unwrap();
        Results::aws(self.stack.operator(), bucket).call(&CallRef { tenant_id, call_id })
    }

    /// Events that arrived in the customer's account: waits for the first, then a little for a second one
    /// that should not come.
    pub async fn events(&self) -> Vec<Value> {
        self.customer.events().await
    }

    /// A tenant that was never signed up.
    pub fn stranger() -> TenantId {
        TenantId::derived(&["never signed up"])
    }

    /// What the server and all functions wrote so far.
    pub fn log(&self) -> String {
        let path = self.stack.description().log.clone();
        path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
    }
}

fn s3(stack: &Stack) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(stack.operator()).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}
