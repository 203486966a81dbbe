//! Which call a step works on.

use domain::{CallId, TenantId};
use serde::{Deserialize, Serialize};

/// Which call a step works on: the whole input of most steps, and the output of those that only write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRef {
    /// Whose call.
    pub tenant_id: TenantId,
    /// Which call.
    pub call_id: CallId,
}
