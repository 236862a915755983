//! Member and staff terms: the prices that a merchant declares, and whose members and employees it recognises (M8).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Party;
use crate::values::{Amount, Fraction, Id, Overflow, Rate, Rounding};

/// The most prices of one version of terms.
pub const MAX_PRICES: usize = 32;
/// The most categories of a price, and merchants or alliances of a side of a recognition.
pub const MAX_SCOPE_IDS: usize = 1_000;

/// Whom a price or a recognition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum TermsHolder {
    /// Members of a merchant.
    Member,
    /// Members who are employed by a merchant.
    Staff,
}

/// A member or staff price: a share of the gross that the merchant takes off a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Price {
    /// Its id, unique in these terms; a discount of a purchase claims it by this.
    pub id: Id,
    /// Whom it is for.
    pub holder: TermsHolder,
    /// The share of the gross that comes off: above 0, at most 1.
    pub off: Rate,
    /// Categories whose lines it covers, those below them too; all lines, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub categories: BTreeSet<Id>,
}

impl Price {
    /// Whether it covers a line whose category, with those above it, is `chain`.
    pub fn covers(&self, chain: &[Id]) -> bool {
        self.categories.is_empty() || chain.iter().any(|category| self.categories.contains(category))
    }

    /// What it takes off a gross, minor units, floored (R2).
    ///
    /// ```
    /// use coalition::organisation::{Price, TermsHolder};
    /// use coalition::values::Amount;
    /// let price = Price {
    ///     id: "card".parse().unwrap(),
    ///     holder: TermsHolder::Member,
    ///     off: "0.15".parse().unwrap(),
    ///     categories: [].into(),
    /// };
    /// assert_eq!(price.amount(Amount::new(3_333).unwrap()).unwrap().get(), 499); // 15 % of 33.33 is 4.9995
    /// ```
    ///
    /// # Errors
    /// None for a gross of 0 or more and a checked rate; else an overflow.
    pub fn amount(&self, gross: Amount) -> Result<Amount, Overflow> {
        self.off.fraction().times(Fraction::whole(gross.wide()))?.round(Rounding::Floor)
    }
}

/// Merchants by themselves and by alliance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct MerchantScope {
    /// These merchants.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub merchants: BTreeSet<Id>,
    /// And those that are in one of these alliances.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub alliances: BTreeSet<Id>,
}

impl MerchantScope {
    /// Whether it holds nobody.
    pub fn is_empty(&self) -> bool {
        self.merchants.is_empty() && self.alliances.is_empty()
    }

    /// Whether it holds a merchant; without its record the merchant is in no alliance.
    pub fn holds(&self, merchant: &Id, record: Option<&Party>) -> bool {
        self.merchants.contains(merchant)
            || record.is_some_and(|record| !record.alliances().is_disjoint(&self.alliances))
    }
}

/// Who is a member (is employed) by one of `of` has the member (the staff) terms of each of `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// Its id, unique among recognitions.
    pub id: Id,
    /// Whether it is for members or for employees.
    pub holder: TermsHolder,
    /// Whose members or employees are recognised.
    pub of: MerchantScope,
    /// Where.
    pub at: MerchantScope,
}
