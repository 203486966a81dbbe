//! The table in DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, Put as DynamoPut, TransactWriteItem};
use serde_json::Value;

use crate::error::StoreError;
use crate::keys::Key;
use crate::record::{Expect, Put, Record};

type Item = HashMap<String, AttributeValue>;

/// Names of the attributes that are ours and not the item's.
const PK: &str = "PK";
const SK: &str = "SK";
const ENTITY: &str = "entity";
const VERSION: &str = "version";

#[derive(Debug, Clone)]
pub(crate) struct Dynamo {
    client: Client,
    table: String,
}

impl Dynamo {
    pub(crate) fn new(config: &aws_config::SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let request = request.key(PK, text(&key.pk)).key(SK, text(&key.sk));
        let answer = request.send().await.map_err(refused)?;
        answer.item.map(record).transpose()
    }

    pub(crate) async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Record>, StoreError> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let pages = request
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.map_err(refused)?;
        items.into_iter().map(record).collect()
    }

    pub(crate) async fn write(&self, puts: Vec<Put>) -> Result<(), StoreError> {
        let writes = puts.into_iter().map(|put| self.transact_put(put));
        let writes = writes.collect::<Result<Vec<_>, _>>()?;
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        request.send().await.map_err(refused)?;
        Ok(())
    }

    fn transact_put(&self, put: Put) -> Result<TransactWriteItem, StoreError> {
        let expect = put.expect;
        let builder = DynamoPut::builder().table_name(&self.table).set_item(Some(item(put)?));
        let builder = match expect {
            Expect::Anything => builder,
            Expect::Absent => builder.condition_expression("attribute_not_exists(PK)"),
            Expect::Version(version) => builder
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":version", number(version)),
        };
        let put = builder.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn item(put: Put) -> Result<Item, StoreError> {
    let version = put.version_after();
    let mut item: Item = serde_dynamo::to_item(put.body)
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    item.insert(PK.into(), text(&put.key.pk));
    item.insert(SK.into(), text(&put.key.sk));
    item.insert(ENTITY.into(), text(put.entity));
    item.insert(VERSION.into(), number(version));
    Ok(item)
}

fn record(mut item: Item) -> Result<Record, StoreError> {
    for ours in [PK, SK, ENTITY] {
        item.remove(ours);
    }
    let version = item.remove(VERSION).and_then(|value| value.as_n().ok()?.parse().ok());
    let body: Value = serde_dynamo::from_item(item)
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(Record { version: version.unwrap_or(0), body })
}

/// Sorts a refusal by what the caller should do next.
fn refused<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> StoreError {
    let message = error.message().unwrap_or_default();
    match error.code() {
        Some("ConditionalCheckFailedException") => StoreError::Conflict,
        Some("TransactionCanceledException") if message.contains("ConditionalCheckFailed") => {
            StoreError::Conflict
        }
        Some("TransactionCanceledException" | "TransactionInProgressException") => {
            StoreError::Throttled
        }
        Some(
            "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "TransactionConflictException",
        ) => StoreError::Throttled,
        Some(code) => StoreError::Unavailable(format!("{code}: {message}")),
        None => StoreError::Unavailable(format!("{error}")),
    }
}
