//! Redemptions counted by merchant, of the stocks that limit them. A stock without the limit is never written by a
//! redemption, so redemptions of it never collide.

use std::collections::BTreeMap;

use crate::book::{Halt, Record};
use crate::decision::Decision;
use crate::nouns::{Code, Key, VoucherStock};
use crate::values::{Amount, Id};

/// Stocks with the limit, as far as this decision counted on them.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Id, VoucherStock>);

impl Counts {
    fn so_far(&self, decision: &Decision<'_>, stock: &Id, merchant: &Id) -> Result<Option<(Amount, Amount)>, Halt> {
        let known = match self.0.get(stock) {
            Some(known) => Some(known),
            None => decision.view.voucher_stock(stock)?,
        };
        let of = |known: &VoucherStock| {
            let so_far = known.redeemed.get(merchant).copied().unwrap_or(Amount::ZERO);
            known.terms.per_merchant.map(|most| (so_far, most))
        };
        Ok(known.and_then(of))
    }

    /// Whether the merchant has redeemed as many as the stock lets it.
    pub(super) fn is_full(&self, decision: &Decision<'_>, stock: &Id, merchant: &Id) -> Result<bool, Halt> {
        Ok(self.so_far(decision, stock, merchant)?.is_some_and(|(so_far, most)| so_far >= most))
    }

    /// `voucher_limit path`: it has.
    pub(super) fn check(&self, decision: &Decision<'_>, stock: &Id, merchant: &Id, path: &str) -> Result<(), Halt> {
        if self.is_full(decision, stock, merchant)? { Err(Halt::reject(Code::VoucherLimit, path)) } else { Ok(()) }
    }

    /// Counts a redemption.
    pub(super) fn add(&mut self, decision: &Decision<'_>, stock: &Id, merchant: &Id) -> Result<(), Halt> {
        let Some((so_far, _)) = self.so_far(decision, stock, merchant)? else { return Ok(()) };
        self.set(decision, stock, merchant, so_far.plus(Amount::new(1)?)?)
    }

    /// Counts one less: what was redeemed was returned whole.
    pub(super) fn take(&mut self, decision: &Decision<'_>, stock: &Id, merchant: &Id) -> Result<(), Halt> {
        match self.so_far(decision, stock, merchant)? {
            Some((so_far, _)) if so_far.is_positive() => {
                self.set(decision, stock, merchant, so_far.minus(Amount::new(1)?)?)
            }
            _ => Ok(()),
        }
    }

    fn set(&mut self, decision: &Decision<'_>, stock: &Id, merchant: &Id, count: Amount) -> Result<(), Halt> {
        let Some(base) = decision.view.voucher_stock(stock)? else { return Ok(()) };
        let known = self.0.entry(stock.clone()).or_insert_with(|| base.clone());
        if count.is_zero() {
            known.redeemed.remove(merchant);
        } else {
            known.redeemed.insert(merchant.clone(), count);
        }
        Ok(())
    }

    /// Notes what was counted on.
    pub(super) fn write(self, decision: &mut Decision<'_>) -> Result<(), Halt> {
        for (id, stock) in self.0 {
            decision.write(Key::VoucherStock(id), Record::VoucherStock(Box::new(stock)))?;
        }
        Ok(())
    }
}
