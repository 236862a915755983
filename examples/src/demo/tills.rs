//! From a basket to commands: the sale itself, and what the demo lets follow from it.

use std::collections::BTreeSet;

use coalition::book::Record;
use coalition::command::{Action, RecordPurchase, RegisterParty, Tender};
use coalition::nouns::{Code, Discount, Key, LotState, MAX_REDEEMED, MemberAccount, PurchaseLine};
use coalition::organisation::Party;
use coalition::values::{Day, Id, Instant, ItemId};
use coalition::verbs::{Outcome, Rejected};

use super::cards;
use super::clerks;
use super::derive::{amount, birthday, id, pick};
use super::desk::Desk;
use super::extras::Extras;
use super::guides;
use super::panel::{Basket, Line, Panel};
use super::programme::{Names, accepts_stars, kiosk_of, member, merchant, register_maker};
use super::vouchers::{Shown, Vouchers, settle_shown};
use crate::Failure;

/// A purchase as the till tells it, before it is known who pays how.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The purchase's id.
    pub purchase: Id,
    /// The store.
    pub merchant: Id,
    /// The household.
    pub member: Id,
    /// What the customer owes, each line at least 0, cents.
    pub total: i64,
}

/// What a household shows with a basket.
struct Hand {
    coupons: Vec<Shown>,
    /// Vouchers that take nothing off.
    others: Vec<ItemId>,
    /// The price that it claims.
    price: Option<usize>,
}

/// The tills of all stores: who is registered already, and how many purchases there were.
#[derive(Debug, Clone, Default)]
pub struct Tills {
    members: BTreeSet<u64>,
    makers: BTreeSet<Id>,
    /// The last household that a guide brought.
    last_brought: Option<u64>,
    /// Purchases so far.
    pub rung: u64,
    /// Lines so far.
    pub lines: u64,
    /// Loyalty prices and coupon matches on the lines of the commands, cents. Both are the store's own discounts, so its
    /// statement has only their sum.
    pub split: (i64, i64),
}

impl Tills {
    /// Rings up a basket: registers whom it needs, decides the purchase, and again without what was refused.
    ///
    /// # Errors
    ///
    /// The engine breaks its word.
    pub fn ring_up(
        &mut self,
        desk: &mut Desk,
        (panel, names): (&Panel, &Names),
        (vouchers, extras): (&mut Vouchers, &mut Extras),
        (basket, booked): (&Basket, Instant),
    ) -> Result<Receipt, Failure> {
        self.rung += 1;
        self.lines += basket.lines.len() as u64;
        for line in &basket.lines {
            self.split = (self.split.0 + line.retail, self.split.1 + line.matched);
        }
        let receipt = receipt(basket)?;
        if self.members.insert(basket.household) {
            enrol(desk, names, basket, booked)?;
            guides::bring(desk, names, (basket.household, basket.store), &mut self.last_brought, booked)?;
        }
        vouchers.claim(desk, &panel.coupons, basket.household, booked)?;
        let coupons = vouchers.show(&panel.coupons, basket)?;
        let others = extras.before(desk, names, basket, booked)?;
        let mut shown = Hand { coupons, others, price: cards::claimed(desk, basket) };
        let channel = match pick(basket.number, 21, 10) {
            0 | 1 => "app",
            2 => "web",
            _ => "till",
        };
        let mut order = RecordPurchase {
            purchase: receipt.purchase.clone(),
            merchant: receipt.merchant.clone(),
            store: kiosk_of(basket.store, basket.number)?,
            member: Some(receipt.member.clone()),
            channel: Some(id(channel)?),
            lines: Vec::new(),
            vouchers: Vec::new(),
            tender: self.tender(desk, names, basket, &receipt, booked)?,
            referrer: None,
            clerk: clerks::clerk_of(names, basket).map(guides::guide).transpose()?,
            offline_till: None,
            payout_ratio: None,
            lane: None,
        };
        while !self.offer(desk, (panel, names), &mut order, &mut shown, (basket, booked))? {}
        Ok(receipt)
    }

