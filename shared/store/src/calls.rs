//! A call's life: recordings arrive, then it is published or fails, once.

use domain::call::PublicFailure;
use domain::usage::UsageRecord;
use domain::{Call, CallId, CallStatus, Delivery, Happening, Recording, Registration};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::record::{Expect, Put, Record};
use crate::{TenantStore, keys};

/// How a call ends.
struct End {
    status: CallStatus,
    failure: Option<PublicFailure>,
    happening: Happening,
    at: Timestamp,
}

/// Readers that lost a race read again this often before they give up and let the queue try later.
const RACES_MAX: usize = 8;

impl TenantStore {
    /// One call.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the tenant has no such call.
    pub async fn call(&self, id: &CallId) -> Result<Call, StoreError> {
        self.call_record(id).await?.ok_or_else(|| missing(id))?.parse("call")
    }

    /// Adds an arrived recording to its call, making the call when it is the first.
    /// The same recording any number of times, also at once, has the effect of one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when others kept writing first.
    pub async fn register(
        &self,
        id: &CallId,
        parts: u32,
        recording: &Recording,
        at: Timestamp,
    ) -> Result<Registration, StoreError> {
        for _ in 0..RACES_MAX {
            match self.try_register(id, parts, recording, at).await {
                Err(StoreError::Conflict) => continue,
                outcome => return outcome,
            }
        }
        Err(StoreError::Conflict)
    }

    async fn try_register(
        &self,
        id: &CallId,
        parts: u32,
        recording: &Recording,
        at: Timestamp,
    ) -> Result<Registration, StoreError> {
        let found = self.call_record(id).await?;
        let before: Option<Call> = found.as_ref().map(|record| record.parse("call")).transpose()?;
        let mut call =
            before.clone().unwrap_or_else(|| Call::new(id.clone(), self.id.clone(), parts, at));
        let outcome = call.register(parts, recording.clone());
        if before.as_ref() != Some(&call) {
            self.table.write(vec![self.put_call(&call, expectation(found.as_ref()))?]).await?;
        }
        Ok(outcome)
    }

    /// Finishes a call: status, usage and one delivery per destination in one transaction.
    /// Publishing a finished call again changes nothing and answers the status it has.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown call, [`StoreError::Conflict`] after a lost race.
    pub async fn publish(
        &self,
        usage: &UsageRecord,
        happening: Happening,
        at: Timestamp,
    ) -> Result<CallStatus, StoreError> {
        let record = Put::new(keys::usage(usage), "Usage", usage, Expect::Absent)?;
        let end = End { status: CallStatus::Published, failure: None, happening, at };
        self.finish(&usage.call_id, end, vec![record]).await
    }

    /// Gives a call up: status, public reason and one delivery per destination in one transaction. Nothing
    /// is billed. Failing a finished call changes nothing and answers the status it has.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown call, [`StoreError::Conflict`] after a lost race.
    pub async fn fail(
        &self,
        id: &CallId,
        failure: PublicFailure,
        at: Timestamp,
    ) -> Result<CallStatus, StoreError> {
        let PublicFailure { name, reason } = failure.clone();
        let happening = Happening::CallFailed { failure: name, reason };
        let end = End { status: CallStatus::Failed, failure: Some(failure), happening, at };
        self.finish(id, end, vec![]).await
    }

    async fn finish(
        &self,
        id: &CallId,
        end: End,
        mut puts: Vec<Put>,
    ) -> Result<CallStatus, StoreError> {
        let found = self.call_record(id).await?.ok_or_else(|| missing(id))?;
        let mut call: Call = found.parse("call")?;
        if call.status.is_final() {
            return Ok(call.status);
        }
        (call.status, call.failure) = (end.status, end.failure);
        puts.push(self.put_call(&call, expectation(Some(&found)))?);
        puts.extend(self.announce(id, &end.happening, end.at).await?);
        self.table.write(puts).await?;
        Ok(end.status)
    }

    /// One delivery for each destination the tenant has now.
    async fn announce(
        &self,
        id: &CallId,
        happening: &Happening,
        at: Timestamp,
    ) -> Result<Vec<Put>, StoreError> {
        let to = |destination| {
            let (tenant, call) = (self.id.clone(), id.clone());
            self.put_delivery(
                &Delivery::new(tenant, call, destination, happening.clone(), at),
                Expect::Absent,
            )
        };
        self.destinations().await?.into_iter().map(to).collect()
    }

    /// Every usage record of the tenant, in order of day.
    ///
    /// # Errors
    /// When the table refuses or an item cannot be read.
    pub async fn usage(&self) -> Result<Vec<UsageRecord>, StoreError> {
        self.all(keys::USAGE, "usage record").await
    }

    async fn call_record(&self, id: &CallId) -> Result<Option<Record>, StoreError> {
        self.table.get(&keys::call(&self.id, id)).await
    }

    fn put_call(&self, call: &Call, expect: Expect) -> Result<Put, StoreError> {
        Put::new(keys::call(&self.id, &call.id), "Call", call, expect)
    }
}

fn expectation(found: Option<&Record>) -> Expect {
    found.map_or(Expect::Absent, |record| Expect::Version(record.version))
}

fn missing(id: &CallId) -> StoreError {
    StoreError::NotFound { what: format!("call {id}") }
}
