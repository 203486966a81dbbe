//! The local AWS with a table, buckets, a queue, a machine and a customer's buses of our own.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_sqs::types::QueueAttributeName;
use bus::{DeliveryQueue, Events, Machine};
use contracts::steps::CallRef;
use objects::{Models, Recordings, Results};
use serde_json::Value;
use store::Store;
use tokio::sync::{Mutex, OnceCell};
use xtask::Trouble;
use xtask::local::{CUSTOMER, OPERATOR, Outputs, Stack};

use crate::backend::Backend;

/// How long an event may take from one account to a queue in another on a loaded machine.
const ARRIVES_WITHIN_ROUNDS: usize = 60;

/// The local AWS, once for all tests of this process. It ends with the process.
pub struct Emulator {
    stack: Stack,
    resources: Outputs,
    pub open_bus: String,
    pub locked_bus: String,
    /// The queue behind the customer's open bus, and the way to it.
    arrivals: String,
    customer: aws_sdk_sqs::Client,
    /// Events read from the customer's queue so far, by id; whoever waits reads for everybody.
    read: Mutex<Vec<String>>,
}

static EMULATOR: OnceCell<Emulator> = OnceCell::const_new();

impl Emulator {
    /// The one that `cargo xtask test` runs, or a fresh one when this suite is run by itself.
    pub async fn shared() -> &'static Self {
        EMULATOR.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        let begun = Self::try_start().await;
        begun.unwrap_or_else(|trouble| panic!("the adapters need the local AWS: {trouble}"))
    }

    async fn try_start() -> Result<Self, Trouble> {
        let stack = Stack::shared().await?;
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters");
        let name = format!("adapters-{}", std::process::id());
        let resources = stack.deploy(OPERATOR, &name, &here.join("resources.yaml"), &[]).await?;
        let given = [("Operator", OPERATOR), ("Name", name.as_str())];
        let theirs = stack.deploy(CUSTOMER, &name, &here.join("customer.yaml"), &given).await?;
        let customer = aws_sdk_sqs::Client::new(&stack.account(CUSTOMER).await);
        let found = |name: &str| theirs[name].clone();
        let (open_bus, locked_bus, arrivals) =
            (found("OpenBus"), found("LockedBus"), found("Queue"));
        let read = Mutex::default();
        Ok(Self { stack, resources, open_bus, locked_bus, arrivals, customer, read })
    }

    /// The adapters as a function builds them from its environment.
    pub fn backend(&'static self) -> Backend {
        let (aws, name) = (self.stack.operator(), |name: &str| self.resources[name].clone());
        Backend {
            store: Store::aws(aws, name("Table")),
            recordings: Recordings::aws(aws, name("Recordings")),
            results: Results::aws(aws, name("Results")),
            events: Events::aws(aws),
            queue: DeliveryQueue::aws(aws, name("Queue")),
            machine: Machine::aws(aws, name("Machine")),
            emulator: Some(self),
        }
    }

    /// Models in the bucket of results.
    pub fn models(&self) -> Models {
        Models::aws(self.stack.operator(), self.resources["Results"].clone())
    }

    pub async fn arrived(&self, expected: &BTreeSet<String>) -> BTreeSet<String> {
        for _ in 0..ARRIVES_WITHIN_ROUNDS {
            let mut read = self.read.lock().await;
            read.extend(self.receive().await);
            let arrived: BTreeSet<_> =
                read.iter().filter(|id| expected.contains(*id)).cloned().collect();
            if arrived.len() == expected.len() {
                return arrived;
            }
        }
        panic!("not every event of {expected:?} arrived");
    }

    async fn receive(&self) -> Vec<String> {
        let request = self.customer.receive_message().queue_url(&self.arrivals);
        let request = request.max_number_of_messages(10);
        let answer = request.wait_time_seconds(1).visibility_timeout(600).send().await.unwrap();
        let bodies = answer.messages().iter().filter_map(|message| message.body());
        let events = bodies.map(|body| serde_json::from_str::<Value>(body).unwrap());
        events.map(|event| event["detail"]["eventId"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn waiting(&self) -> usize {
        use QueueAttributeName::{
            ApproximateNumberOfMessages as Visible, ApproximateNumberOfMessagesDelayed as Delayed,
        };
        let sqs = aws_sdk_sqs::Client::new(self.stack.operator());
        let request = sqs.get_queue_attributes().queue_url(&self.resources["Queue"]);
        let request = request.attribute_names(Visible).attribute_names(Delayed);
        let answer = request.send().await.unwrap();
        let counts = answer.attributes().into_iter().flat_map(|attributes| attributes.values());
        counts.map(|count| count.parse::<usize>().unwrap()).sum()
    }

    pub async fn starts(&self, call: &CallRef) -> usize {
        let execution = self.resources["Machine"].replace(":stateMachine:", ":execution:");
        let execution = format!("{execution}:{}", call.call_id);
        let sfn = aws_sdk_sfn::Client::new(self.stack.operator());
        let found = sfn.describe_execution().execution_arn(execution).send().await;
        found.is_ok_and(|found| found.input() == serde_json::to_string(call).ok().as_deref()).into()
    }
}
