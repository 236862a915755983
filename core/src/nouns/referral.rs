//! Who brought whom: the record `referral/<party>`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::values::{Day, Id};

/// How somebody came to a referrer (P2, P3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Via {
    /// By scanning a code in the shop.
    Scan,
    /// By a page that was shared.
    SharedPage,
    /// By an invitation code.
    InvitationCode,
    /// By asking for it.
    Application,
    /// The referrer came up to the customer.
    Pushed,
    /// By choosing a merchant.
    Merchant,
    /// By joining below somebody.
    Upline,
}

/// A party's referrer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Who brought it.
    pub referrer: Id,
    /// The account that the referrer earns into.
    pub account: Id,
    /// The local day on which it was bound, or last renewed.
    pub since: Day,
    /// How.
    pub via: Via,
}

/// Whether somebody was ever bound to a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Leads {
    /// Nobody.
    #[default]
    No,
    /// Somebody: only such a party can close a cycle.
    Yes,
}

impl Leads {
    fn is_no(&self) -> bool {
        *self == Leads::No
    }
}

/// The record `referral/<party>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Referral {
    /// The referrer in the whole programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme: Option<Binding>,
    /// Referrers by alliance.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub alliances: BTreeMap<Id, Binding>,
    /// Whether somebody was ever bound to it.
    #[serde(skip_serializing_if = "Leads::is_no")]
    pub leads: Leads,
    /// The day of its first entry fee (Z6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_fee: Option<Day>,
}

impl Referral {
    /// The referrer that counts on a day where a merchant is in these alliances: of them, by id, the first with a binding that
    /// began by then, else the programme's.
    pub fn binding_at(&self, alliances: &BTreeSet<Id>, day: Day) -> Option<&Binding> {
        let known = alliances.iter().filter_map(|alliance| self.alliances.get(alliance)).chain(&self.programme);
        known.into_iter().find(|binding| binding.since <= day)
    }

    /// Every binding.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.programme.iter().chain(self.alliances.values())
    }
}
