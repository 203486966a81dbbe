//! Who is on which side of a call, and how we know.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The part a speaker has in a sales or service call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The tenant's own person.
    Agent,
    /// The person the tenant talks to.
    Customer,
    /// Nothing trustworthy says which side this is.
    Unknown,
}

impl Role {
    /// The role as it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
            Self::Unknown => "unknown",
        }
    }
}

/// What the separation of speakers rests on; every speaker-dependent result carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// One file per participant.
    Participant,
    /// One channel per side.
    Channel,
    /// Voices told apart inside one track.
    Diarization,
    /// One track, voices not told apart: all speech counts as one unknown speaker.
    Mono,
}

/// Which side each channel of a recording carries, as its uploader declared it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ChannelSides {
    /// Nothing declared.
    Mixed,
    /// The whole file is the agent.
    Agent,
    /// The whole file is the customer.
    Customer,
    /// First channel agent, second channel customer.
    AgentCustomer,
    /// First channel customer, second channel agent.
    CustomerAgent,
}

impl ChannelSides {
    const ALL: [(&'static str, Self); 5] = [
        ("mixed", Self::Mixed),
        ("agent", Self::Agent),
        ("customer", Self::Customer),
        ("agent-customer", Self::AgentCustomer),
        ("customer-agent", Self::CustomerAgent),
    ];

    /// The role of what is heard on one channel, counted from 0.
    pub fn role_of(self, channel: u16) -> Role {
        match (self, channel) {
            (Self::Agent, _) | (Self::AgentCustomer, 0) | (Self::CustomerAgent, 1) => Role::Agent,
            (Self::Customer, _) | (Self::AgentCustomer, 1) | (Self::CustomerAgent, 0) => {
                Role::Customer
            }
            _ => Role::Unknown,
        }
    }
}

impl fmt::Display for ChannelSides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            Self::ALL.iter().find(|(_, sides)| sides == self).map_or("mixed", |(name, _)| name);
        f.write_str(name)
    }
}

/// A text that names no [`ChannelSides`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected mixed, agent, customer, agent-customer or customer-agent, found `{0}`")]
pub struct UnknownSides(pub String);

impl FromStr for ChannelSides {
    type Err = UnknownSides;

    fn from_str(text: &str) -> Result<Self, UnknownSides> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, sides)| *sides).ok_or_else(|| UnknownSides(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for ChannelSides {
    type Error = UnknownSides;

    fn try_from(text: String) -> Result<Self, UnknownSides> {
        text.parse()
    }
}

impl From<ChannelSides> for String {
    fn from(sides: ChannelSides) -> String {
        sides.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_the_declared_order_swaps_the_roles() {
        assert_eq!(ChannelSides::AgentCustomer.role_of(0), Role::Agent);
        assert_eq!(ChannelSides::CustomerAgent.role_of(0), Role::Customer);
        assert_eq!(ChannelSides::CustomerAgent.role_of(1), Role::Agent);
    }

    #[test]
    fn nothing_declared_means_nothing_known_and_never_the_first_speaker() {
        assert_eq!(ChannelSides::Mixed.role_of(0), Role::Unknown);
        assert_eq!(ChannelSides::AgentCustomer.role_of(2), Role::Unknown);
    }

    #[test]
    fn every_name_parses_back_to_itself() {
        for (name, sides) in ChannelSides::ALL {
            assert_eq!(sides.to_string(), name);
            assert_eq!(name.parse(), Ok(sides));
        }
    }
}
