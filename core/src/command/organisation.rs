//! Commands about parties.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::organisation::{Party, Terms};
use crate::values::{Birthday, Id};

/// Registers a party: the operator does; a merchant or store may register members that it enrols, and a merchant its
/// stores and staff, and alliances. `type: register_party`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RegisterParty {
    /// The new party's id.
    pub party: Id,
    /// Its record.
    pub record: Party,
}

/// Adds terms to a party, or replaces those with the same first day; the operator only. A version is whole: what it leaves out
/// has its default, not the value of the version before. `type: set_terms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetTerms {
    /// The party.
    pub party: Id,
    /// The terms.
    pub terms: Terms,
}

/// Sets fields of a member; what is absent stays as it is. `type: set_member`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetMember {
    /// The member.
    pub member: Id,
    /// The tier, one that the rulebook declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub tier: Option<Id>,
    /// Roles, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub roles: Option<BTreeSet<Id>>,
    /// Flags, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub flags: Option<BTreeSet<Id>>,
    /// Memberships, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub member_of: Option<BTreeSet<Id>>,
    /// Employers, all of them; the operator alone, or who may act for them, says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub employee_of: Option<BTreeSet<Id>>,
    /// Month and day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub birthday: Option<Birthday>,
}

/// A member gets a merchant's card: becomes a member of it. The member, the merchant or the operator asks (M8).
/// `type: enrol_member`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct EnrolMember {
    /// The member.
    pub member: Id,
    /// The merchant.
    pub merchant: Id,
}

/// A merchant joins an alliance; itself or the operator asks. `type: join_alliance`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct JoinAlliance {
    /// The merchant.
    pub merchant: Id,
    /// The alliance.
    pub alliance: Id,
}

/// A merchant leaves an alliance; itself or the operator asks. `type: leave_alliance`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LeaveAlliance {
    /// The merchant.
    pub merchant: Id,
    /// The alliance.
    pub alliance: Id,
}
