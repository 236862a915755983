//! What unit tests begin with: ids, days, amounts and a lot.

use uuid::Uuid;

use super::{Lot, LotState};
use crate::values::{Amount, Day, Id, ItemId};

pub(crate) fn id(text: &str) -> Id {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn amount(units: i64) -> Amount {
    Amount::new(units).unwrap()
}

pub(crate) fn item(n: u32) -> ItemId {
    ItemId { command: Uuid::from_u128(1), n }
}

/// Spendable points of `a`, earned on 1 January 2024; each cost 10,000 and is reimbursed at 8,000.
pub(crate) fn lot(n: u32, points: i64) -> Lot {
    Lot {
        id: item(n),
        asset: id("points"),
        funder: id("a"),
        unit_cost: amount(10_000),
        reimbursement: amount(8_000),
        active: day("2024-01-01"),
        expires: None,
        campaign: None,
        state: LotState::Spendable,
        awaits: None,
        points: amount(points),
    }
}
