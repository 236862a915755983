//! What a voucher takes off: how much, on which lines, and who bears it.

use std::collections::BTreeMap;

use crate::book::{AccountDraft, Halt};
use crate::nouns::{Code, VoucherBenefit, VoucherScope, VoucherTerms};
use crate::organisation::Party;
use crate::values::{Amount, Day, Fraction, Id, ItemId, Overflow, Rounding, allocate};

/// What vouchers see of a purchase; the lines by number.
#[derive(Debug)]
pub(crate) struct Basket<'a> {
    pub purchase: &'a Id,
    pub merchant: &'a Id,
    pub party: &'a Party,
    pub account: &'a Id,
    pub lines: Vec<BasketLine<'a>>,
    /// What the whole purchase still comes to, at least 0: its lines, also those below 0, less what vouchers took off or
    /// gave. No voucher makes it less than nothing. Before any it may be more than an amount.
    pub left: i128,
}

/// A line: its product, its category with those above it, and what it comes to, minor units, at least 0.
#[derive(Debug)]
pub(crate) struct BasketLine<'a> {
    pub product: &'a Id,
    pub categories: &'a [Id],
    /// Before any voucher: what a voucher must be spent on is what the receipt says, whatever others take off it.
    pub before: Amount,
    /// By now.
    pub net: Amount,
}

/// What vouchers did to a purchase.
#[derive(Debug, Default)]
pub(crate) struct Redeemed<'a> {
    /// What they took off, in their order.
    pub parts: Vec<Part>,
    /// Each of them, in their order.
    pub vouchers: Vec<RedeemedVoucher<'a>>,
}

/// A voucher that was redeemed in a purchase.
#[derive(Debug)]
pub(crate) struct RedeemedVoucher<'a> {
    pub id: ItemId,
    pub stock: &'a Id,
    pub terms: &'a VoucherTerms,
    /// Which lines are in its scope.
    pub inside: Vec<bool>,
    /// Of a cash subsidy, what each funder pays for each line.
    pub subsidy: Vec<Part>,
    /// Of whose pack it is.
    pub pack: Option<&'a Id>,
}

impl<'a> Redeemed<'a> {
    /// Each multiplier that a voucher names, and on which lines it takes part.
    pub fn multipliers(&self) -> impl Iterator<Item = (&'a Id, &[bool])> {
        self.vouchers.iter().filter_map(|one| match &one.terms.benefit {
            VoucherBenefit::PointsMultiplier { multiplier } => Some((multiplier, one.inside.as_slice())),
            _ => None,
        })
    }

    /// Counts what belongs to packs in the account that had it.
    pub fn count(&self, account: &mut AccountDraft<'_>, today: Day) -> Result<(), Halt> {
        for owner in self.vouchers.iter().filter_map(|voucher| voucher.pack) {
            account.count_use(owner, today)?;
        }
        Ok(())
    }
}

/// What a voucher takes off a line, or gives for it, for a funder: minor units, above zero.
#[derive(Debug)]
pub(crate) struct Part {
    pub line: usize,
    pub funder: Id,
    pub amount: Amount,
    /// The stored value that it comes out of.
    pub stored: Option<ItemId>,
}

impl Basket<'_> {
    /// Which lines are in a stock's scope.
    pub(super) fn inside(&self, terms: &VoucherTerms) -> Vec<bool> {
        self.lines.iter().map(|line| has(&terms.scope, line)).collect()
    }

    /// What the lines in a stock's scope still come to; 0 for the others.
    fn open(&self, inside: &[bool]) -> Vec<Amount> {
        self.lines.iter().zip(inside).map(|(line, inside)| if *inside { line.net } else { Amount::ZERO }).collect()
    }

    /// What a voucher's scope still comes to, and what its benefit says of that: as the trace tells it.
    pub(super) fn arithmetic(
        &self,
        terms: &VoucherTerms,
        balance: Option<Amount>,
    ) -> Result<(Amount, Fraction), Overflow> {
        let basis = Amount::sum(self.open(&self.inside(terms)))?;
        Ok((basis, exact_value(&terms.benefit, basis, balance)?))
    }

    /// Lowers what the lines and the purchase come to.
    pub(super) fn lower(&mut self, parts: &[Part]) -> Result<(), Overflow> {
        for part in parts {
            if let Some(line) = self.lines.get_mut(part.line) {
                line.net = line.net.minus(part.amount)?;
            }
        }
        self.give(parts)
    }

    /// Lowers what the purchase comes to, and no line.
    pub(super) fn give(&mut self, parts: &[Part]) -> Result<(), Overflow> {
        self.left = self.left.saturating_sub(Amount::sum(parts.iter().map(|part| part.amount))?.wide());
        Ok(())
    }
}

