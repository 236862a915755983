//! The lines of a purchase: their checks, and what each comes to.

use std::collections::BTreeMap;

use crate::book::Halt;
use crate::command::RecordPurchase;
use crate::decision::{Decision, not_negative};
use crate::earn::LineFacts;
use crate::nouns::{Code, Discount, FrozenDiscount, FrozenLine, MAX_DISCOUNTS, MAX_LINES, MAX_TAGS, PurchaseLine};
use crate::values::{Amount, Id, ItemId, allocate};

/// A line and what it comes to, minor units.
#[derive(Debug, Clone)]
pub(super) struct PricedLine<'a> {
    pub line: &'a PurchaseLine,
    /// What vouchers took off, in the order in which they were redeemed.
    pub vouchers: Vec<TakenOff>,
    /// The multipliers that vouchers give it.
    pub multipliers: Vec<&'a Id>,
    pub categories: &'a [Id],
    /// Gross less all discounts and vouchers; may be below zero.
    pub net: Amount,
    /// Gross less what the merchant itself bears of them.
    pub turnover: Amount,
    /// The part of `net` that points paid.
    pub tender_value: Amount,
    /// The points that paid it.
    pub tender_points: Amount,
}

/// What a voucher took off a line.
#[derive(Debug, Clone)]
pub(super) struct TakenOff {
    pub discount: Discount,
    /// The stored value that it came out of.
    pub stored: Option<ItemId>,
}

/// Refuses lines that cannot be: in the order `empty`, `limit_exceeded`, then line by line `duplicate n`,
/// `limit_exceeded tags | discounts`, `negative_amount quantity | gross | discounts[j].amount`, `duplicate discounts[j].price` (a second price),
/// `not_declared category`,
/// `amount_overflow`. Gives them by rising number.
pub(super) fn price<'a>(decision: &Decision<'a>, purchase: &'a RecordPurchase) -> Result<Vec<PricedLine<'a>>, Halt> {
    if purchase.lines.is_empty() {
        return Err(Halt::reject(Code::Empty, "lines"));
    }
    if purchase.lines.len() > MAX_LINES {
        return Err(Halt::reject(Code::LimitExceeded, "lines"));
    }
    let mut highest = None;
    let mut priced = Vec::with_capacity(purchase.lines.len());
    for (place, line) in purchase.lines.iter().enumerate() {
        // Most receipts number their lines in order: then there is nothing to look for.
        if highest >= Some(line.n) && purchase.lines.iter().take(place).any(|other| other.n == line.n) {
            return Err(Halt::reject(Code::Duplicate, format!("lines[{place}].n")));
        }
        highest = highest.max(Some(line.n));
        check_line(line, place)?;
        let categories = match &line.category {
            None => &[],
            Some(category) => decision
                .rules
                .plan()
                .tree
                .chain(category)
                .ok_or_else(|| Halt::reject(Code::NotDeclared, format!("lines[{place}].category")))?,
        };
        let sums = discounts_of(line, &purchase.merchant)
            .and_then(|(all, own)| Ok((line.gross.minus(all)?, line.gross.minus(own)?)));
        let (net, turnover) = sums.map_err(|_| Halt::reject(Code::AmountOverflow, format!("lines[{place}]")))?;
        let (tender_value, tender_points) = (Amount::ZERO, Amount::ZERO);
        priced.push(PricedLine {
            line,
            vouchers: Vec::new(),
            multipliers: Vec::new(),
            categories,
            net,
            turnover,
            tender_value,
            tender_points,
        });
    }
    priced.sort_by_key(|priced| priced.line.n);
    Ok(priced)
}

fn check_line(line: &PurchaseLine, place: usize) -> Result<(), Halt> {
    if line.tags.len() > MAX_TAGS {
        return Err(Halt::reject(Code::LimitExceeded, format!("lines[{place}].tags")));
    }
    if line.discounts.len() > MAX_DISCOUNTS {
        return Err(Halt::reject(Code::LimitExceeded, format!("lines[{place}].discounts")));
    }
    // The path is only made for a line that offends.
    let negative = |amount: Amount| amount < Amount::ZERO;
    if negative(line.quantity) {
        not_negative(line.quantity, &format!("lines[{place}].quantity"))?;
    }
    if negative(line.gross) {
        not_negative(line.gross, &format!("lines[{place}].gross"))?;
    }
    if let Some(which) = line.discounts.iter().position(|discount| negative(discount.amount)) {
        return Err(Halt::reject(Code::NegativeAmount, format!("lines[{place}].discounts[{which}].amount")));
    }
    let mut claims = line.discounts.iter().enumerate().filter(|(_, discount)| discount.price.is_some());
    match claims.nth(1) {
        Some((which, _)) => Err(Halt::reject(Code::Duplicate, format!("lines[{place}].discounts[{which}].price"))),
        None => Ok(()),
    }
}

