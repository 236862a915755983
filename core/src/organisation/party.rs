//! The record `party/<id>`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Terms;
use crate::values::{Birthday, Day, Id};

/// The most versions of a party's terms.
pub const MAX_TERMS: usize = 120;
/// The most alliances, roles, flags, memberships or employers of a party.
pub const MAX_PARTY_IDS: usize = 64;

/// The alliances of who is in none.
pub(crate) static NO_ALLIANCES: BTreeSet<Id> = BTreeSet::new();

/// A party by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Party {
    /// Headquarters: mints, sells and reimburses points.
    Operator {
        /// Terms: what it accepts, and what happens when its own stock is short.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        terms: Vec<Terms>,
    },
    /// A regional branch: buys or is granted points and passes them on to its merchants and stores.
    Branch {
        /// Terms.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        terms: Vec<Terms>,
    },
    /// A merchant: awards and accepts points.
    Merchant {
        /// The branch that it belongs to; directly attached to the operator, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        branch: Option<Id>,
        /// The alliances that it is in.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        alliances: BTreeSet<Id>,
        /// The local day on which it joined each of them; one without a day (it was joined when the merchant was in no
        /// other, or stood in the registration) came before all that have one.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        joined: BTreeMap<Id, Day>,
        /// Terms.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        terms: Vec<Terms>,
    },
    /// A shop of a merchant.
    Store {
        /// The merchant.
        merchant: Id,
        /// Terms, where it holds points itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        terms: Vec<Terms>,
    },
    /// A group of merchants.
    Alliance {},
    /// Somebody who works for a merchant.
    Staff {
        /// The merchant.
        merchant: Id,
        /// Roles, for rules.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        roles: BTreeSet<Id>,
        /// The account that commission goes into; one of its own id, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        account: Option<Id>,
        /// The alliance that it stands for, where the merchant is in several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        alliance: Option<Id>,
    },
    /// A member.
    Member {
        /// The account that earns and spends: the member's own or a household's.
        account: Id,
        /// The merchant or store that enrolled the member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        enrolled_by: Option<Id>,
        /// Merchants that the member is a member of.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        member_of: BTreeSet<Id>,
        /// Merchants that the member is employed by: for staff prices.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        employee_of: BTreeSet<Id>,
        /// The tier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        tier: Option<Id>,
        /// Roles, for rules.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        roles: BTreeSet<Id>,
        /// Flags that gate earning, such as `follows` (C8).
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        flags: BTreeSet<Id>,
        /// Month and day of birth.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        birthday: Option<Birthday>,
    },
    /// Somebody outside: a manufacturer that bears discounts, an agent, a shareholder who brings merchants.
    Partner {
        /// Roles, for grades of commission.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        roles: BTreeSet<Id>,
        /// Terms, where it holds points.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        terms: Vec<Terms>,
    },
}

/// The kind of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants of `Party`")]
pub enum PartyKind {
    Operator,
    Branch,
    Merchant,
    Store,
    Alliance,
    Staff,
    Member,
    Partner,
}

impl Party {
    /// Its kind.
    pub const fn kind(&self) -> PartyKind {
        match self {
            Party::Operator { .. } => PartyKind::Operator,
            Party::Branch { .. } => PartyKind::Branch,
            Party::Merchant { .. } => PartyKind::Merchant,
            Party::Store { .. } => PartyKind::Store,
            Party::Alliance {} => PartyKind::Alliance,
            Party::Staff { .. } => PartyKind::Staff,
            Party::Member { .. } => PartyKind::Member,
            Party::Partner { .. } => PartyKind::Partner,
        }
    }

    /// All its terms, oldest first.
    pub fn all_terms(&self) -> &[Terms] {
        match self {
            Party::Operator { terms }
            | Party::Branch { terms }
            | Party::Merchant { terms, .. }
            | Party::Store { terms, .. }
            | Party::Partner { terms, .. } => terms,
            Party::Alliance {} | Party::Staff { .. } | Party::Member { .. } => &[],
        }
    }

    /// The list of its terms, if parties of its kind have any.
    pub fn terms_mut(&mut self) -> Option<&mut Vec<Terms>> {
        match self {
            Party::Operator { terms }
            | Party::Branch { terms }
            | Party::Merchant { terms, .. }
            | Party::Store { terms, .. }
            | Party::Partner { terms, .. } => Some(terms),
            Party::Alliance {} | Party::Staff { .. } | Party::Member { .. } => None,
        }
    }

    /// The terms in force on a day: the latest that began on it or before.
    pub fn terms_on(&self, day: Day) -> Option<&Terms> {
        self.all_terms().iter().rev().find(|terms| terms.from <= day)
    }

    /// The account that it earns into: a member's own, that of staff if one is given, else one of its own id.
    pub fn earning_account<'p>(&'p self, own: &'p Id) -> &'p Id {
        match self {
            Party::Member { account, .. } => account,
            Party::Staff { account: Some(account), .. } => account,
            _ => own,
        }
    }

    /// The merchant that it is, or works for.
    pub fn employer<'p>(&'p self, own: &'p Id) -> Option<&'p Id> {
        match self {
            Party::Merchant { .. } => Some(own),
            Party::Store { merchant, .. } | Party::Staff { merchant, .. } => Some(merchant),
            _ => None,
        }
    }

    /// The alliances that a merchant is in; others are in none.
    pub fn alliances(&self) -> &BTreeSet<Id> {
        match self {
            Party::Merchant { alliances, .. } => alliances,
            _ => &NO_ALLIANCES,
        }
    }

    /// Its roles.
    pub fn roles(&self) -> Option<&BTreeSet<Id>> {
        match self {
            Party::Staff { roles, .. } | Party::Member { roles, .. } | Party::Partner { roles, .. } => Some(roles),
            _ => None,
        }
    }

    /// Whether it may hold points to sell, grant, give or award.
    pub const fn holds_points(&self) -> bool {
        !matches!(self.kind(), PartyKind::Alliance | PartyKind::Staff | PartyKind::Member)
    }
}
