//! Typed, prefixed, opaque ids. Mixing two kinds does not compile; a wrong kind on the wire does not parse.
//!
//! An id is its kind's prefix and 26 Crockford base-32 characters (128 bits), for example
//! `call_01JD3Y5V0C8Q2M7W9T4B6N1XKE`. The fixed length and the absence of separators inside mean that no id
//! can be a prefix of another one, which key layouts rely on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct IdError {
    /// What the text should have looked like.
    pub expected: &'static str,
    /// The text, cut to 40 characters so that hostile input does not flood a log.
    pub found: String,
}

impl IdError {
    fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.chars().take(40).collect() }
    }
}

/// A 128-bit identity that is the same whenever it is made from the same parts.
///
/// Each part is preceded by its length, so that (`a-b`, `c`) and (`a`, `b-c`) stay different.
fn derive(kind: &str, parts: &[&str]) -> Ulid {
    let mut hash = Sha256::new();
    for part in std::iter::once(&kind).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ulid::from_bytes(bytes)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Makes an id from 128 bits that the caller drew or counted.
            pub fn from_ulid(ulid: Ulid) -> Self {
                Self(format!("{}{ulid}", $prefix))
            }

            /// Makes the id that belongs to these parts: equal parts, equal id.
            pub fn derived(parts: &[&str]) -> Self {
                Self::from_ulid(derive($prefix, parts))
            }

            /// The id as it is written everywhere.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                const EXPECTED: &str =
                    concat!("`", $prefix, "` and 26 characters of 0-9 and A-Z (no I, L, O, U)");
                let body = text.strip_prefix($prefix).ok_or(IdError::new(EXPECTED, text))?;
                let ulid = Ulid::from_string(body).map_err(|_| IdError::new(EXPECTED, text))?;
                let id = Self::from_ulid(ulid);
                if id.0 == text { Ok(id) } else { Err(IdError::new(EXPECTED, text)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A customer company.
    TenantId, "ten_"
);
id!(
    /// One conversation.
    CallId, "call_"
);
id!(
    /// One uploaded media file.
    RecordingId, "rec_"
);
id!(
    /// A phrase or meaning a tenant looks for.
    TrackerId, "trk_"
);
id!(
    /// A place where a tenant wants results.
    DestinationId, "dst_"
);
id!(
    /// Something that happened and is told; the same on every way it is told.
    EventId, "evt_"
);
id!(
    /// One event on its way to one destination.
    DeliveryId, "dlv_"
);
id!(
    /// One immutable record of what was used.
    UsageId, "use_"
);

/// A 12-digit AWS account number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AccountId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let twelve_digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if twelve_digits { Ok(Self(text)) } else { Err(IdError::new("12 digits", &text)) }
    }
}

impl FromStr for AccountId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.to_owned().try_into()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> String {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_another_kind_does_not_parse() {
        let call = CallId::derived(&["a"]);
        assert!(call.as_str().parse::<TenantId>().is_err());
        assert!(call.as_str().parse::<CallId>().is_ok());
    }

    #[test]
    fn lower_case_and_look_alike_letters_are_refused_so_one_id_has_one_spelling() {
        let id = CallId::derived(&["a"]).to_string();
        assert!(id.replace("call_", "CALL_").parse::<CallId>().is_err());
        assert!(format!("call_{}", id[5..].to_lowercase()).parse::<CallId>().is_err());
        assert!("call_0000000000000000000000000I".parse::<CallId>().is_err());
    }

    #[test]
    fn an_account_is_exactly_twelve_digits() {
        assert!("123456789012".parse::<AccountId>().is_ok());
        for wrong in
            ["", "12345678901", "1234567890123", "12345678901x", "１２３４５６７８９０１２"]
        {
            assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn moving_a_character_between_parts_changes_the_id(a in ".{1,8}", b in ".{0,8}") {
            let mut chars = a.chars();
            let moved = chars.next_back().map(String::from).unwrap_or_default() + &b;
            prop_assert_ne!(CallId::derived(&[&a, &b]), CallId::derived(&[chars.as_str(), &moved]));
        }

        #[test]
        fn any_text_either_round_trips_or_is_refused(text in ".{0,40}") {
            if let Ok(id) = text.parse::<TenantId>() {
                prop_assert_eq!(id.as_str(), text);
            }
        }
    }
}
