//! The layout of uploaded recordings.
//!
//! | key | meaning |
//! |---|---|
//! | `<tenant>/uploads/<call>/<part>-of-<parts>_<sides>.<any extension>` | one recording of a call; the call starts when all parts are there |
//! | `<tenant>/drop/<any name>` | a whole call of its own; its id follows from the key |
//!
//! `<sides>` says what the channels carry: `mixed`, `agent`, `customer`, `agent-customer` (first channel agent)
//! or `customer-agent`.

use domain::limits::CALL_PARTS_MAX;
use domain::{CallId, ChannelSides, TenantId};

/// A key of the recordings bucket, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadKey {
    /// Whose recording.
    pub tenant_id: TenantId,
    /// Of which call.
    pub call_id: CallId,
    /// Its number in the call, from 1.
    pub part: u32,
    /// How many recordings the call has.
    pub parts: u32,
    /// What its channels carry; `None` when the tenant's setting decides.
    pub sides: Option<ChannelSides>,
}

/// Why a key is outside the layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// Not even a tenant can be read from it.
    #[error("expected a key that begins with a tenant id and `/`, found `{found}`")]
    NoTenant {
        /// The beginning of the key.
        found: String,
    },
    /// The tenant can be read, the rest cannot.
    #[error(
        "expected <tenant>/uploads/<call>/<part>-of-<parts>_<sides>.<extension> or <tenant>/drop/<name>, \
         found `{found}` after the tenant"
    )]
    OffLayout {
        /// Whose upload it was meant to be.
        tenant_id: TenantId,
        /// The rest of the key.
        found: String,
    },
}

impl UploadKey {
    /// Reads a key of the recordings bucket.
    ///
    /// # Errors
    /// [`UploadError`] tells how much of the key could be read.
    pub fn parse(key: &str) -> Result<Self, UploadError> {
        let no_tenant = || UploadError::NoTenant { found: shortened(key) };
        let (tenant, rest) = key.split_once('/').ok_or_else(no_tenant)?;
        let tenant_id: TenantId = tenant.parse().map_err(|_| no_tenant())?;
        let parsed = match rest.split_once('/') {
            Some(("uploads", path)) => Self::parse_upload(&tenant_id, path),
            Some(("drop", name)) if !name.is_empty() => Some(Self::dropped(&tenant_id, key)),
            _ => None,
        };
        parsed.ok_or_else(|| UploadError::OffLayout { tenant_id, found: shortened(rest) })
    }

    /// The id of the call that a key outside the layout is reported under.
    pub fn refused_call_id(key: &str) -> CallId {
        CallId::derived(&["refused", key])
    }

    fn parse_upload(tenant_id: &TenantId, path: &str) -> Option<Self> {
        let (call, name) = path.split_once('/')?;
        let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
        let (place, sides) = stem.split_once('_')?;
        let (part, parts) = place.split_once("-of-")?;
        let (part, parts) = (counted(part)?, counted(parts)?);
        let sides = Some(sides.parse().ok()?);
        let (tenant_id, call_id) = (tenant_id.clone(), call.parse().ok()?);
        (part <= parts).then_some(Self { tenant_id, call_id, part, parts, sides })
    }

    fn dropped(tenant_id: &TenantId, key: &str) -> Self {
        let call_id = CallId::derived(&["drop", key]);
        Self { tenant_id: tenant_id.clone(), call_id, part: 1, parts: 1, sides: None }
    }
}

/// A number from 1 to the most parts a call may have, without leading zeros, so that a part has one name.
fn counted(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    let canonical = number.to_string() == text;
    (canonical && (1..=CALL_PARTS_MAX).contains(&number)).then_some(number)
}

fn shortened(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TENANT: &str = "ten_01JD3Y5V0C8Q2M7W9T4B6N1XKE";
    const CALL: &str = "call_01JD3Y5V0C8Q2M7W9T4B6N1XKE";

    #[test]
    fn an_upload_names_its_call_its_place_and_its_sides() {
        let key = format!("{TENANT}/uploads/{CALL}/1-of-2_agent.wav");
        let parsed = UploadKey::parse(&key).unwrap();
        assert_eq!((parsed.part, parsed.parts, parsed.sides), (1, 2, Some(ChannelSides::Agent)));
        assert_eq!(parsed.call_id.as_str(), CALL);
    }

    #[test]
    fn the_extension_does_not_matter() {
        for extension in ["", ".wav", ".tar.gz", ".会話"] {
            let key = format!("{TENANT}/uploads/{CALL}/1-of-1_mixed{extension}");
            assert!(UploadKey::parse(&key).is_ok(), "{key}");
        }
    }

    #[test]
    fn a_dropped_file_of_any_name_is_a_call_of_its_own() {
        let one = UploadKey::parse(&format!("{TENANT}/drop/山田様 2026.mp3")).unwrap();
        let two = UploadKey::parse(&format!("{TENANT}/drop/b/c.mp3")).unwrap();
        assert_ne!(one.call_id, two.call_id);
        assert_eq!((one.part, one.parts, one.sides), (1, 1, None));
    }

    #[test]
    fn a_key_outside_the_layout_tells_what_was_expected() {
        for rest in [
            "",
            "x",
            "drop/",
            "uploads/",
            "calls/x",
            "../other/drop/x",
            "uploads/call_x/1-of-1_mixed.wav",
            "uploads/call_01JD3Y5V0C8Q2M7W9T4B6N1XKE/01-of-1_mixed.wav",
            "uploads/call_01JD3Y5V0C8Q2M7W9T4B6N1XKE/2-of-1_mixed.wav",
            "uploads/call_01JD3Y5V0C8Q2M7W9T4B6N1XKE/1-of-17_mixed.wav",
            "uploads/call_01JD3Y5V0C8Q2M7W9T4B6N1XKE/1-of-1_left.wav",
        ] {
            let error = UploadKey::parse(&format!("{TENANT}/{rest}")).unwrap_err();
            assert!(matches!(error, UploadError::OffLayout { .. }), "{rest}: {error}");
        }
        assert!(matches!(UploadKey::parse("file.wav"), Err(UploadError::NoTenant { .. })));
    }

    proptest! {
        #[test]
        fn no_key_panics(key in ".{0,200}") {
            let _parsed = UploadKey::parse(&key);
        }
    }
}
