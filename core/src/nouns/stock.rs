//! Blocks of points that a party holds, to sell, grant, give or award.

use serde::Deserialize;

use crate::values::{Amount, Id, Instant, ItemId};
use crate::wire::written_in_order;

/// The most blocks of one stock; beyond it, equal blocks must be used up first.
pub const MAX_BLOCKS: usize = 1_000;

/// Points that were minted, bought or granted together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Block {
    /// The n-th block of the command that made it.
    pub id: ItemId,
    /// When that was booked: blocks are drawn in the order of (booked, id).
    pub booked: Instant,
    /// Which points.
    pub asset: Id,
    /// What the holder paid for a point, fine units.
    pub unit_price: Amount,
    /// What the operator holds for a point, fine units; 0 for its own.
    pub backing: Amount,
    /// Points left, above zero.
    pub points: Amount,
}

written_in_order! { Block { asset, backing, booked, id, points, unit_price } }

/// The record `stock/<party>/<lane>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
pub struct Stock {
    /// Blocks by (booked, id).
    #[serde(default)]
    pub blocks: Vec<Block>,
}

written_in_order! { Stock { blocks } }
