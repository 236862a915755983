//! How members are bound to referrers: the rulebook's section `referral`, and which touch counts.

use serde::{Deserialize, Serialize};

use crate::values::Day;

/// The longest that an order sets a voucher aside, in hours: as long as any reservation.
pub const MAX_ORDER_HOURS: u32 = 90 * 24;
/// The longest that ordering makes a voucher good for, in days.
pub const MAX_PRESENTED_DAYS: u32 = 36_500;
/// The longest protection, in days.
pub const MAX_PROTECTED_DAYS: u32 = 3_650;

/// Within what a member has one referrer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum BindingScope {
    /// The whole programme.
    #[default]
    Programme,
    /// Each alliance.
    Alliance,
}

impl BindingScope {
    fn is_default(&self) -> bool {
        *self == Self::Programme
    }
}

/// Which touch binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingPolicy {
    /// The first, until the operator unbinds.
    FirstTouch {},
    /// The last by its day: each replaces the one before.
    LastTouch {},
    /// The last, but another referrer only once the days of the one before are over.
    Protected {
        /// 1 to 3,650.
        days: u32,
    },
    /// The first, for good.
    Permanent {},
}

impl BindingPolicy {
    /// Whether a touch on `day` replaces a binding of `since`; the same referrer's renews it. One of an earlier day, which is
    /// heard of late, never does: a later touch is known.
    ///
    /// ```
    /// use coalition::binding::BindingPolicy;
    /// use coalition::values::Day;
    /// let day = |text: &str| text.parse::<Day>().unwrap();
    /// let policy = BindingPolicy::Protected { days: 30 };
    /// assert!(!policy.replaces(day("2024-03-01"), false, day("2024-03-30")));
    /// assert!(policy.replaces(day("2024-03-01"), false, day("2024-03-31")));
    /// assert!(policy.replaces(day("2024-03-01"), true, day("2024-03-02")));
    /// assert!(!policy.replaces(day("2024-03-01"), true, day("2024-02-29")));
    /// ```
    pub fn replaces(&self, since: Day, same_referrer: bool, day: Day) -> bool {
        match self {
            Self::FirstTouch {} | Self::Permanent {} => false,
            Self::LastTouch {} => since <= day,
            Self::Protected { days } => {
                let free = since.days_later(*days);
                (same_referrer && since <= day) || free.is_some_and(|free| free <= day)
            }
        }
    }
}

/// Whose the members are that choose a merchant (P3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ChosenMerchant {
    /// The guide's that the merchant's terms name.
    #[default]
    Guide,
    /// The merchant's own.
    Merchant,
}

impl ChosenMerchant {
    fn is_default(&self) -> bool {
        *self == Self::Guide
    }
}

/// How packs are handed out and presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackTerms {
    /// The most vouchers that a shared page gives somebody who had some before (P4).
    #[serde(default = "fifteen", skip_serializing_if = "is_fifteen")]
    pub most: u32,
    /// How many days a voucher is good at least, from the day on which it is ordered (P5).
    pub presented_days: u32,
    /// How many hours an order sets it aside.
    pub order_hours: u32,
}

fn fifteen() -> u32 {
    15
}

fn is_fifteen(most: &u32) -> bool {
    *most == fifteen()
}

/// The section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralSection {
    /// Within what a member has one referrer.
    #[serde(default, skip_serializing_if = "BindingScope::is_default")]
    pub scope: BindingScope,
    /// Which touch binds a member.
    pub policy: BindingPolicy,
    /// Whose the members are that choose a merchant.
    #[serde(default, skip_serializing_if = "ChosenMerchant::is_default")]
    pub chosen_merchant: ChosenMerchant,
    /// How packs are handed out; not at all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packs: Option<PackTerms>,
}
