//! What is counted: money, points or stored value.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Id;

/// What an asset id stands for; declared once in the rulebook and never removed or rescaled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asset {
    /// Money with its ISO 4217 code and the number of digits of its minor unit (2: cents).
    Money {
        /// ISO 4217 code, three capitals.
        code: String,
        /// Digits of the minor unit, 0 to 4.
        scale: u8,
    },
    /// Points: whole, without a minor unit.
    Points {},
    /// Prepaid balances in the minor units of a money asset.
    StoredValue {
        /// The money asset that it is counted in.
        money: Id,
    },
}

const FINE: &str = ".fine";

/// The asset under which money between parties for points is posted: `<money>.fine`, 1/10,000 of a minor unit.
///
/// ```
/// # use coalition::values::{fine_asset, is_fine, Id};
/// let cny: Id = "CNY".parse().unwrap();
/// assert_eq!(fine_asset(&cny).as_str(), "CNY.fine");
/// assert!(is_fine(&fine_asset(&cny)) && !is_fine(&cny));
/// ```
pub fn fine_asset(money: &Id) -> Id {
    Id::composed(SmolStr::from_iter([money.as_str(), FINE]))
}

/// Whether an asset id is the fine unit of a money asset.
pub fn is_fine(asset: &Id) -> bool {
    asset.as_str().ends_with(FINE)
}
