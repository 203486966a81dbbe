//! The event's detail: ids and links, made at the moment of sending so that the links are fresh.

use std::time::Duration;

use contracts::events::{CallCompleted, CallFailed, EventHeader, ReportLinks};
use contracts::steps::CallRef;
use domain::{Delivery, Happening};
use jiff::{SignedDuration, Timestamp};
use objects::{ResultKey, Results};
use serde_json::Value;

use crate::Error;

/// How long a link works. A function's own credentials end sooner than the seven days S3 would sign for.
const LINK_VALID: Duration = Duration::from_secs(3600);

/// The detail of a delivery's event, as `events/schemas` describes it.
pub(crate) async fn detail(
    results: &Results,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<Value, Error> {
    let header = EventHeader {
        event_id: delivery.event_id(),
        tenant_id: delivery.tenant_id.clone(),
        occurred_at: delivery.occurred_at,
    };
    let call_id = delivery.call_id.clone();
    let detail = match &delivery.happening {
        Happening::CallCompleted { duration, language } => {
            let (duration, language) = (*duration, *language);
            let links = links(results, delivery, now).await?;
            serde_json::to_value(CallCompleted { header, call_id, duration, language, links })
        }
        Happening::CallFailed { failure, reason } => {
            let (failure, reason) = (failure.clone(), reason.clone());
            serde_json::to_value(CallFailed { header, call_id, failure, reason })
        }
    };
    detail.map_err(Error::Message)
}

async fn links(
    results: &Results,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<ReportLinks, Error> {
    let (tenant_id, call_id) = (delivery.tenant_id.clone(), delivery.call_id.clone());
    let call = results.call(&CallRef { tenant_id, call_id });
    Ok(ReportLinks {
        report_json: call.link(&ResultKey::ReportJson, LINK_VALID).await?,
        report_html: call.link(&ResultKey::ReportHtml, LINK_VALID).await?,
        expires_at: now + SignedDuration::from_secs(LINK_VALID.as_secs() as i64),
    })
}
