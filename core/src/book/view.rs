//! What a decision sees of the book. A key that the slice does not hold halts the decision with `needs`; it never counts
//! as nothing.

use std::collections::BTreeSet;

use super::record::{Books, CommandRecord, Record};
use super::snapshot::{Extent, Snapshot};
use crate::earn::Budget;
use crate::nouns::{
    Code, Key, MemberAccount, Pack, Purchase, Referral, Rejection, Stock, Till, Voucher, VoucherStock, Withdrawal,
};
use crate::organisation::Party;
use crate::values::{Id, ItemId, NoWeight, Overflow};

/// Why a decision stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The slice lacks these keys.
    Needs(BTreeSet<Key>),
    /// The command is rejected.
    Rejected(Rejection),
}

impl Halt {
    /// A rejection.
    pub fn reject(code: Code, path: impl Into<String>) -> Self {
        Halt::Rejected(Rejection::at(code, path))
    }
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Halt::Rejected(rejection)
    }
}

impl From<Overflow> for Halt {
    fn from(overflow: Overflow) -> Self {
        Halt::Rejected(overflow.into())
    }
}

impl From<NoWeight> for Halt {
    fn from(fault: NoWeight) -> Self {
        Halt::Rejected(fault.into())
    }
}

/// A snapshot as a decision reads it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    snapshot: &'a Snapshot,
}

impl<'a> View<'a> {
    /// Looks at a snapshot.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// Whether the whole book is there: then nothing is unknown, and what is worked out to be loaded need not be.
    pub fn is_whole(&self) -> bool {
        self.snapshot.extent == Extent::Whole
    }

    /// Halts with all the keys of a round that are unknown, so that the host loads them in one batch.
    pub fn want(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), Halt> {
        if self.is_whole() {
            return Ok(());
        }
        let unknown: BTreeSet<Key> = keys.into_iter().filter(|key| self.snapshot.version(key).is_none()).collect();
        if unknown.is_empty() { Ok(()) } else { Err(Halt::Needs(unknown)) }
    }

    /// Halts where one of these keys is unknown, and asks for what else will be needed along with them: that takes no round
    /// of its own.
    pub fn want_along(
        &self,
        own: impl IntoIterator<Item = Key>,
        also: impl IntoIterator<Item = Key>,
    ) -> Result<(), Halt> {
        if self.is_whole() {
            return Ok(());
        }
        let own: Vec<Key> = own.into_iter().collect();
        if own.iter().all(|key| self.knows(key)) { Ok(()) } else { self.want(own.into_iter().chain(also)) }
    }

    /// Whether a key can be looked at: it is listed, be it as absent.
    pub fn knows(&self, key: &Key) -> bool {
        self.snapshot.version(key).is_some()
    }

    /// The version of a key.
    pub fn version(&self, key: &Key) -> Result<u64, Halt> {
        self.entry(key).map(|(version, _)| version)
    }

    /// The version of a key and its record, in one look-up.
    pub fn entry(&self, key: &Key) -> Result<(u64, Option<&'a Record>), Halt> {
        match (self.snapshot.records.get(key), self.snapshot.extent) {
            (Some(entry), _) => Ok((entry.version, entry.record.as_ref())),
            (None, Extent::Whole) => Ok((0, None)),
            (None, Extent::Slice) => Err(Halt::Needs(BTreeSet::from([key.clone()]))),
        }
    }

    fn record(&self, key: &Key) -> Result<Option<&'a Record>, Halt> {
        self.entry(key).map(|(_, record)| record)
    }

    /// A party, or `None` if it is absent.
    pub fn party(&self, id: &Id) -> Result<Option<&'a Party>, Halt> {
        Ok(match self.record(&Key::Party(id.clone()))? {
            Some(Record::Party(record)) => Some(&record.party),
            _ => None,
        })
    }

    /// A party that must be there; `path` names the field that asks for it.
    pub fn known_party(&self, id: &Id, path: &str) -> Result<&'a Party, Halt> {
        self.party(id)?.ok_or_else(|| Halt::reject(Code::UnknownParty, path))
    }

    /// A member account.
    pub fn account(&self, id: &Id) -> Result<Option<&'a MemberAccount>, Halt> {
        Ok(match self.record(&Key::Account(id.clone()))? {
            Some(Record::Account(account)) => Some(account),
            _ => None,
        })
    }

    /// A party's stock in a lane.
    pub fn stock(&self, party: &Id, lane: &Id) -> Result<Option<&'a Stock>, Halt> {
        Ok(match self.record(&Key::Stock { party: party.clone(), lane: lane.clone() })? {
            Some(Record::Stock(stock)) => Some(stock),
            _ => None,
        })
    }

    /// A campaign's budget in a lane.
    pub fn budget(&self, campaign: &Id, lane: &Id) -> Result<Option<&'a Budget>, Halt> {
        Ok(match self.record(&Key::Budget { campaign: campaign.clone(), lane: lane.clone() })? {
            Some(Record::Budget(budget)) => Some(budget),
            _ => None,
        })
    }

    /// The pack of an alliance, or of the platform.
    pub fn pack(&self, owner: &Id) -> Result<Option<&'a Pack>, Halt> {
        Ok(match self.record(&Key::Pack(owner.clone()))? {
            Some(Record::Pack(pack)) => Some(pack),
            _ => None,
        })
    }

    /// A purchase.
    pub fn purchase(&self, id: &Id) -> Result<Option<&'a Purchase>, Halt> {
        Ok(match self.record(&Key::Purchase(id.clone()))? {
            Some(Record::Purchase(purchase)) => Some(purchase),
            _ => None,
        })
    }

    /// Who brought a party.
    pub fn referral(&self, id: &Id) -> Result<Option<&'a Referral>, Halt> {
        Ok(match self.record(&Key::Referral(id.clone()))? {
            Some(Record::Referral(referral)) => Some(referral),
            _ => None,
        })
    }

    /// A merchant's till.
    pub fn till(&self, merchant: &Id, till: &Id) -> Result<Option<&'a Till>, Halt> {
        Ok(match self.record(&Key::Till { merchant: merchant.clone(), till: till.clone() })? {
            Some(Record::Till(till)) => Some(till),
            _ => None,
        })
    }

    /// A voucher.
    pub fn voucher(&self, id: ItemId) -> Result<Option<&'a Voucher>, Halt> {
        Ok(match self.record(&Key::Voucher(id))? {
            Some(Record::Voucher(voucher)) => Some(voucher),
            _ => None,
        })
    }

    /// The stock that vouchers come from.
    pub fn voucher_stock(&self, id: &Id) -> Result<Option<&'a VoucherStock>, Halt> {
        Ok(match self.record(&Key::VoucherStock(id.clone()))? {
            Some(Record::VoucherStock(stock)) => Some(stock),
            _ => None,
        })
    }

    /// Money on its way out.
    pub fn withdrawal(&self, id: ItemId) -> Result<Option<&'a Withdrawal>, Halt> {
        Ok(match self.record(&Key::Withdrawal(id))? {
            Some(Record::Withdrawal(withdrawal)) => Some(withdrawal),
            _ => None,
        })
    }

    /// The record of an earlier command.
    pub fn command(&self, key: &Key) -> Result<Option<&'a CommandRecord>, Halt> {
        Ok(match self.record(key)? {
            Some(Record::Command(command)) => Some(command),
            _ => None,
        })
    }

    /// How far the books are closed.
    pub fn books(&self) -> Result<Option<&'a Books>, Halt> {
        Ok(match self.record(&Key::Books)? {
            Some(Record::Books(books)) => Some(books),
            _ => None,
        })
    }
}