    /// Offers a purchase to the engine; whether it is recorded. What was refused is taken off it.
    fn offer(
        &mut self,
        desk: &mut Desk,
        (panel, names): (&Panel, &Names),
        order: &mut RecordPurchase,
        shown: &mut Hand,
        (basket, booked): (&Basket, Instant),
    ) -> Result<bool, Failure> {
        // One basket comes with 19 coupons: as some are refused the others have room.
        let now = shown.coupons.get(..MAX_REDEEMED).unwrap_or(&shown.coupons);
        let others = shown.others.iter().take(MAX_REDEEMED - now.len());
        order.vouchers = now.iter().map(|coupon| coupon.voucher).chain(others.copied()).collect();
        order.lines = lines(panel, names, basket, now)?;
        let priced = shown.price.map(|price| cards::claim(&mut order.lines, &order.merchant, price)).transpose()?;
        self.register_makers(desk, names, order, booked)?;
        match sell(desk, order, basket.at, booked)? {
            Outcome::Rejected(why) => {
                let refused = let_go(order, shown, &why);
                let refused = refused
                    .ok_or_else(|| Failure::found(format!("purchase {} was rejected: {}", order.purchase, why.code)))?;
                for coupon in refused {
                    desk.counts.coupons.refuse(coupon.campaign, why.code.as_str(), coupon.value);
                }
                if why.code == Code::NotEntitled {
                    *desk.counts.codes.refused.entry(("M8", "prices claimed", why.code.as_str())).or_insert(0) += 1;
                }
                Ok(false)
            }
            Outcome::Decided(facts) => {
                settle_shown(desk, &facts, &shown.coupons)?;
                desk.counts.coupons.with_stars += u64::from(!shown.coupons.is_empty() && order.tender.is_some());
                desk.counts.codes.priced(shown.price, priced);
                clerks::sale_parts(&mut desk.counts.codes, order, &facts.events);
                Ok(true)
            }
            Outcome::Repeated { .. } | Outcome::Needs { .. } => {
                Err(Failure::found(format!("purchase {} was not decided", order.purchase)))
            }
        }
    }

    /// Manufacturers become partners with their first coupon.
    fn register_makers(
        &mut self,
        desk: &mut Desk,
        names: &Names,
        order: &RecordPurchase,
        booked: Instant,
    ) -> Result<(), Failure> {
        let discounts = order.lines.iter().flat_map(|line| &line.discounts);
        for funder in discounts.map(|discount| &discount.funder).filter(|funder| **funder != order.merchant) {
            if !self.makers.contains(funder) {
                self.makers.insert(funder.clone());
                register_maker(desk, booked, names, funder)?;
            }
        }
        Ok(())
    }

    /// Every fourth purchase at a store that takes them is paid with stars as far as they go; once in a while the
    /// customer asks for more than the declared share.
    fn tender(
        &self,
        desk: &Desk,
        names: &Names,
        basket: &Basket,
        receipt: &Receipt,
        booked: Instant,
    ) -> Result<Option<Tender>, Failure> {
        if !self.rung.is_multiple_of(4) || !accepts_stars(basket.store) {
            return Ok(None);
        }
        let Some(account) = account(desk, &receipt.member) else { return Ok(None) };
        let today = desk.engine.rulebook().zone.day(booked);
        // 100 stars pay 0.80, half of the purchase at most.
        let most = receipt.total / 2 * 100 / 80;
        let greedy = self.rung.is_multiple_of(1_000);
        let stars = spendable(account, &names.star, today);
        let points = (if greedy { stars } else { stars.min(most) }) / 100 * 100;
        if points == 0 {
            return Ok(None);
        }
        Ok(Some(Tender::Points { asset: names.star.clone(), points: amount(points)? }))
    }
}

/// A member's account, if it has one yet; households are their own accounts.
pub fn account<'a>(desk: &'a Desk, member: &Id) -> Option<&'a MemberAccount> {
    match desk.book.record(&Key::Account(member.clone())) {
        Some(Record::Account(account)) => Some(account),
        _ => None,
    }
}

/// Everyday points that may be spent today. Lots that fall due today but were not swept yet are counted as they will be.
pub fn spendable(account: &MemberAccount, asset: &Id, today: Day) -> i64 {
    let usable = account.lots.iter().filter(|lot| {
        let ready = lot.state == LotState::Spendable || (lot.awaits.is_none() && lot.active <= today);
        ready && lot.asset == *asset && lot.campaign.is_none() && lot.expires.is_none_or(|day| day > today)
    });
    usable.map(|lot| lot.points.get()).sum()
}

fn receipt(basket: &Basket) -> Result<Receipt, Failure> {
    let purchase = id(&format!("b-{}", basket.number))?;
    let total = basket.lines.iter().map(|line| (line.sales - line.coupon).max(0)).sum();
    Ok(Receipt { purchase, merchant: merchant(basket.store)?, member: member(basket.household)?, total })
}

