//! Balances folded from postings: what each account got less what it gave.

use std::collections::BTreeMap;

use coalition::nouns::{Account, Posting};
use coalition::values::Id;
use coalition::wire::{self, Mode, WireError};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::files::BOOK_LIMITS;

/// Credits less debits, by account and asset.
///
/// On the wire `{"<party>/<kind>":{"<asset>":n,…},…}` with sorted keys and without zeros.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balances {
    by_account: BTreeMap<Account, BTreeMap<Id, i128>>,
}

impl Balances {
    /// Takes in one posting.
    pub fn add(&mut self, posting: &Posting) {
        let amount = posting.amount.wide();
        self.change(&posting.debit, &posting.asset, -amount);
        self.change(&posting.credit, &posting.asset, amount);
    }

    // Most accounts are known: ids are copied for new ones only.
    fn change(&mut self, account: &Account, asset: &Id, by: i128) {
        match self.by_account.get_mut(account).and_then(|assets| assets.get_mut(asset)) {
            Some(balance) => *balance += by,
            None => {
                self.by_account.entry(account.clone()).or_default().insert(asset.clone(), by);
            }
        }
    }

    /// The balance of an account, 0 where nothing moved.
    pub fn get(&self, account: &Account, asset: &Id) -> i128 {
        self.by_account.get(account).and_then(|assets| assets.get(asset)).copied().unwrap_or(0)
    }

    /// Every balance that is not 0, by account and asset.
    pub fn iter(&self) -> impl Iterator<Item = (&Account, &Id, i128)> {
        let all = self
            .by_account
            .iter()
            .flat_map(|(account, assets)| assets.iter().map(move |(asset, balance)| (account, asset, *balance)));
        all.filter(|(_, _, balance)| *balance != 0)
    }

    /// Reads what [`wire::encode`] wrote.
    ///
    /// # Errors
    ///
    /// What has no place on the wire.
    pub fn from_json(source: &[u8]) -> Result<Self, WireError> {
        let read: BTreeMap<Account, BTreeMap<Id, i64>> = wire::from_json(source, BOOK_LIMITS, Mode::Strict)?;
        let wide = |assets: BTreeMap<Id, i64>| assets.into_iter().map(|(asset, n)| (asset, i128::from(n))).collect();
        Ok(Self { by_account: read.into_iter().map(|(account, assets)| (account, wide(assets))).collect() })
    }
}

impl Serialize for Balances {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown: BTreeMap<&Account, BTreeMap<&Id, i64>> = BTreeMap::new();
        for (account, asset, balance) in self.iter() {
            let narrow = i64::try_from(balance)
                .map_err(|_| S::Error::custom(format!("number_out_of_range: the balance of {account} is too large")))?;
            shown.entry(account).or_default().insert(asset, narrow);
        }
        shown.serialize(serializer)
    }
}
