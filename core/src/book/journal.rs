//! What a decision writes down as it goes: postings and events, and the ids of what it makes.

use uuid::Uuid;

use crate::nouns::{Account, AccountKind, Event, LotState, Posting, Reason};
use crate::values::{Amount, Day, Id, ItemId};

/// Postings and events of one decision, in order.
#[derive(Debug, Clone)]
pub struct Journal {
    command: Uuid,
    /// The operator: breakage, margin, backing and expired points are its accounts.
    pub operator: Id,
    /// The asset of money for points.
    pub fine: Id,
    /// The currency.
    pub money: Id,
    /// Postings.
    pub postings: Vec<Posting>,
    /// Events.
    pub events: Vec<Event>,
    lots: u32,
    blocks: u32,
    debts: u32,
    vouchers: u32,
}

impl Journal {
    /// An empty journal.
    pub fn new(command: Uuid, operator: Id, money: Id, fine: Id) -> Self {
        Self {
            command,
            operator,
            fine,
            money,
            postings: Vec::with_capacity(8),
            events: Vec::new(),
            lots: 0,
            blocks: 0,
            debts: 0,
            vouchers: 0,
        }
    }

    /// The account in which a lot of a member account lies: money has kinds of its own.
    pub fn kind_of(&self, asset: &Id, state: LotState) -> AccountKind {
        match (*asset == self.money, state) {
            (false, LotState::Pending) => AccountKind::Pending,
            (false, LotState::Spendable) => AccountKind::Spendable,
            (true, LotState::Pending) => AccountKind::CommissionPending,
            (true, LotState::Spendable) => AccountKind::CommissionAvailable,
        }
    }

    /// Posts an amount; zero is never written, and a negative amount is the opposite movement.
    pub fn post(
        &mut self,
        debit: (&Id, AccountKind),
        credit: (&Id, AccountKind),
        what: (&Id, Amount),
        day: Day,
        reason: Reason,
    ) {
        let (asset, amount) = what;
        if amount.is_zero() {
            return;
        }
        let (debit, credit) = if amount.is_positive() { (debit, credit) } else { (credit, debit) };
        self.postings.push(Posting {
            debit: Account::new(debit.0, debit.1),
            credit: Account::new(credit.0, credit.1),
            asset: asset.clone(),
            amount: if amount.is_positive() { amount } else { amount.negated() },
            day,
            reason,
        });
    }

    /// Posts money for points between two accounts, in fine units.
    pub fn post_fine(
        &mut self,
        debit: (&Id, AccountKind),
        credit: (&Id, AccountKind),
        amount: Amount,
        day: Day,
        reason: Reason,
    ) {
        let fine = self.fine.clone();
        self.post(debit, credit, (&fine, amount), day, reason);
    }

    /// The id of the next lot that this command makes.
    pub fn next_lot(&mut self) -> ItemId {
        self.lots = self.lots.saturating_add(1);
        ItemId { command: self.command, n: self.lots }
    }

    /// The id of the next block that this command makes.
    pub fn next_block(&mut self) -> ItemId {
        self.blocks = self.blocks.saturating_add(1);
        ItemId { command: self.command, n: self.blocks }
    }

    /// The id of the next debt that this command makes.
    pub fn next_debt(&mut self) -> ItemId {
        self.debts = self.debts.saturating_add(1);
        ItemId { command: self.command, n: self.debts }
    }

    /// The id of the next voucher that this command makes.
    pub fn next_voucher(&mut self) -> ItemId {
        self.vouchers = self.vouchers.saturating_add(1);
        ItemId { command: self.command, n: self.vouchers }
    }

    /// The id of the hold that this command makes.
    pub fn hold(&self) -> ItemId {
        ItemId { command: self.command, n: 1 }
    }
}