/// A fact is never lost: a coupon that is refused is taken off the purchase (if it had a value after all, the receipt has
/// it again, as paper), points that cannot pay are paid in cash; where the store refuses awards beyond its float, or the
/// account has no room for another lot, it sells without the card, and so without coupons. The coupons that were refused;
/// nothing if there is no way out.
fn let_go(order: &mut RecordPurchase, shown: &mut Hand, why: &Rejected) -> Option<Vec<Shown>> {
    if matches!(why.code, Code::AwardRefused | Code::AccountFull) && order.member.is_some() {
        (order.tender, order.member, shown.price) = (None, None, None);
        shown.others.clear();
        return Some(core::mem::take(&mut shown.coupons));
    }
    if why.code == Code::NotEntitled {
        return shown.price.take().map(|_| Vec::new());
    }
    let place = why.path.strip_prefix("vouchers[").and_then(|path| path.strip_suffix(']'));
    if let Some(place) = place.and_then(|place| place.parse::<usize>().ok()) {
        let coupons = shown.coupons.len().min(MAX_REDEEMED);
        if place < coupons {
            return Some(vec![shown.coupons.remove(place)]);
        }
        let place = place - coupons;
        return (place < shown.others.len()).then(|| shown.others.remove(place)).map(|_| Vec::new());
    }
    order.tender.take().map(|_| Vec::new())
}

/// Lines in the form of the command. What a coupon will take off as a voucher is not on the receipt too.
fn lines(panel: &Panel, names: &Names, basket: &Basket, shown: &[Shown]) -> Result<Vec<PurchaseLine>, Failure> {
    let merchant = merchant(basket.store)?;
    let mut lines = Vec::with_capacity(basket.lines.len());
    for (n, line) in (1..).zip(&basket.lines) {
        let own = shown.iter().filter(|coupon| coupon.product == Some(line.product));
        let as_voucher: i64 = own.map(|coupon| coupon.value).sum();
        let line = Line { coupon: line.coupon - as_voucher, ..*line };
        lines.push(purchase_line(panel, names, &merchant, n, &line)?);
    }
    Ok(lines)
}

fn sell(desk: &mut Desk, order: &RecordPurchase, at: Instant, booked: Instant) -> Result<Outcome, Failure> {
    let command = desk.command(at, booked, &order.merchant, Action::RecordPurchase(order.clone()))?;
    desk.submit(&command)
}

/// The store where a household first shops enrols it. Birthday, role and flag are derived, and that one in twelve
/// is employed there.
fn enrol(desk: &mut Desk, names: &Names, basket: &Basket, booked: Instant) -> Result<(), Failure> {
    let (household, store) = (basket.household, merchant(basket.store)?);
    let word = |holds: bool, word: &str| -> Result<BTreeSet<Id>, Failure> {
        if holds { Ok(BTreeSet::from([id(word)?])) } else { Ok(BTreeSet::new()) }
    };
    let who = member(household)?;
    let employed = pick(household, 34, 12) == 0;
    let record = Party::Member {
        account: who.clone(),
        enrolled_by: Some(store.clone()),
        member_of: BTreeSet::from([store.clone()]),
        employee_of: if employed { BTreeSet::from([store.clone()]) } else { BTreeSet::new() },
        tier: Some(id("bronze")?),
        roles: word(pick(household, 31, 40) == 0, "staff")?,
        flags: word(pick(household, 32, 3) == 0, "follows")?,
        birthday: Some(birthday(household)?),
    };
    let order = RegisterParty { party: who, record };
    let actor = if pick(household, 33, 2) == 0 { &names.hq } else { &store };
    desk.order(booked, actor, Action::RegisterParty(order)).map(|_| ())
}

/// A line in the form of the command: what the store receives is the price less its own discounts; the manufacturer's
/// coupon comes off what the customer pays.
fn purchase_line(panel: &Panel, names: &Names, merchant: &Id, n: u32, line: &Line) -> Result<PurchaseLine, Failure> {
    let kind = panel.shelf.kind(line.product);
    let maker = kind.map_or(&names.unknown_maker, |kind| &kind.manufacturer);
    let parts = [(merchant, line.retail), (merchant, line.matched), (maker, line.coupon)];
    let mut discounts = Vec::new();
    for (funder, cents) in parts.into_iter().filter(|(_, cents)| *cents != 0) {
        discounts.push(Discount { funder: funder.clone(), amount: amount(cents)?, price: None });
    }
    Ok(PurchaseLine {
        n,
        product: id(&line.product.to_string())?,
        category: kind.map(|kind| kind.category.clone()),
        tags: kind.map(|kind| kind.tags.clone()).unwrap_or_default(),
        quantity: amount(line.quantity)?,
        gross: amount(line.sales + line.retail + line.matched)?,
        discounts,
    })
}
