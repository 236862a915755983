//! The peer of settlements: sums in a hash map, months settled by a loop with exact decimals. What it leaves out: shards
//! that merge, residues and fees by the version of terms, booked and value days apart, a check that all balances, netting
//! between merchants, a hash of the whole.

use std::collections::{BTreeMap, HashMap};

use coalition::nouns::{AccountKind, Posting, Reason};
use coalition::values::{FINE_PER_MINOR, Id};
use rust_decimal::{Decimal, RoundingStrategy};

/// One kind of movement of one party in one month.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Kind {
    month: u32,
    party: Id,
    account: AccountKind,
    asset: Id,
    reason: Reason,
}

/// The movements of a party, and what it receives or pays in minor units.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Sums in the order of account, asset and reason.
    pub lines: Vec<(AccountKind, Id, Reason, Decimal)>,
    /// What it receives (above zero) or pays.
    pub payable: Decimal,
}

fn nearest(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

/// The sums of the year.
#[derive(Default)]
pub struct Months {
    sums: HashMap<Kind, Decimal>,
}

impl Months {
    /// Adds a posting to both of its accounts; members' are left out.
    pub fn add(&mut self, posting: &Posting) {
        let (_, month, _) = posting.day.ymd();
        let amount = Decimal::from(posting.amount.get());
        for (account, amount) in [(&posting.debit, -amount), (&posting.credit, amount)] {
            if !account.kind.is_member() {
                let kind = Kind {
                    month,
                    party: account.party.clone(),
                    account: account.kind,
                    asset: posting.asset.clone(),
                    reason: posting.reason,
                };
                *self.sums.entry(kind).or_default() += amount;
            }
        }
    }

    /// Settles a month: every party but the operator pays 3 % of its sales and has its position paid out.
    pub fn settle(&self, month: u32, operator: &Id) -> BTreeMap<Id, Statement> {
        let mut statements: BTreeMap<Id, Statement> = BTreeMap::new();
        let mut kinds: Vec<(&Kind, &Decimal)> = self.sums.iter().filter(|(kind, _)| kind.month == month).collect();
        kinds.sort();
        let fine = Decimal::from(FINE_PER_MINOR);
        for (kind, sum) in kinds {
            let statement = statements.entry(kind.party.clone()).or_default();
            statement.lines.push((kind.account, kind.asset.clone(), kind.reason, *sum));
            match kind.account {
                AccountKind::Settlement => statement.payable += *sum / fine,
                AccountKind::Sales if kind.party != *operator => {
                    statement.payable -= nearest(*sum * Decimal::new(3, 2))
                }
                _ => {}
            }
        }
        for statement in statements.values_mut() {
            statement.payable = statement.payable.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        }
        let paid: Decimal = statements.iter().filter(|(party, _)| *party != operator).map(|(_, one)| one.payable).sum();
        statements.entry(operator.clone()).or_default().payable = -paid;
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settling;
    use crate::works::DECISION_RULES;

    #[test]
    fn the_peer_pays_the_same() {
        let postings = settling::postings();
        let mut peer = Months::default();
        postings.iter().for_each(|posting| peer.add(posting));
        let (engine, book) = (crate::deciding::engine(DECISION_RULES), crate::deciding::book());
        let tally = settling::tally(&postings);
        for period in settling::months() {
            let settled = engine.settle(&tally, &book, period).expect("it balances");
            assert!(!settled.payable.is_empty());
            let statements = peer.settle(period.from.ymd().1, &engine.rulebook().operator);
            for (party, statement) in &statements {
                let payable = settled.payable.get(party).map_or(0, |amount| amount.get());
                assert_eq!(statement.payable, Decimal::from(payable), "{party}");
            }
        }
    }
}
