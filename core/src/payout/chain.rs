//! Who is above whom: from the one who brought a customer or a merchant upwards, one record a level.

use std::collections::BTreeSet;

use crate::book::{Halt, View};
use crate::nouns::{Binding, Key};
use crate::organisation::Party;
use crate::values::{Day, Id};

/// Where a chain begins: the one who brought somebody, and the account that it earns into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    pub party: &'a Id,
    pub account: &'a Id,
}

impl<'a> From<&'a Binding> for Start<'a> {
    fn from(binding: &'a Binding) -> Self {
        Self { party: &binding.referrer, account: &binding.account }
    }
}

/// One of a chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub party: &'a Id,
    pub account: &'a Id,
    pub record: &'a Party,
    /// The day of its entry fee.
    pub entry_fee: Option<Day>,
}

/// A chain to be climbed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain<'a> {
    pub start: Option<Start<'a>>,
    /// The alliances of the merchant: bindings in them come first.
    pub alliances: &'a BTreeSet<Id>,
    /// Paid levels.
    pub levels: u32,
}

impl<'a> Chain<'a> {
    fn keys(start: Start<'_>) -> [Key; 3] {
        let party = || start.party.clone();
        [Key::Account(start.account.clone()), Key::Party(party()), Key::Referral(party())]
    }

    /// What has to be loaded next, as far as it can be told from what is known: one level a round. With the first level
    /// comes the account of the merchant that it works for, which may share its fee.
    pub(crate) fn frontier(&self, view: View<'a>) -> Result<Vec<Key>, Halt> {
        let mut keys = Vec::new();
        if view.is_whole() {
            return Ok(keys);
        }
        let mut next = self.start;
        for level in 0..self.levels {
            let Some(start) = next else { break };
            keys.extend(Self::keys(start));
            let (party, referral) = (Key::Party(start.party.clone()), Key::Referral(start.party.clone()));
            if !view.knows(&party) || !view.knows(&referral) {
                break;
            }
            if level == 0 {
                let employer = view.party(start.party)?.and_then(|record| record.employer(start.party));
                keys.extend(employer.cloned().map(Key::Account));
            }
            next = self.above(view, start)?;
        }
        Ok(keys)
    }

    fn above(&self, view: View<'a>, start: Start<'_>) -> Result<Option<Start<'a>>, Halt> {
        Ok(view.referral(start.party)?.and_then(|known| known.binding_at(self.alliances)).map(Start::from))
    }

    /// The chain, nearest first; halts with what lacks.
    pub(crate) fn climb(&self, view: View<'a>) -> Result<Vec<Link<'a>>, Halt> {
        view.want(self.frontier(view)?)?;
        let mut links = Vec::new();
        let mut next = self.start;
        for _ in 0..self.levels {
            let Some(start) = next else { break };
            let Some(record) = view.party(start.party)? else { break };
            let entry_fee = view.referral(start.party)?.and_then(|known| known.entry_fee);
            links.push(Link { party: start.party, account: start.account, record, entry_fee });
            next = self.above(view, start)?;
        }
        Ok(links)
    }
}
