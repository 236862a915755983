//! Changes: after-values of what a decision touches, each guarded by the version that it saw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::nouns::{Counter, Debt, Hold, Key, Lot, MemberAccount, PackHistory};
use crate::values::{Amount, Id, Instant, ItemId};
use crate::wire::{Canonical, CanonicalTable, Out, written_in_order};

/// A guarded change of one record; without `after` it is a guard alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// The record.
    pub key: Key,
    /// The version that must be there; the write makes the next one.
    pub expects: u64,
    /// What is set.
    #[serde(default)]
    pub after: Option<After>,
}

written_in_order! { Change { after unless Option::is_none, expects, key } }

/// What a change sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The whole record.
    Record {
        /// Its new value.
        record: Record,
    },
    /// The entries of an account that were touched.
    Account(Box<AccountPatch>),
}

impl Canonical for After {
    fn write(&self, out: &mut Out) {
        match self {
            After::Record { record } => {
                out.put(r#"{"record":"#);
                record.write(out);
                out.put(r#","type":"record"}"#);
            }
            After::Account(patch) => patch.write_tagged(r#","type":"account""#, out),
        }
    }
}

/// After-values of an account's touched entries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
pub struct AccountPatch {
    /// The booked moment of this command.
    #[serde(default)]
    pub last_booked: Option<Instant>,
    /// Purchases counted so far, by merchant, where the count changed.
    #[serde(default)]
    pub purchases: BTreeMap<Id, Amount>,
    /// Lots that are new or changed, by id.
    #[serde(default)]
    pub lots: Vec<Lot>,
    /// Lots that are gone, by id.
    #[serde(default)]
    pub gone_lots: Vec<ItemId>,
    /// All holds, if they changed.
    #[serde(default)]
    pub holds: Option<Vec<Hold>>,
    /// All debts, if they changed.
    #[serde(default)]
    pub debts: Option<Vec<Debt>>,
    /// Counters that are new or changed, by cap, window and first day.
    #[serde(default)]
    pub counters: Vec<Counter>,
    /// Vouchers claimed so far, by stock, where the count changed.
    #[serde(default)]
    pub vouchers: BTreeMap<Id, Amount>,
    /// What it had of packs, by owner, where that changed, whole.
    #[serde(default)]
    pub packs: BTreeMap<Id, PackHistory>,
}

written_in_order! {
    AccountPatch {
        counters unless Vec::is_empty, debts unless Option::is_none, gone_lots unless Vec::is_empty,
        holds unless Option::is_none, last_booked unless Option::is_none, lots unless Vec::is_empty,
        packs unless BTreeMap::is_empty, purchases unless BTreeMap::is_empty, vouchers unless BTreeMap::is_empty,
    }
}

impl AccountPatch {
    /// Sets what the patch names.
    pub(super) fn move_into(self, account: &mut MemberAccount) {
        account.last_booked = self.last_booked.or(account.last_booked);
        account.purchases.extend(self.purchases);
        account.vouchers.extend(self.vouchers);
        account.packs.extend(self.packs);
        account.lots.set(self.lots, &self.gone_lots);
        if let Some(holds) = self.holds {
            account.holds = holds;
        }
        if let Some(debts) = self.debts {
            account.debts = debts;
        }
        for counter in self.counters {
            match account.counters.binary_search_by(|known| known.place().cmp(&counter.place())) {
                Ok(place) => {
                    if let Some(known) = account.counters.get_mut(place) {
                        *known = counter;
                    }
                }
                Err(place) => account.counters.insert(place, counter),
            }
        }
    }
}
