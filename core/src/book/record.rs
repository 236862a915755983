//! What the book has a record of: one type for each kind of key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::earn::Budget;
use crate::nouns::{Key, MemberAccount, Pack, Purchase, Referral, Stock, Till, Voucher, VoucherStock, Withdrawal};
use crate::organisation::Party;
use crate::values::{Amount, Day, Id};
use crate::wire::{Canonical, CanonicalTable, Hash, Out, write_by_serde, written_in_order};

/// The record `command/<id>`: that a command was decided, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CommandRecord {
    /// The command's hash.
    pub command: Hash,
    /// The hash of what was answered.
    pub outcome: Hash,
}

written_in_order! { CommandRecord { command, outcome } }

/// The record `books`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Books {
    /// The first day that is not closed; nothing is closed, if absent.
    #[serde(default)]
    pub closed_until: Option<Day>,
    /// Fine units that each party carries into the next period.
    #[serde(default)]
    pub residues: BTreeMap<Id, Amount>,
}

/// A record of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is documented at its struct")]
pub enum Record {
    Account(Box<MemberAccount>),
    Books(Box<Books>),
    Budget(Box<Budget>),
    Command(Box<CommandRecord>),
    Pack(Box<Pack>),
    Party(Box<PartyRecord>),
    Purchase(Box<Purchase>),
    Referral(Box<Referral>),
    Scan(Box<ScanRecord>),
    Stock(Box<Stock>),
    Till(Box<Till>),
    Voucher(Box<Voucher>),
    VoucherStock(Box<VoucherStock>),
    Withdrawal(Box<Withdrawal>),
}

impl Canonical for Record {
    fn write(&self, out: &mut Out) {
        match self {
            Record::Account(account) => account.write_tagged(r#","type":"account""#, out),
            Record::Budget(budget) => budget.write_tagged(r#","type":"budget""#, out),
            Record::Command(command) => command.write_tagged(r#","type":"command""#, out),
            Record::Purchase(purchase) => purchase.write_tagged(r#","type":"purchase""#, out),
            Record::Stock(stock) => stock.write_tagged(r#","type":"stock""#, out),
            Record::Voucher(voucher) => voucher.write_tagged(r#","type":"voucher""#, out),
            Record::VoucherStock(stock) => stock.write_tagged(r#","type":"voucher_stock""#, out),
            // Written when a party, a binding or the like changes: seldom.
            Record::Books(_)
            | Record::Pack(_)
            | Record::Party(_)
            | Record::Referral(_)
            | Record::Scan(_)
            | Record::Till(_)
            | Record::Withdrawal(_) => write_by_serde(self, out),
        }
    }
}

/// The record `scan/<purpose>/<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRecord {
    /// Who scanned.
    pub earner: Id,
    /// The local day.
    pub day: Day,
}

/// A party as a record: `{"type":"party","party":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRecord {
    /// The party.
    pub party: Party,
}

/// A key's place in a snapshot; version 0 is a record that is known to be absent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
pub struct Entry {
    /// How often it was written.
    pub version: u64,
    /// The record, unless it is absent.
    #[serde(default)]
    pub record: Option<Record>,
}

written_in_order! { Entry { record unless Option::is_none, version } }

impl Record {
    /// Whether it is what a key names.
    pub(super) fn is_under(&self, key: &Key) -> bool {
        matches!(
            (self, key),
            (Record::Account(_), Key::Account(_))
                | (Record::Books(_), Key::Books)
                | (Record::Budget(_), Key::Budget { .. })
                | (Record::Command(_), Key::Command(_))
                | (Record::Pack(_), Key::Pack(_))
                | (Record::Party(_), Key::Party(_))
                | (Record::Purchase(_), Key::Purchase(_))
                | (Record::Referral(_), Key::Referral(_))
                | (Record::Scan(_), Key::Scan { .. })
                | (Record::Stock(_), Key::Stock { .. })
                | (Record::Till(_), Key::Till { .. })
                | (Record::Voucher(_), Key::Voucher(_))
                | (Record::VoucherStock(_), Key::VoucherStock(_))
                | (Record::Withdrawal(_), Key::Withdrawal(_))
        )
    }
}
