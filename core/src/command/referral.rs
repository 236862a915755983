//! Commands about who brought whom.

use serde::{Deserialize, Serialize};

use crate::nouns::Via;
use crate::values::Id;

/// What the host says of a member's phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum PhoneCheck {
    /// The member has shown that it is its own.
    Verified,
    /// It has not.
    Unverified,
}

/// Binds a party to a referrer: a customer to a guide, a guide below another, a merchant to whoever brought it (P3, O3, M4,
/// Z6). The party, the referrer, its merchant or the operator. `type: bind_referrer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct BindReferrer {
    /// Who is bound.
    pub party: Id,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub referrer: Option<Id>,
    /// Instead: a merchant that the member chose; the rulebook says who its referrer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub merchant: Option<Id>,
    /// The alliance, where the rulebook binds members by alliance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub alliance: Option<Id>,
    /// How.
    pub via: Via,
    /// Whether the member's phone number is verified; asked of members only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub phone: Option<PhoneCheck>,
}

/// Takes a binding away; the operator only. `type: unbind_referrer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct UnbindReferrer {
    /// Who is bound.
    pub party: Id,
    /// In which alliance; in the whole programme, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub alliance: Option<Id>,
}

/// Says which vouchers guides hand out: an alliance's, or the platform's own. The owner or the operator. `type: set_pack`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetPack {
    /// An alliance, or the operator.
    pub owner: Id,
    /// All of them, at most 64, in the order in which they are given; one of each brand.
    pub stocks: Vec<Id>,
}

/// Hands a pack of vouchers to a member (P2, P4): which pack follows from how the member came. The member, the guide, its
/// merchant or the operator. `type: issue_pack`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct IssuePack {
    /// Who gets it.
    pub member: Id,
    /// Whose code it was: staff, a store or a merchant.
    pub guide: Id,
    /// How the member came.
    pub via: Via,
}

/// A member presents a guide's code for the voucher of a brand (P5). The member, the guide, its merchant or the operator.
/// `type: present_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PresentVoucher {
    /// Who presents it.
    pub member: Id,
    /// Whose code it is: staff, a store or a merchant.
    pub guide: Id,
    /// The brand that the member picks.
    pub merchant: Id,
}
