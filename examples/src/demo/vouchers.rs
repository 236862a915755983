//! The host's side of the panel's coupons as vouchers: stocks, what is issued and claimed, and what is shown at a till.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use coalition::book::Record;
use coalition::command::{Action, ClaimVoucher, CreateVoucherStock, IssueVouchers, SetVoucherStock};
use coalition::nouns::{Event, Key, VoucherBenefit, VoucherScope, VoucherStockState, VoucherTerms, VoucherValidity};
use coalition::values::{Day, Id, Instant, ItemId};
use coalition::verbs::{Decided, Outcome};
use coalition::voucher::VoucherState;

use super::coupons::{Campaign, Coupon, Coupons, Face, makers};
use super::derive::{amount, id, midnight};
use super::desk::Desk;
use super::funnels::{campaign_of, stock_of};
use super::packs::free_terms;
use super::panel::{Basket, Panel};
use super::programme::{Names, member, register_maker};
use crate::Failure;

/// Redeemed vouchers and stocks stay in the book this long after their last day: as long as a purchase can be refunded, and
/// some more.
const KEPT_DAYS: i32 = 40;
/// What a coupon gives where no receipt shows anything that it took off.
const NO_VALUE: &str = "no-amount-shown";

/// A coupon in front of a till.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The voucher.
    pub voucher: ItemId,
    /// Its campaign.
    pub campaign: u64,
    /// The product on whose line the panel has what it took off; none if nothing that it is for was bought.
    pub product: Option<u64>,
    /// What it took off, cents.
    pub value: i64,
}

/// Vouchers that were not shown yet.
#[derive(Debug, Clone, Default)]
pub struct Vouchers {
    /// Nobody's, by stock.
    issued: BTreeMap<Id, VecDeque<ItemId>>,
    /// By campaign and household; there is an entry once the household has claimed.
    claimed: BTreeMap<(u64, u64), Vec<(Face, ItemId)>>,
}

impl Vouchers {
    /// A campaign begins: its stocks are made, and a voucher issued for each coupon that a household is sent.
    ///
    /// # Errors
    ///
    /// The engine breaks its word.
    pub fn send(
        &mut self,
        desk: &mut Desk,
        panel: &Panel,
        names: &Names,
        number: u64,
        at: Instant,
    ) -> Result<(), Failure> {
        let Some(campaign) = panel.coupons.campaigns.get(&number) else { return Ok(()) };
        for (face, count) in campaign.faces() {
            let Some(coupon) = campaign.coupons.get(&face.0) else { continue };
            let funders = funders(panel, names, coupon, face)?;
            for funder in funders.keys() {
                register_maker(desk, at, names, funder)?;
            }
            let stock = id(&stock_of(number, face))?;
            let terms = terms(names, campaign, (coupon, face), (funders, count))?;
            order(desk, at, &names.hq, Action::CreateVoucherStock(CreateVoucherStock { stock: stock.clone(), terms }))?;
            let state = VoucherStockState::Active;
            order(desk, at, &names.hq, Action::SetVoucherStock(SetVoucherStock { stock: stock.clone(), state }))?;
            if count > 0 {
                let issue = IssueVouchers { stock: stock.clone(), count: amount(count)? };
                let facts = order(desk, at, &names.hq, Action::IssueVouchers(issue))?;
                self.issued.insert(stock, facts.events.iter().filter_map(issued).collect());
            }
        }
        Ok(())
    }

    /// A household shops: of every campaign that runs it claims what it ever will, once.
    ///
    /// # Errors
    ///
    /// The engine breaks its word.
    pub fn claim(&mut self, desk: &mut Desk, coupons: &Coupons, household: u64, at: Instant) -> Result<(), Failure> {
        let today = desk.engine.rulebook().zone.day(at);
        for number in coupons.of_household.get(&household).into_iter().flatten() {
            let Some(campaign) = coupons.campaigns.get(number) else { continue };
            let runs = campaign.from <= today && today < campaign.until;
            if !runs || self.claimed.contains_key(&(*number, household)) {
                continue;
            }
            let who = member(household)?;
            let mut claimed = Vec::new();
            for face in campaign.claimed_by(household) {
                let stock = id(&stock_of(*number, face))?;
                let voucher = self.issued.get_mut(&stock).and_then(VecDeque::pop_front);
                let voucher = voucher.ok_or_else(|| Failure::found(format!("{stock} has too few vouchers")))?;
                let claim = ClaimVoucher { stock, member: who.clone(), voucher: Some(voucher) };
                order(desk, at, &who, Action::ClaimVoucher(claim))?;
                claimed.push((face, voucher));
            }
            self.claimed.insert((*number, household), claimed);
        }
        Ok(())
    }

    /// What a household shows with a basket.
    ///
    /// # Errors
    ///
    /// A coupon that was not claimed before.
    pub fn show(&mut self, coupons: &Coupons, basket: &Basket) -> Result<Vec<Shown>, Failure> {
        let mut shown = Vec::new();
        for redemption in coupons.redemptions.get(&basket.number).into_iter().flatten() {
            let claimed = self.claimed.get_mut(&(redemption.campaign, basket.household));
            let voucher = claimed.and_then(|claimed| {
                let place = claimed.iter().position(|(face, _)| *face == redemption.face)?;
                Some(claimed.swap_remove(place).1)
            });
            let Some(voucher) = voucher else {
                return Err(Failure::found(format!("basket {} has a coupon that was not claimed", basket.number)));
            };
            let (campaign, product) = (redemption.campaign, redemption.product);
            // The face of what is refused for want of its product is not on this receipt.
            let value = if product.is_some() { redemption.face.1 } else { 0 };
            shown.push(Shown { voucher, campaign, product, value });
        }
        Ok(shown)
    }
}

