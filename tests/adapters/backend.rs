//! The adapters of one backend, and a look at what they sent.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use bus::{DeliveryQueue, Event, Events, Machine};
use contracts::steps::CallRef;
use domain::{AccountId, Destination};
use objects::{Recordings, Results};
use store::Store;
use tokio::runtime::Runtime;

use crate::emulator::Emulator;

/// Every adapter, on one backend.
pub struct Backend {
    pub store: Store,
    pub recordings: Recordings,
    pub results: Results,
    pub events: Events,
    pub queue: DeliveryQueue,
    pub machine: Machine,
    /// The service behind the adapters; none where they keep everything in memory.
    pub emulator: Option<&'static Emulator>,
}

impl Backend {
    /// Everything in memory, fresh.
    pub fn memory() -> Self {
        Self {
            store: Store::memory(),
            recordings: Recordings::memory(),
            results: Results::memory(),
            events: Events::memory(),
            queue: DeliveryQueue::memory(),
            machine: Machine::memory(),
            emulator: None,
        }
    }

    /// A bus that takes events.
    pub fn open_bus(&self) -> Destination {
        let arn = self.emulator.map_or("arn:open", |emulator| &emulator.open_bus);
        testkit::event_bus("open", &customer(), arn)
    }

    /// A bus that refuses events: one without a policy on AWS. The memory backend refuses by a field of the
    /// detail instead, so events for this bus carry it.
    pub fn locked_bus(&self) -> Destination {
        let arn = self.emulator.map_or("arn:locked", |emulator| &emulator.locked_bus);
        testkit::event_bus("locked", &customer(), arn)
    }

    /// The ids of those events that arrived, of `expected` ones; waits until as many are there.
    pub async fn arrived(&self, expected: &BTreeSet<String>) -> BTreeSet<String> {
        match self.emulator {
            Some(emulator) => emulator.arrived(expected).await,
            None => {
                self.events.sent().iter().map(event_id).filter(|id| expected.contains(id)).collect()
            }
        }
    }

    /// How many messages are on the delivery queue, those not visible yet included.
    pub async fn waiting(&self) -> usize {
        match self.emulator {
            Some(emulator) => emulator.waiting().await,
            None => self.queue.waiting().len(),
        }
    }

    /// Lets the service finish what it does in the background.
    pub async fn settle(&self) {
        if self.emulator.is_some() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Whether the machine was started for a call, and how often.
    pub async fn starts(&self, call: &CallRef) -> usize {
        match self.emulator {
            Some(emulator) => emulator.starts(call).await,
            None => self.machine.started().iter().filter(|started| *started == call).count(),
        }
    }
}

fn event_id(event: &Event) -> String {
    event.detail["eventId"].as_str().unwrap_or_default().to_owned()
}

fn customer() -> AccountId {
    xtask::local::CUSTOMER.parse().unwrap()
}

/// One runtime for all tests: connections to the emulator live on the runtime that opened them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

pub fn in_memory<Case: Future<Output = ()>>(case: impl FnOnce(Backend) -> Case) {
    RUNTIME.block_on(case(Backend::memory()));
}

pub fn on_the_emulator<Case: Future<Output = ()>>(case: impl FnOnce(Backend) -> Case) {
    RUNTIME.block_on(async { case(Emulator::shared().await.backend()).await });
}

/// Makes two tests of each case, one for each backend.
#[macro_export]
macro_rules! on_both_backends {
    ($($case:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test] fn $case() { $crate::backend::in_memory(super::$case); })+
        }
        mod on_the_emulator {
            $(#[test] fn $case() { $crate::backend::on_the_emulator(super::$case); })+
        }
    };
}