/// What a benefit says of a basis, before it is rounded and bounded; nothing of one that takes nothing off.
fn exact_value(benefit: &VoucherBenefit, basis: Amount, balance: Option<Amount>) -> Result<Fraction, Overflow> {
    Ok(match benefit {
        VoucherBenefit::Fixed { amount } | VoucherBenefit::Subsidy { amount } => Fraction::whole(amount.wide()),
        VoucherBenefit::Percent { rate, .. } => rate.fraction().times(Fraction::whole(basis.wide()))?,
        VoucherBenefit::StoredValue { .. } => Fraction::whole(balance.unwrap_or(Amount::ZERO).wide()),
        VoucherBenefit::Gift { .. } | VoucherBenefit::PointsMultiplier { .. } => Fraction::ZERO,
    })
}

/// Whether a scope takes a merchant in.
pub(super) fn covers(scope: &VoucherScope, merchant: &Id, party: &Party) -> bool {
    if scope.merchants.is_empty() && scope.alliances.is_empty() {
        return true;
    }
    scope.merchants.contains(merchant) || !party.alliances().is_disjoint(&scope.alliances)
}

fn has(scope: &VoucherScope, line: &BasketLine<'_>) -> bool {
    let category = || line.categories.iter().any(|category| scope.categories.contains(category));
    (scope.categories.is_empty() || category()) && (scope.products.is_empty() || scope.products.contains(line.product))
}

fn weights(amounts: impl Iterator<Item = Amount>) -> Vec<u128> {
    amounts.map(|amount| u128::from(amount.get().unsigned_abs())).collect()
}

/// What a voucher would take off the lines in its scope, or a cash subsidy give for them: by line and funder. `balance`
/// is what is left of a stored value. Rejections in order: `voucher_not_applicable path`, `below_min_spend path`,
/// `voucher_not_applicable path` (it would be nothing).
pub(super) fn work_out(
    basket: &Basket<'_>,
    terms: &VoucherTerms,
    balance: Option<Amount>,
    path: &str,
) -> Result<Vec<Part>, Halt> {
    let inside = basket.inside(terms);
    if !covers(&terms.scope, basket.merchant, basket.party) || !inside.contains(&true) {
        return Err(Halt::reject(Code::VoucherNotApplicable, path));
    }
    let spent = basket.lines.iter().zip(&inside).filter(|(_, inside)| **inside).map(|(line, _)| line.before);
    if Amount::sum(spent)? < terms.min_spend {
        return Err(Halt::reject(Code::BelowMinSpend, path));
    }
    let open = basket.open(&inside);
    let whole = Amount::sum(open.iter().copied())?;
    let most = match &terms.benefit {
        VoucherBenefit::Gift { .. } => return Ok(Vec::new()),
        // Where nothing is left to be multiplied it would be nothing, as below.
        VoucherBenefit::PointsMultiplier { .. } if whole.is_positive() => return Ok(Vec::new()),
        VoucherBenefit::Percent { most: Some(most), .. } => whole.min(*most),
        _ => whole,
    };
    let most = Amount::from_wide(most.wide().min(basket.left))?;
    let value = exact_value(&terms.benefit, whole, balance)?.round(Rounding::Floor)?.min(most);
    if !value.is_positive() {
        return Err(Halt::reject(Code::VoucherNotApplicable, path));
    }
    divide(&allocate(value, &weights(open.iter().copied()))?, &terms.funders)
}

/// Divides what comes off each line over funders by their shares.
pub(super) fn divide(by_line: &[Amount], funders: &BTreeMap<Id, Amount>) -> Result<Vec<Part>, Halt> {
    let value = Amount::sum(by_line.iter().copied())?;
    let mut left: BTreeMap<&Id, Amount> = BTreeMap::new();
    let shares = allocate(value, &weights(funders.values().copied()))?;
    for (funder, share) in funders.keys().zip(shares) {
        left.insert(funder, share);
    }
    let mut parts = Vec::new();
    for (line, off) in by_line.iter().copied().enumerate().filter(|(_, off)| off.is_positive()) {
        // Over what remains of each funder's part, so that the last line empties all of them exactly.
        let shares = allocate(off, &weights(left.values().copied()))?;
        for ((funder, left), amount) in left.iter_mut().zip(shares) {
            if amount.is_positive() {
                *left = left.minus(amount)?;
                parts.push(Part { line, funder: (*funder).clone(), amount, stored: None });
            }
        }
    }
    Ok(parts)
}