/// The host counts vouchers that can neither be redeemed nor come back any more, and takes them out of the book, stocks too.
/// To the engine vouchers that are out of date and absent ones are the same.
///
/// # Errors
///
/// None: the day has a first moment.
pub fn archive(desk: &mut Desk, today: Day) -> Result<(), Failure> {
    let at = midnight(&desk.engine.rulebook().zone, today)?;
    let kept = |until: Day| until.plus_days(KEPT_DAYS).is_none_or(|last| today <= last);
    let mut gone = Vec::new();
    for (key, entry) in &desk.book.records {
        let over = match &entry.record {
            Some(Record::Voucher(voucher)) if campaign_of(&voucher.stock) != 0 => {
                let expired = VoucherState::of(voucher, at, today) == VoucherState::Expired;
                let over = expired || voucher.until.is_some_and(|until| !kept(until));
                if over {
                    desk.counts.coupons.close(voucher, at, today);
                }
                over
            }
            Some(Record::VoucherStock(stock)) => {
                matches!(stock.terms.validity, VoucherValidity::Between { until, .. } if !kept(until))
            }
            _ => false,
        };
        if over {
            gone.push(key.clone());
        }
    }
    for key in gone {
        desk.book.records.remove(&key);
    }
    Ok(())
}

/// Counts the vouchers that are left in the book.
///
/// # Errors
///
/// None: the day has a first moment.
pub fn count_the_rest(desk: &mut Desk, today: Day) -> Result<(), Failure> {
    let at = midnight(&desk.engine.rulebook().zone, today)?;
    for entry in desk.book.records.values() {
        if let Some(Record::Voucher(voucher)) = &entry.record
            && campaign_of(&voucher.stock) != 0
        {
            desk.counts.coupons.close(voucher, at, today);
        }
    }
    Ok(())
}

/// Notes what each funder bears of the vouchers that a purchase took.
///
/// # Errors
///
/// Not all that were shown were taken, or one took off another amount than the panel shows.
pub fn settle_shown(desk: &mut Desk, facts: &Decided, shown: &[Shown]) -> Result<(), Failure> {
    let mut taken = 0;
    for event in &facts.events {
        let Event::VoucherRedeemed { voucher, stock, value, .. } = event else { continue };
        if campaign_of(stock) == 0 {
            continue;
        }
        let expected = shown.iter().find(|coupon| coupon.voucher == *voucher).map(|coupon| coupon.value);
        if expected != Some(value.get()) {
            return Err(Failure::found(format!("{stock} took off {value} instead of {expected:?}")));
        }
        if let Some(Record::VoucherStock(record)) = desk.book.record(&Key::VoucherStock(stock.clone())) {
            desk.counts.coupons.bear(&record.terms.funders, *value)?;
        }
        taken += 1;
    }
    if taken == shown.len() {
        Ok(())
    } else {
        Err(Failure::found(format!("{taken} of {} coupons were taken", shown.len())))
    }
}

/// Who bears a coupon with a value: the manufacturers of its products, by how many each makes. Without one nothing is borne.
fn funders(panel: &Panel, names: &Names, coupon: &Coupon, (_, value): Face) -> Result<BTreeMap<Id, i64>, Failure> {
    if value == 0 {
        return Ok(BTreeMap::new());
    }
    let mut makers = makers(coupon, &panel.shelf);
    if makers.is_empty() {
        makers.insert(names.unknown_maker.clone(), 1);
    }
    Ok(makers)
}

/// A coupon's terms. What no receipt shows anything of is a gift in the engine's words: redeemed without money.
fn terms(
    names: &Names,
    campaign: &Campaign,
    (coupon, (_, value)): (&Coupon, Face),
    (funders, count): (BTreeMap<Id, i64>, i64),
) -> Result<VoucherTerms, Failure> {
    let mut products = BTreeSet::new();
    for product in &coupon.products {
        products.insert(id(&product.to_string())?);
    }
    let mut shares = BTreeMap::new();
    for (funder, share) in funders {
        shares.insert(funder, amount(share)?);
    }
    let benefit = if value == 0 {
        shares.insert(names.hq.clone(), amount(1)?);
        VoucherBenefit::Gift { gift: id(NO_VALUE)? }
    } else {
        VoucherBenefit::Fixed { amount: amount(value)? }
    };
    let validity = VoucherValidity::Between { from: campaign.from, until: campaign.until };
    let scope = VoucherScope { products, ..VoucherScope::default() };
    let total = if count > 0 { Some(amount(count)?) } else { None };
    Ok(VoucherTerms { scope, total, ..free_terms(&names.hq, benefit, shares, validity)? })
}

fn issued(event: &Event) -> Option<ItemId> {
    match event {
        Event::VoucherIssued { voucher, .. } => Some(*voucher),
        _ => None,
    }
}

/// Decides what is meant to succeed.
fn order(desk: &mut Desk, at: Instant, actor: &Id, action: Action) -> Result<Decided, Failure> {
    match desk.order(at, actor, action)? {
        Outcome::Decided(facts) => Ok(facts),
        other => Err(Failure::found(format!("a coupon was not taken: {other:?}"))),
    }
}