/// All discounts of a line, and those that the merchant bears.
fn discounts_of(line: &PurchaseLine, merchant: &Id) -> Result<(Amount, Amount), crate::values::Overflow> {
    let all = Amount::sum(line.discounts.iter().map(|discount| discount.amount))?;
    let own = line.discounts.iter().filter(|discount| discount.funder == *merchant).map(|discount| discount.amount);
    Ok((all, Amount::sum(own)?))
}

/// The sum of the lines after discounts, each at least 0.
pub(super) fn total(lines: &[PricedLine<'_>]) -> Result<Amount, crate::values::Overflow> {
    Amount::sum(lines.iter().map(|line| line.net.max(Amount::ZERO)))
}

/// Divides what points paid over the lines, by what each comes to.
pub(super) fn spread_tender(lines: &mut [PricedLine<'_>], value: Amount, points: Amount) -> Result<(), Halt> {
    let weights: Vec<u128> =
        lines.iter().map(|line| u128::from(line.net.max(Amount::ZERO).get().unsigned_abs())).collect();
    let (values, points) = (allocate(value, &weights)?, allocate(points, &weights)?);
    for ((line, value), points) in lines.iter_mut().zip(values).zip(points) {
        line.tender_value = value;
        line.tender_points = points;
    }
    Ok(())
}

impl<'a> PricedLine<'a> {
    /// What conditions and effects see.
    pub(super) fn facts(&self) -> Result<LineFacts<'a>, crate::values::Overflow> {
        let after_discounts = self.net.max(Amount::ZERO);
        Ok(LineFacts {
            n: self.line.n,
            product: &self.line.product,
            categories: self.categories,
            tags: &self.line.tags,
            quantity: self.line.quantity,
            before_discounts: self.line.gross,
            after_discounts,
            after_tender: after_discounts.minus(self.tender_value)?.max(Amount::ZERO),
            by_vouchers: self.multipliers.clone(),
        })
    }

    /// Discounts of the receipt, then what vouchers took off.
    pub(super) fn discounts(&self) -> impl Iterator<Item = &Discount> + Clone {
        self.line.discounts.iter().chain(self.vouchers.iter().map(|taken| &taken.discount))
    }

    /// Takes off what a voucher gives, for the part of a funder.
    pub(super) fn take_off(&mut self, taken: TakenOff, merchant: &Id) -> Result<(), crate::values::Overflow> {
        let discount = &taken.discount;
        self.net = self.net.minus(discount.amount)?;
        if discount.funder == *merchant {
            self.turnover = self.turnover.minus(discount.amount)?;
        }
        self.vouchers.push(taken);
        Ok(())
    }

    /// What a refund needs, with the points that each award gave on it.
    pub(super) fn freeze(&self, awards: Vec<Amount>, payouts: Vec<Amount>) -> FrozenLine {
        let of_receipt = self.line.discounts.iter().map(|discount| (discount, None));
        let of_vouchers = self.vouchers.iter().map(|taken| (&taken.discount, taken.stored));
        let given = of_receipt.chain(of_vouchers).filter(|(discount, _)| !discount.amount.is_zero());
        // Room for these and no more: they stay in the book.
        let mut discounts = Vec::with_capacity(given.clone().count());
        discounts.extend(given.map(|(discount, voucher)| FrozenDiscount {
            funder: discount.funder.clone(),
            amount: discount.amount,
            voucher,
        }));
        FrozenLine {
            n: self.line.n,
            quantity: self.line.quantity,
            net: self.net,
            turnover: self.turnover,
            discounts,
            tender_value: self.tender_value,
            tender_points: self.tender_points,
            awards,
            payouts,
        }
    }
}

/// Discounts by funder, in the order of their ids.
pub(super) fn by_funder<'l>(
    discounts: impl Iterator<Item = (&'l Id, Amount)>,
) -> Result<BTreeMap<&'l Id, Amount>, crate::values::Overflow> {
    let mut sums: BTreeMap<&Id, Amount> = BTreeMap::new();
    for (funder, amount) in discounts {
        let sum = sums.entry(funder).or_default();
        *sum = sum.plus(amount)?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn amount(units: i64) -> Amount {
        Amount::new(units).unwrap()
    }

    fn id(text: &str) -> Id {
        text.parse().unwrap()
    }

    fn line(n: u32, gross: i64, discounts: &[(&str, i64)]) -> PurchaseLine {
        let discount = |(funder, off): &(&str, i64)| Discount { funder: id(funder), amount: amount(*off), price: None };
        PurchaseLine {
            n,
            product: id("x"),
            category: None,
            tags: BTreeSet::new(),
            quantity: amount(1),
            gross: amount(gross),
            discounts: discounts.iter().map(discount).collect(),
        }
    }

    fn priced<'a>(line: &'a PurchaseLine, merchant: &Id) -> PricedLine<'a> {
        let (all, own) = discounts_of(line, merchant).unwrap();
        PricedLine {
            line,
            vouchers: Vec::new(),
            multipliers: Vec::new(),
            categories: &[],
            net: line.gross.minus(all).unwrap(),
            turnover: line.gross.minus(own).unwrap(),
            tender_value: Amount::ZERO,
            tender_points: Amount::ZERO,
        }
    }

    #[test]
    fn points_pay_lines_by_what_they_come_to_and_none_that_cost_nothing() {
        let shop = id("shop");
        let lines = [line(1, 1_000, &[]), line(2, 100, &[("shop", 120)]), line(3, 500, &[])];
        let mut priced: Vec<_> = lines.iter().map(|line| priced(line, &shop)).collect();
        assert_eq!(total(&priced).unwrap(), amount(1_500));
        spread_tender(&mut priced, amount(440), amount(550)).unwrap();
        let paid: Vec<_> = priced.iter().map(|line| (line.tender_value.get(), line.tender_points.get())).collect();
        assert_eq!(paid, [(293, 367), (0, 0), (147, 183)]);
        let basis: Vec<_> = priced.iter().map(|line| line.facts().unwrap().after_tender.get()).collect();
        assert_eq!(basis, [707, 0, 353]);
    }

    #[test]
    fn what_the_merchant_bears_itself_is_no_turnover() {
        let shop = id("shop");
        let line = line(1, 30_000, &[("shop", 2_500), ("hq", 2_500)]);
        let mut priced = priced(&line, &shop);
        assert_eq!((priced.net.get(), priced.turnover.get()), (25_000, 27_500));
        let stored = Some(ItemId { command: uuid::Uuid::from_u128(1), n: 1 });
        for (funder, off, stored) in [("hq", 5_000, stored), ("shop", 2_500, None), ("hq", 0, None)] {
            let discount = Discount { funder: id(funder), amount: amount(off), price: None };
            priced.take_off(TakenOff { discount, stored }, &shop).unwrap();
        }
        assert_eq!((priced.net.get(), priced.turnover.get()), (17_500, 25_000));
        let sums = by_funder(priced.discounts().map(|discount| (&discount.funder, discount.amount))).unwrap();
        assert_eq!(sums.values().map(|sum| sum.get()).collect::<Vec<_>>(), [7_500, 5_000]);
        // A refund needs the receipt's discounts, then the vouchers', but none of 0.
        let frozen = priced.freeze(Vec::new(), Vec::new());
        let kept: Vec<_> = frozen.discounts.iter().map(|one| (one.amount.get(), one.voucher.is_some())).collect();
        assert_eq!(kept, [(2_500, false), (2_500, false), (5_000, true), (2_500, false)]);
    }

    #[test]
    fn the_first_thing_that_a_line_cannot_be_is_told() {
        let told = |line: &PurchaseLine| match check_line(line, 4) {
            Ok(()) => "ok".to_owned(),
            Err(Halt::Rejected(no)) => no.to_string(),
            Err(needs) => panic!("{needs:?}"),
        };
        let good = line(1, 0, &[("hq", 0)]);
        assert_eq!(told(&good), "ok");
        let tags: BTreeSet<Id> = (0..=MAX_TAGS).map(|n| id(&format!("t{n}"))).collect();
        let negative = PurchaseLine { quantity: amount(-1), gross: amount(-1), ..good.clone() };
        assert_eq!(told(&PurchaseLine { tags, ..negative.clone() }), "limit_exceeded at lines[4].tags");
        assert_eq!(told(&negative), "negative_amount at lines[4].quantity");
        assert_eq!(told(&line(1, -1, &[("hq", -1)])), "negative_amount at lines[4].gross");
        assert_eq!(told(&line(1, 1, &[("hq", 1), ("hq", -1)])), "negative_amount at lines[4].discounts[1].amount");
        let mut claims = line(1, 9, &[("a", 1), ("a", 1), ("a", 1)]);
        for discount in claims.discounts.iter_mut().skip(1) {
            discount.price = Some(id("card"));
        }
        assert_eq!(told(&claims), "duplicate at lines[4].discounts[2].price");
    }
}
