//! Supply: the operator mints; points pass hop by hop to those who award and give them. Nobody else makes points.

mod give;
mod lanes;
mod pass;

pub use give::give_points;
pub use lanes::move_lane;
pub use pass::{grant_points, mint_points, sell_points, supply_kind};
