//! What must hold of every book after every step.

use std::collections::{BTreeMap, BTreeSet};

use coalition::book::Record;
use coalition::nouns::{Account, AccountKind, Key, LotState};
use coalition::values::{Amount, Id};

use crate::host::Ledger;

/// Accounts that may not go below zero.
const GATED: [AccountKind; 7] = [
    AccountKind::Stock,
    AccountKind::Float,
    AccountKind::Pending,
    AccountKind::Spendable,
    AccountKind::Held,
    AccountKind::CommissionPending,
    AccountKind::CommissionAvailable,
];

/// What does not hold: conservation, gates, and records against postings.
pub(super) fn faults(ledger: &Ledger, points: &BTreeSet<Id>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut totals: BTreeMap<&Id, i128> = BTreeMap::new();
    for (account, asset, balance) in ledger.balances.iter().filter(|(_, asset, _)| points.contains(*asset)) {
        *totals.entry(asset).or_default() += balance;
        if GATED.contains(&account.kind) && balance < 0 {
            faults.push(format!("{account} is below zero: {balance} {asset}"));
        }
        if account.kind == AccountKind::Mint && balance > 0 {
            faults.push(format!("{account} is above zero: {balance} {asset}"));
        }
    }
    for (asset, total) in totals.into_iter().filter(|(_, total)| *total != 0) {
        faults.push(format!("all accounts together hold {total} {asset}, not 0"));
    }
    records(ledger, points, &mut faults);
    faults
}

/// Points by whose they are, what kind of account they stand in and which they are. A party's blocks stand in its stock
/// or in its float, which the record does not tell apart: both count as stock here.
type Sums = BTreeMap<(Id, AccountKind, Id), i128>;

/// The lots, holds and blocks of the records are what the postings say.
fn records(ledger: &Ledger, points: &BTreeSet<Id>, faults: &mut Vec<String>) {
    let mut posted = Sums::new();
    for (account, asset, balance) in ledger.balances.iter().filter(|(account, _, _)| GATED.contains(&account.kind)) {
        let kind = if account.kind == AccountKind::Float { AccountKind::Stock } else { account.kind };
        *posted.entry((account.party.clone(), kind, asset.clone())).or_default() += balance;
    }
    let mut recorded = recorded(ledger, points);
    recorded.retain(|_, sum| *sum != 0);
    posted.retain(|_, sum| *sum != 0);
    let places: BTreeSet<_> = recorded.keys().chain(posted.keys()).collect();
    for place in places {
        let sum = |sums: &Sums| sums.get(place).copied().unwrap_or(0);
        let (recorded, posted) = (sum(&recorded), sum(&posted));
        if recorded != posted {
            let account = Account::new(&place.0, place.1);
            faults.push(format!("the records of {account} hold {recorded} {}, the postings say {posted}", place.2));
        }
    }
}

fn recorded(ledger: &Ledger, points: &BTreeSet<Id>) -> Sums {
    let mut sums = Sums::new();
    let mut add = |party: &Id, kind: AccountKind, asset: &Id, points: Amount| {
        *sums.entry((party.clone(), kind, asset.clone())).or_default() += points.wide();
    };
    for (key, entry) in &ledger.book.records {
        match (key, &entry.record) {
            (Key::Account(id), Some(Record::Account(account))) => {
                for lot in &account.lots {
                    let kind = match (lot.state, points.contains(&lot.asset)) {
                        (LotState::Pending, true) => AccountKind::Pending,
                        (LotState::Spendable, true) => AccountKind::Spendable,
                        (LotState::Pending, false) => AccountKind::CommissionPending,
                        (LotState::Spendable, false) => AccountKind::CommissionAvailable,
                    };
                    add(id, kind, &lot.asset, lot.points);
                }
                for part in account.holds.iter().flat_map(|hold| &hold.parts) {
                    add(id, AccountKind::Held, &part.asset, part.points);
                }
            }
            (Key::Withdrawal(_), Some(Record::Withdrawal(withdrawal))) => {
                for part in &withdrawal.parts {
                    add(&withdrawal.account, AccountKind::Held, &part.asset, part.points);
                }
            }
            (Key::Stock { party, .. }, Some(Record::Stock(stock))) => {
                for block in &stock.blocks {
                    add(party, AccountKind::Stock, &block.asset, block.points);
                }
            }
            _ => {}
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use coalition::nouns::{Posting, Reason};

    use super::*;

    #[test]
    fn what_does_not_hold_is_named() {
        let mut ledger = Ledger::default();
        let star: Id = "star".parse().unwrap();
        let mut post = |debit: &str, credit: &str| {
            ledger.balances.add(&Posting {
                debit: debit.parse().unwrap(),
                credit: credit.parse().unwrap(),
                asset: star.clone(),
                amount: Amount::new(5).unwrap(),
                day: "2026-01-01".parse().unwrap(),
                reason: Reason::Mint,
            });
        };
        post("shop/float", "hq/mint");
        post("hq/redeemed", "ann/held");
        let found = faults(&ledger, &BTreeSet::from([star]));
        assert_eq!(
            found,
            [
                "hq/mint is above zero: 5 star",
                "shop/float is below zero: -5 star",
                "the records of ann/held hold 0 star, the postings say 5",
                "the records of shop/stock hold 0 star, the postings say -5",
            ]
        );
    }
}
