//! How members are bound to referrers: the rulebook's section `referral`, and which touch counts.

use serde::{Deserialize, Serialize};

use crate::values::Day;

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
    /// The last: each replaces the one before.
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
    /// Whether a touch on `day` replaces a binding of `since`; the same referrer's renews it.
    ///
    /// ```
    /// use coalition::binding::BindingPolicy;
    /// use coalition::values::Day;
    /// let day = |text: &str| text.parse::<Day>().unwrap();
    /// let policy = BindingPolicy::Protected { days: 30 };
    /// assert!(!policy.replaces(day("2024-03-01"), false, day("2024-03-30")));
    /// assert!(policy.replaces(day("2024-03-01"), false, day("2024-03-31")));
    /// assert!(policy.replaces(day("2024-03-01"), true, day("2024-03-02")));
    /// ```
    pub fn replaces(&self, since: Day, same_referrer: bool, day: Day) -> bool {
        match self {
            Self::FirstTouch {} | Self::Permanent {} => false,
            Self::LastTouch {} => true,
            Self::Protected { days } => {
                let free = i32::try_from(*days).ok().and_then(|days| since.plus_days(days));
                same_referrer || free.is_some_and(|free| free <= day)
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
}
