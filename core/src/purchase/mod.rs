//! Purchases and activities: facts are recorded, points are awarded, and what a refund will need is frozen.

mod activity;
mod award;
mod confirm;
mod lines;
mod payouts;
mod people;
mod prices;
mod record;

pub use activity::record_activity;
pub use confirm::confirm_purchase;
pub use record::record_purchase;
