//! A model of vouchers, referral, commission and withdrawals, from `docs/rulebook.md` 11 to 13 alone. Of each command it
//! says whether it is done, or the code and path of its refusal, and what the book holds afterwards.

use std::collections::BTreeMap;

use coalition::values::ItemId;
use uuid::Uuid;

use super::payouts::Withdrawal;
use super::purse::{Purse, divide, returned};

/// Days after which a purchase may no longer be returned.
pub const WINDOW: i64 = 30;
/// For how many days a voucher is good.
const GOOD: i64 = 20;

/// What vouchers of a stock give, and its limits.
pub struct Terms {
    pub stock: &'static str,
    pub total: i64,
    pub per_member: Option<i64>,
    pub per_merchant: Option<i64>,
    pub min_spend: i64,
    /// In the order of their ids, with shares.
    pub funders: &'static [(&'static str, i64)],
}

pub const STOCKS: [Terms; 4] = [
    // 10.00 off 15.00 or more, one a purchase.
    Terms {
        stock: "off",
        total: 6,
        per_member: Some(3),
        per_merchant: Some(2),
        min_spend: 1_500,
        funders: &[("b", 1), ("hq", 2)],
    },
    // 50.00 to be spent in parts.
    Terms { stock: "card", total: 4, per_member: None, per_merchant: Some(3), min_spend: 0, funders: &[("hq", 1)] },
    // A cash subsidy of 20.01, with 3.00 for whoever brought the customer.
    Terms {
        stock: "cash",
        total: 4,
        per_member: Some(2),
        per_merchant: None,
        min_spend: 0,
        funders: &[("a", 1), ("hq", 1)],
    },
    // A gift, at `b` only.
    Terms { stock: "mug", total: 5, per_member: None, per_merchant: Some(1), min_spend: 0, funders: &[("hq", 1)] },
];
const OFF: usize = 0;
const CARD: usize = 1;
pub const CASH: usize = 2;
const MUG: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Open,
    Redeemed,
    Voided,
    Replaced,
}

