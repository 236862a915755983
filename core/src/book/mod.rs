//! The book: records by key, the slice that a decision sees, and the changes that it makes.

mod account;
mod change;
mod journal;
mod record;
mod records;
mod snapshot;
mod stock;
#[cfg(test)]
mod tests;
mod view;

pub use account::AccountDraft;
pub use change::{AccountPatch, After, Change};
pub use journal::Journal;
pub use record::{Books, CommandRecord, Entry, PartyRecord, Record, ScanRecord};
pub use records::Records;
pub use snapshot::{Extent, SNAPSHOT_VERSION, Snapshot, StaleSnapshot};
pub use stock::StockDraft;
pub use view::{Halt, View};
