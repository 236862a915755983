//! The peer of whole decisions: a shop's ledger as a programmer writes it by hand. Plain structs in hash maps, changed in
//! place; points by [`Naive`]. What it leaves out, beside the engine: no hashes and no text, no guarded changes that
//! another host could store, no events, no lots (so no expiry, no prices of points, no clawback by funder), no refusals
//! with a place, and a refund that shares points by amount instead of by what each line earned.

use std::collections::{HashMap, HashSet};

use coalition::command::{Action, Command, RecordPurchase, RefundPurchase, RefundWhat};
use coalition::nouns::Reason;
use coalition::values::{Id, Instant};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use uuid::Uuid;

use crate::naive::Naive;
use crate::workload::{self, MEMBERS, MERCHANTS, Spec};

/// One line of the journal.
#[derive(Clone)]
struct Entry {
    from: Id,
    to: Id,
    amount: Decimal,
    at: Instant,
    reason: Reason,
}

/// What is left of a sale.
#[derive(Clone)]
struct Receipt {
    merchant: Id,
    member: usize,
    lines: Vec<(u32, Decimal)>,
    points: i64,
}

#[derive(Clone)]
struct Wallet {
    place: usize,
    tier: Id,
}

/// The shop's books.
#[derive(Clone, Default)]
struct Books {
    commands: HashSet<Uuid>,
    receipts: HashMap<Id, Receipt>,
    floats: HashMap<Id, i64>,
    balances: Vec<i64>,
    journal: Vec<Entry>,
}

/// A shop with its members, merchants and rules.
#[derive(Clone)]
pub struct Shop {
    rules: Naive,
    wallets: HashMap<Id, Wallet>,
    books: Books,
}

impl Shop {
    /// Members and merchants as in the whole book of the workload.
    pub fn new(specs: &[Spec]) -> Self {
        let wallet = |place| (workload::member(place), Wallet { place, tier: workload::tier(place) });
        let floats = (0..MERCHANTS).map(|place| (workload::merchant(place), 1_000_000_000));
        Self {
            rules: Naive::new(specs, MEMBERS),
            wallets: (0..MEMBERS).map(wallet).collect(),
            books: Books { floats: floats.collect(), balances: vec![0; MEMBERS], ..Books::default() },
        }
    }

    /// The points of each member.
    pub fn balances(&self) -> &[i64] {
        &self.books.balances
    }

    /// Does what a command asks, once; the points that moved, or nothing for a command that cannot be.
    pub fn submit(&mut self, command: &Command) -> Option<i64> {
        if !self.books.commands.insert(command.id) {
            return None;
        }
        match &command.action {
            Action::RecordPurchase(order) => self.record(order, command.at),
            Action::RefundPurchase(order) => self.refund(order, command.at),
            _ => None,
        }
    }

    fn record(&mut self, order: &RecordPurchase, at: Instant) -> Option<i64> {
        let (member, books) = (order.member.as_ref()?, &mut self.books);
        let wallet = self.wallets.get(member)?;
        let float = books.floats.get_mut(&order.merchant)?;
        if books.receipts.contains_key(&order.purchase) {
            return None;
        }
        let lines: Vec<(u32, Decimal)> =
            order.lines.iter().map(|line| (line.n, Decimal::from(line.gross.get()))).collect();
        let total = lines.iter().map(|(_, amount)| amount).sum();
        let points = self.rules.points(order, wallet.place, &wallet.tier, at).min(*float);
        *float -= points;
        books.balances[wallet.place] += points;
        let (merchant, member) = (&order.merchant, member.clone());
        let entry =
            |from: &Id, to: &Id, amount, reason| Entry { from: from.clone(), to: to.clone(), amount, at, reason };
        books.journal.push(entry(&member, merchant, total, Reason::Sale));
        books.journal.push(entry(merchant, &member, Decimal::from(points), Reason::Award));
        let receipt = Receipt { merchant: merchant.clone(), member: wallet.place, lines, points };
        books.receipts.insert(order.purchase.clone(), receipt);
        Some(points)
    }

    fn refund(&mut self, order: &RefundPurchase, at: Instant) -> Option<i64> {
        let books = &mut self.books;
        let receipt = books.receipts.get_mut(&order.purchase)?;
        let before: Decimal = receipt.lines.iter().map(|(_, amount)| amount).sum();
        let mut returned = Decimal::ZERO;
        for what in &order.returned {
            match what {
                RefundWhat::Whole {} => {
                    returned += receipt.lines.drain(..).map(|(_, amount)| amount).sum::<Decimal>();
                }
                RefundWhat::LineAmount { line, amount } => {
                    let (_, left) = receipt.lines.iter_mut().find(|(n, _)| n == line)?;
                    let amount = Decimal::from(amount.get());
                    if amount > *left {
                        return None;
                    }
                    *left -= amount;
                    returned += amount;
                }
                _ => return None,
            }
        }
        let share = Decimal::from(receipt.points) * returned / before;
        let points = share.round().to_i64().expect("points of the workload are small");
        receipt.points -= points;
        // A member who has spent them owes them.
        books.balances[receipt.member] -= points;
        *books.floats.get_mut(&receipt.merchant)? += points;
        let (merchant, member) = (&receipt.merchant, workload::member(receipt.member));
        let entry =
            |from: &Id, to: &Id, amount, reason| Entry { from: from.clone(), to: to.clone(), amount, at, reason };
        books.journal.push(entry(merchant, &member, returned, Reason::SaleRefund));
        books.journal.push(entry(&member, merchant, Decimal::from(points), Reason::Clawback));
        Some(points)
    }

    /// How long the journal is, and what is in it: that nothing of it is optimised away.
    pub fn journal(&self) -> (usize, Decimal) {
        let moved = |entry: &Entry| if entry.from == entry.to { Decimal::ZERO } else { entry.amount };
        let late = self.books.journal.iter().filter(|entry| entry.at.millis() > 0 && entry.reason != Reason::Fee);
        (self.books.journal.len(), late.map(moved).sum())
    }
}

#[cfg(test)]
mod tests {
    use coalition::book::{Record, Snapshot};
    use coalition::nouns::Key;

    use super::*;
    use crate::deciding::{book_after, decide_and_apply, engine, refunds};
    use crate::workload::specs;
    use crate::works::DECISION_RULES;

    fn held(book: &Snapshot) -> Vec<i64> {
        let points = |place| match book.record(&Key::Account(workload::member(place))) {
            Some(Record::Account(account)) => account.lots.iter().map(|lot| lot.points.get()).sum(),
            _ => 0,
        };
        (0..MEMBERS).map(points).collect()
    }

    #[test]
    fn the_peer_gives_and_takes_back_the_same_points() {
        let (engine, buys) = (engine(DECISION_RULES), workload::buys(1_500));
        let (mut book, mut shop) = (book_after(&engine, &buys), Shop::new(&specs(DECISION_RULES)));
        for buy in &buys {
            assert!(shop.submit(&buy.command).is_some());
            assert_eq!(shop.submit(&buy.command), None, "once");
        }
        assert_eq!(shop.balances(), held(&book));
        assert!(shop.balances().iter().sum::<i64>() > 0);
        // Whole returns only: of a part, the engine takes what its line earned, the peer a share of all.
        for command in refunds(&buys).iter().step_by(2) {
            decide_and_apply(&engine, command, &mut book);
            assert!(shop.submit(command).is_some());
        }
        assert_eq!(shop.balances(), held(&book));
        assert_eq!(shop.journal().0, 2 * buys.len() + buys.len());
    }
}
