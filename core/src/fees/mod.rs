//! Fees of a settlement: what a merchant or branch is charged for a period. A new kind of fee is a variant here with its
//! basis and its arithmetic, a section in `docs/rulebook.md` and vectors.

use serde::{Deserialize, Serialize};

use crate::values::{Amount, FINE_PER_MINOR, Fraction, Id, Overflow, Rate, Rounding};

/// Whose sales a percentage is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SalesOf {
    /// Members' purchases only.
    #[default]
    Members,
    /// Everybody's.
    All,
}

impl SalesOf {
    fn is_default(&self) -> bool {
        *self == SalesOf::Members
    }
}

/// A fee of a party's terms. A branch's terms apply to the sum over the merchants that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Fee {
    /// A percentage of turnover less refunds; one rounding (R3) for each party, terms and period.
    Sales {
        /// For example `"0.03"`.
        rate: Rate,
        /// Whose purchases.
        #[serde(default, skip_serializing_if = "SalesOf::is_default")]
        of: SalesOf,
    },
    /// A price for each point that the party awarded, less those clawed back.
    PointsAwarded {
        /// Which points.
        asset: Id,
        /// Fine units a point.
        unit_price: Amount,
    },
    /// A price for each point that the party accepted, less those returned.
    PointsRedeemed {
        /// Which points.
        asset: Id,
        /// Fine units a point.
        unit_price: Amount,
    },
    /// A fixed sum for each period, by the terms in force on its first day.
    Fixed {
        /// Minor units.
        amount: Amount,
    },
}

/// What a fee is computed from: the sums of one party, one version of its terms and one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeeBasis {
    /// Turnover with members less refunds, minor units.
    pub member_sales: Amount,
    /// Turnover with others less refunds, minor units.
    pub other_sales: Amount,
    /// Points awarded less clawed back.
    pub awarded: Amount,
    /// Points accepted less returned.
    pub redeemed: Amount,
    /// Whether these terms were in force on the first day of the period.
    pub on_first_day: bool,
}

/// A computed fee: what it was taken of and what it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Minor units or points.
    pub basis: Amount,
    /// Fine units; below zero it is paid back.
    pub fine: Amount,
}

impl Fee {
    /// The points that it counts, if it counts points.
    pub fn asset(&self) -> Option<&Id> {
        match self {
            Fee::PointsAwarded { asset, .. } | Fee::PointsRedeemed { asset, .. } => Some(asset),
            Fee::Sales { .. } | Fee::Fixed { .. } => None,
        }
    }

    /// Its amounts by field: none may be below zero.
    pub fn amounts(&self) -> Vec<(&'static str, Amount)> {
        match self {
            Fee::PointsAwarded { unit_price, .. } | Fee::PointsRedeemed { unit_price, .. } => {
                vec![("unit_price", *unit_price)]
            }
            Fee::Fixed { amount } => vec![("amount", *amount)],
            Fee::Sales { .. } => Vec::new(),
        }
    }

    /// The charge, in fine units; `Sales` is rounded to whole minor units by `rounding` (R3).
    ///
    /// ```
    /// use coalition::fees::{Fee, FeeBasis, SalesOf};
    /// use coalition::values::{Amount, Rounding};
    /// let fee = Fee::Sales { rate: "0.03".parse().unwrap(), of: SalesOf::Members };
    /// let basis = FeeBasis { member_sales: Amount::new(10_000_000).unwrap(), ..FeeBasis::default() };
    /// // 3 % of 100,000.00 is 3,000.00 = 300,000 minor units (Z4)
    /// assert_eq!(fee.charge(&basis, Rounding::HalfUp).unwrap().fine.get(), 300_000 * 10_000);
    /// ```
    pub fn charge(&self, sums: &FeeBasis, rounding: Rounding) -> Result<Charge, Overflow> {
        let fine = Amount::new(FINE_PER_MINOR)?;
        match self {
            Fee::Sales { rate, of } => {
                let basis = match of {
                    SalesOf::Members => sums.member_sales,
                    SalesOf::All => sums.member_sales.plus(sums.other_sales)?,
                };
                let minor = Fraction::whole(basis.wide()).times(rate.fraction())?.round(rounding)?;
                Ok(Charge { basis, fine: minor.times(fine)? })
            }
            Fee::PointsAwarded { unit_price, .. } => {
                Ok(Charge { basis: sums.awarded, fine: sums.awarded.times(*unit_price)? })
            }
            Fee::PointsRedeemed { unit_price, .. } => {
                Ok(Charge { basis: sums.redeemed, fine: sums.redeemed.times(*unit_price)? })
            }
            Fee::Fixed { amount } if sums.on_first_day => Ok(Charge { basis: *amount, fine: amount.times(fine)? }),
            Fee::Fixed { .. } => Ok(Charge { basis: Amount::ZERO, fine: Amount::ZERO }),
        }
    }
}
