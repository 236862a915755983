//! Floor 0: ids, amounts, rates, days and the two ways in which a whole is divided.
//!
//! Everything here is a plain value: integers inside, checked arithmetic, one textual form. Nothing reads a clock, and
//! nothing rounds except through [`Rounding`], which the numbered rounding sites of `docs/rulebook.md` name.

mod allocate;
mod amount;
mod asset;
mod calendar;
mod fraction;
mod id;
mod item;
mod letters;
mod rate;
mod zone;

pub use allocate::{NoWeight, allocate, allocate_part};
pub use amount::{AMOUNT_MAX, Amount, FINE_PER_MINOR, Overflow};
pub use asset::{Asset, fine_asset, is_fine};
pub use calendar::{Birthday, Day, Instant, LocalTime, Period, Weekday, Window};
pub use fraction::{Fraction, Rounding, whole_weights};
pub use id::{ID_MAX_BYTES, Id, InvalidId};
pub use item::ItemId;
pub(crate) use item::text;
pub(crate) use letters::Letters;
pub use rate::{InvalidRate, RATE_MAX_DIGITS, Rate, Ratio};
pub use zone::{Transition, Zone};