#[derive(Debug, Clone)]
pub struct Voucher {
    pub id: ItemId,
    pub stock: usize,
    pub mark: Mark,
    pub owner: Option<&'static str>,
    pub from: Option<i64>,
    pub until: Option<i64>,
    pub balance: Option<i64>,
    /// For whom it is set aside, and until which day.
    pub aside: Option<(&'static str, i64)>,
    pub purchase: Option<String>,
    replaced_by: Option<usize>,
    is_replacement: bool,
}

#[derive(Debug, Clone)]
pub struct Payout {
    pub account: &'static str,
    pub payer: &'static str,
    pub active: i64,
    pub amount: i64,
}

#[derive(Debug, Clone)]
pub struct Purchase {
    pub id: String,
    pub merchant: &'static str,
    pub member: &'static str,
    day: i64,
    units: i64,
    pub net: i64,
    pub turnover: i64,
    pub coins: i64,
    /// Funder, amount, and the stored value that it came out of.
    pub discounts: Vec<(&'static str, i64, Option<usize>)>,
    pub payouts: Vec<Payout>,
    vouchers: Vec<usize>,
}

/// A refusal: code and path.
pub type Refusal = (&'static str, String);
pub type Answer = Result<(), Refusal>;

pub fn refuse(code: &'static str, path: &str) -> Answer {
    Err((code, path.to_owned()))
}

#[derive(Debug, Default)]
pub struct Model {
    pub today: i64,
    pub vouchers: Vec<Voucher>,
    pub purchases: Vec<Purchase>,
    pub withdrawals: Vec<Withdrawal>,
    pub purses: BTreeMap<&'static str, Purse>,
    /// What parties are owed, minor units.
    pub settlement: BTreeMap<&'static str, i64>,
    pub coins: BTreeMap<&'static str, i64>,
    pub sales: BTreeMap<&'static str, i64>,
    /// Redemptions by stock and merchant.
    pub redeemed: BTreeMap<(usize, &'static str), i64>,
    claims: BTreeMap<(usize, &'static str), i64>,
    pub requests: BTreeMap<(&'static str, String), i64>,
    /// Who is above, and since which day.
    pub up: BTreeMap<&'static str, (&'static str, i64)>,
    pub made: usize,
}

/// What a purchase is asked for.
#[derive(Debug, Clone)]
pub struct Basket {
    /// The day of the sale; it is booked today.
    pub day: i64,
    pub member: &'static str,
    pub merchant: &'static str,
    pub gross: i64,
    pub units: i64,
    pub vouchers: Vec<usize>,
    pub clerk: bool,
    /// The payout ratio in hundredths.
    pub ratio: i64,
}

impl Model {
    pub fn issued(&self, stock: usize) -> i64 {
        let of = |voucher: &&Voucher| voucher.stock == stock && !voucher.is_replacement;
        i64::try_from(self.vouchers.iter().filter(of).count()).unwrap()
    }

    fn fresh(id: ItemId, stock: usize, owner: Option<&'static str>, from: Option<i64>) -> Voucher {
        let balance = (stock == CARD).then_some(5_000);
        let (mark, aside, purchase, replaced_by) = (Mark::Open, None, None, None);
        let until = from.map(|from| from + GOOD);
        Voucher { id, stock, mark, owner, from, until, balance, aside, purchase, replaced_by, is_replacement: false }
    }

    pub fn issue(&mut self, command: Uuid, stock: usize, count: i64) -> Answer {
        if self.issued(stock) + count > STOCKS[stock].total {
            return refuse("stock_spent", "stock");
        }
        for n in 1..=count {
            let id = ItemId { command, n: u32::try_from(n).unwrap() };
            self.vouchers.push(Self::fresh(id, stock, None, None));
        }
        Ok(())
    }

    pub fn claim(&mut self, command: Uuid, stock: usize, member: &'static str, named: Option<usize>) -> Answer {
        match named {
            Some(place) => {
                self.allow(place, "claim", "voucher")?;
            }
            None if self.issued(stock) >= STOCKS[stock].total => return refuse("stock_spent", "stock"),
            None => {}
        }
        let so_far = self.claims.entry((stock, member)).or_default();
        if STOCKS[stock].per_member.is_some_and(|most| *so_far >= most) {
            return refuse("voucher_limit", "member");
        }
        *so_far += 1;
        let today = Some(self.today);
        match named {
            Some(place) => {
                let voucher = &mut self.vouchers[place];
                (voucher.owner, voucher.from, voucher.until) = (Some(member), today, Some(self.today + GOOD));
            }
            None => self.vouchers.push(Self::fresh(ItemId { command, n: 1 }, stock, Some(member), today)),
        }
        Ok(())
    }

    /// The table of `docs/rulebook.md` 11.2.
    fn allow(&self, place: usize, verb: &str, path: &str) -> Answer {
        let voucher = &self.vouchers[place];
        let reserved = voucher.aside.is_some_and(|(_, until)| self.today < until);
        let expired = voucher.until.is_some_and(|until| until <= self.today);
        let code = match (voucher.mark, verb) {
            (Mark::Voided | Mark::Replaced, _) => "voucher_voided",
            (Mark::Redeemed, "claim") => "voucher_taken",
            (Mark::Redeemed, _) => "voucher_used",
            (Mark::Open, "claim") if reserved || voucher.owner.is_some() && !expired => "voucher_taken",
            (Mark::Open, "reserve" | "void" | "reissue") if reserved => "voucher_reserved",
            (Mark::Open, "release" | "redeem") if reserved => return Ok(()),
            (Mark::Open, "reissue") => return Ok(()),
            (Mark::Open, _) if expired => "invalid_voucher",
            (Mark::Open, "release") => "voucher_not_reserved",
            (Mark::Open, _) => return Ok(()),
        };
        refuse(code, path)
    }

    fn owned(&self, place: usize, member: &str, verb: &str, path: &str) -> Answer {
        if self.vouchers[place].owner != Some(member) {
            return refuse("invalid_voucher", path);
        }
        self.allow(place, verb, path)
    }

    pub fn reserve(&mut self, place: usize, member: &str, merchant: &'static str, days: i64) -> Answer {
        self.owned(place, member, "reserve", "voucher")?;
        self.vouchers[place].aside = Some((merchant, self.today + days));
        Ok(())
    }

    pub fn release(&mut self, place: usize, member: &str) -> Answer {
        self.owned(place, member, "release", "voucher")?;
        self.vouchers[place].aside = None;
        Ok(())
    }

    pub fn void(&mut self, place: usize) -> Answer {
        self.allow(place, "void", "voucher")?;
        (self.vouchers[place].mark, self.vouchers[place].aside) = (Mark::Voided, None);
        Ok(())
    }

    pub fn reissue(&mut self, command: Uuid, place: usize) -> Answer {
        self.allow(place, "reissue", "voucher")?;
        let next = self.vouchers.len();
        let old = &mut self.vouchers[place];
        let until = old.owner.map(|_| old.until.unwrap_or(0).max(self.today + GOOD));
        let id = ItemId { command, n: 1 };
        let from = old.owner.map(|_| self.today);
        let new = Voucher { id, from, until, aside: None, is_replacement: true, ..old.clone() };
        (old.mark, old.aside, old.replaced_by) = (Mark::Replaced, None, Some(next));
        old.balance = old.balance.map(|_| 0);
        self.vouchers.push(new);
        Ok(())
    }

    fn check_place(&self, place: usize, merchant: &str, path: &str) -> Answer {
        let elsewhere = |(kept, until): (&str, i64)| self.today < until && kept != merchant;
        if self.vouchers[place].aside.is_some_and(elsewhere) { refuse("voucher_reserved", path) } else { Ok(()) }
    }

    fn check_limit(&self, stock: usize, merchant: &'static str, before: i64, path: &str) -> Answer {
        let so_far = self.redeemed.get(&(stock, merchant)).copied().unwrap_or(0) + before;
        let full = STOCKS[stock].per_merchant.is_some_and(|most| so_far >= most);
        if full { refuse("voucher_limit", path) } else { Ok(()) }
    }

    fn count(&mut self, stock: usize, merchant: &'static str, by: i64) {
        if STOCKS[stock].per_merchant.is_some() {
            *self.redeemed.entry((stock, merchant)).or_default() += by;
        }
    }

    pub fn hand_out(&mut self, place: usize, member: &str, merchant: &'static str) -> Answer {
        self.owned(place, member, "redeem", "voucher")?;
        self.check_place(place, merchant, "voucher")?;
        let stock = self.vouchers[place].stock;
        if stock != MUG || merchant != "b" {
            return refuse("voucher_not_applicable", "voucher");
        }
        self.check_limit(stock, merchant, 0, "voucher")?;
        self.count(stock, merchant, 1);
        (self.vouchers[place].mark, self.vouchers[place].aside) = (Mark::Redeemed, None);
        Ok(())
    }

    /// What the vouchers of a basket take off, or are worth: `(place, value)`.
    fn work_out(&self, basket: &Basket) -> Result<Vec<(usize, i64)>, Refusal> {
        let path = |place: usize| format!("vouchers[{place}]");
        for (n, place) in basket.vouchers.iter().enumerate() {
            if basket.vouchers[..n].contains(place) {
                return Err(("duplicate", path(n)));
            }
        }
        for (n, place) in basket.vouchers.iter().enumerate() {
            self.owned(*place, basket.member, "redeem", &path(n))?;
            self.check_place(*place, basket.merchant, &path(n))?;
            if self.vouchers[*place].from.is_some_and(|from| basket.day < from) {
                return Err(("voucher_not_yet", path(n)));
            }
        }
        let is_off = |place: &usize| self.vouchers[*place].stock == OFF;
        for (n, place) in basket.vouchers.iter().enumerate() {
            if is_off(place) && basket.vouchers[..n].iter().any(is_off) {
                return Err(("not_stackable", path(n)));
            }
        }
        let mut left = basket.gross;
        let mut values: Vec<(usize, i64)> = Vec::new();
        for (n, place) in basket.vouchers.iter().enumerate() {
            let stock = self.vouchers[*place].stock;
            if stock == MUG && basket.merchant != "b" {
                return Err(("voucher_not_applicable", path(n)));
            }
            if basket.gross < STOCKS[stock].min_spend {
                return Err(("below_min_spend", path(n)));
            }
            let most = [1_000, self.vouchers[*place].balance.unwrap_or(0), 2_001, 0][stock];
            let value = left.min(most);
            if value == 0 && stock != MUG {
                return Err(("voucher_not_applicable", path(n)));
            }
            let before = values.iter().filter(|(other, _)| self.vouchers[*other].stock == stock).count();
            self.check_limit(stock, basket.merchant, i64::try_from(before).unwrap(), &path(n))?;
            // What is given, too, is never more than the purchase.
            left -= value;
            values.push((*place, value));
        }
        Ok(values)
    }

    pub fn buy(&mut self, basket: &Basket) -> Answer {
        let values = self.work_out(basket)?;
        let (merchant, id) = (basket.merchant, format!("p{}", self.purchases.len()));
        let mut purchase = Purchase {
            id: id.clone(),
            merchant,
            member: basket.member,
            day: basket.day,
            units: basket.units,
            net: basket.gross,
            turnover: basket.gross,
            coins: 0,
            discounts: Vec::new(),
            payouts: Vec::new(),
            vouchers: basket.vouchers.clone(),
        };
        let active = basket.day + WINDOW + 1;
        for (place, value) in &values {
            let voucher = &mut self.vouchers[*place];
            let stock = voucher.stock;
            let shares: Vec<i64> = STOCKS[stock].funders.iter().map(|(_, share)| *share).collect();
            let by_funder = STOCKS[stock].funders.iter().map(|(funder, _)| *funder).zip(divide(*value, &shares));
            voucher.aside = None;
            voucher.balance = voucher.balance.map(|balance| balance - value);
            if voucher.balance.is_none_or(|balance| balance == 0) {
                voucher.mark = Mark::Redeemed;
            }
            voucher.purchase = (stock != CARD).then(|| id.clone());
            for (funder, amount) in by_funder.filter(|(_, amount)| *amount > 0) {
                if stock == CASH {
                    purchase.payouts.push(Payout { account: basket.member, payer: funder, active, amount });
                } else {
                    purchase.net -= amount;
                    purchase.discounts.push((funder, amount, (stock == CARD).then_some(*place)));
                }
            }
            self.count(stock, merchant, 1);
        }
        let own: i64 =
            purchase.discounts.iter().filter(|(funder, ..)| *funder == merchant).map(|(_, off, _)| off).sum();
        purchase.turnover -= own;
        purchase.coins = purchase.net / 100;
        self.commission(basket, &mut purchase);
        self.book(&purchase);
        self.purchases.push(purchase);
        Ok(())
    }

    /// Returns so many units, or all of it.
    pub fn give_back(&mut self, place: usize, units: Option<i64>) -> Answer {
        let mut purchase = self.purchases[place].clone();
        if self.today > purchase.day + WINDOW {
            return refuse("refund_window_over", "purchase");
        }
        let (share, whole) = (units.unwrap_or(purchase.units), purchase.units);
        if whole == 0 || share > whole {
            return refuse("refund_exceeds", "returned[0]");
        }
        let lower = |figure: &mut i64| {
            let part = returned(*figure, share, whole);
            *figure -= part;
            part
        };
        purchase.units -= share;
        lower(&mut purchase.net);
        let turnover = lower(&mut purchase.turnover);
        let coins = lower(&mut purchase.coins);
        let mut refills: BTreeMap<usize, i64> = BTreeMap::new();
        let mut owed: Vec<(&'static str, i64)> = Vec::new();
        for (funder, amount, stored) in &mut purchase.discounts {
            let part = lower(amount);
            owed.extend([(*funder, part), (purchase.merchant, -part)]);
            if let Some(voucher) = stored {
                *refills.entry(*voucher).or_default() += part;
            }
        }
        for payout in &mut purchase.payouts {
            let part = lower(&mut payout.amount);
            let purse = self.purses.entry(payout.account).or_default();
            owed.push((payout.payer, purse.take_back(payout.payer, payout.active, part)));
        }
        owed.into_iter().for_each(|(party, amount)| self.owe(party, amount));
        *self.sales.entry(purchase.merchant).or_default() -= turnover;
        *self.coins.entry(purchase.member).or_default() -= coins;
        refills.retain(|_, amount| *amount > 0);
        let (merchant, emptied) = (purchase.merchant, purchase.units == 0);
        for voucher in purchase.vouchers.clone() {
            if emptied {
                self.count(self.vouchers[voucher].stock, merchant, -1);
            }
            match refills.get(&voucher) {
                Some(amount) => self.refill(voucher, *amount),
                None if emptied && self.vouchers[voucher].balance.is_none() => {
                    (self.vouchers[voucher].mark, self.vouchers[voucher].purchase) = (Mark::Open, None);
                }
                None => {}
            }
        }
        if emptied {
            purchase.vouchers.clear();
        }
        self.purchases[place] = purchase;
        Ok(())
    }

    fn refill(&mut self, voucher: usize, amount: i64) {
        let mut last = voucher;
        while let Some(next) = self.vouchers[last].replaced_by {
            last = next;
        }
        let voucher = &mut self.vouchers[last];
        voucher.balance = voucher.balance.map(|balance| balance + amount);
        if voucher.mark == Mark::Redeemed {
            voucher.mark = Mark::Open;
        }
    }

    pub fn wait(&mut self, days: i64) {
        self.today += days;
        let today = self.today;
        let owed: Vec<_> = self.purses.values_mut().flat_map(|purse| purse.mature(today)).collect();
        owed.into_iter().for_each(|(party, amount)| self.owe(party, amount));
    }
}
