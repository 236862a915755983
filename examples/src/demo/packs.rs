//! Packs, which the panel does not have: each alliance, and the platform, hands out cash subsidies of its largest stores
//! through the guides (P1, P2, P4 to P6). Every eighth of the households that a guide brought takes part; all is derived.

use std::collections::{BTreeMap, BTreeSet};

use coalition::command::{
    Action, CreateVoucherStock, ExtendVoucher, IssuePack, JoinAlliance, LeaveAlliance, PresentVoucher, ReissueVoucher,
    ReleaseVoucher, ReserveVoucher, SetPack, SetVoucherStock, VoidVoucher,
};
use coalition::nouns::{
    Event, FeeAmount, FeeTo, Presented, ReferralFee, Via, VoucherBenefit, VoucherScope, VoucherStacking,
    VoucherStockState, VoucherTerms, VoucherValidity,
};
use coalition::values::{Amount, Day, Id, Instant, ItemId};
use coalition::verbs::Outcome;

use super::derive::{DAY_MILLIS, amount, id, later, midnight, pick};
use super::desk::Desk;
use super::guides::{self, Came, GUIDES, guide};
use super::panel::{Basket, Panel};
use super::programme::{ALLIANCES, Names, alliances_of, member, merchant};
use crate::Failure;

/// Brands of a pack: one more than a shared page gives at most.
const BRANDS: usize = 16;
/// How a household came by its first pack.
const WAYS: [Via; 5] = [Via::Scan, Via::SharedPage, Via::InvitationCode, Via::Application, Via::Pushed];
/// The alliance whose membership changes within the year; no rule that earns points names it.
const OPEN: &str = "corner";

/// What the host knows of packs.
#[derive(Debug, Clone, Default)]
pub struct Packs {
    /// The stores of each pack, by owner.
    brands: BTreeMap<Id, BTreeSet<Id>>,
    /// Whose pack a guide's code stood for when it was last presented.
    owners: BTreeMap<u64, Id>,
    visits: BTreeMap<u64, u64>,
    /// Vouchers given so far.
    given: u64,
}

/// Terms that bound nothing: good everywhere, for everybody, beside any other.
pub fn free_terms(
    issuer: &Id,
    benefit: VoucherBenefit,
    funders: BTreeMap<Id, Amount>,
    validity: VoucherValidity,
) -> Result<VoucherTerms, Failure> {
    Ok(VoucherTerms {
        issuer: issuer.clone(),
        benefit,
        funders,
        scope: VoucherScope::default(),
        min_spend: amount(0)?,
        claim_from: None,
        claim_until: None,
        validity,
        stacking: VoucherStacking::Free,
        price: None,
        referral_fee: None,
        total: None,
        total_money: None,
        per_day: None,
        per_member: None,
        per_merchant: None,
    })
}

/// A cash subsidy of a merchant's, good there.
pub fn subsidy(
    issuer: &Id,
    funder: &Id,
    brand: &Id,
    cents: i64,
    validity: VoucherValidity,
) -> Result<VoucherTerms, Failure> {
    let benefit = VoucherBenefit::Subsidy { amount: amount(cents)? };
    let scope = VoucherScope { merchants: BTreeSet::from([brand.clone()]), ..VoucherScope::default() };
    let funders = BTreeMap::from([(funder.clone(), amount(1)?)]);
    Ok(VoucherTerms { scope, ..free_terms(issuer, benefit, funders, validity)? })
}

/// Makes a stock, and lets it give vouchers.
pub fn open_stock(desk: &mut Desk, at: Instant, actor: &Id, stock: &Id, terms: VoucherTerms) -> Result<(), Failure> {
    desk.order(at, actor, Action::CreateVoucherStock(CreateVoucherStock { stock: stock.clone(), terms }))?;
    let active = SetVoucherStock { stock: stock.clone(), state: VoucherStockState::Active };
    desk.order(at, actor, Action::SetVoucherStock(active)).map(|_| ())
}

impl Packs {
    /// Each alliance sets the subsidies of its 16 largest stores; the platform has a pack of the 16 largest of all.
    pub fn found(&mut self, desk: &mut Desk, panel: &Panel, names: &Names, at: Instant) -> Result<(), Failure> {
        let mut stores: Vec<(u64, i64)> = panel.stores.iter().map(|(store, sales)| (*store, *sales)).collect();
        stores.sort_by_key(|(store, sales)| (core::cmp::Reverse(*sales), *store));
        for (place, name) in ALLIANCES.iter().copied().chain(["hq"]).enumerate() {
            let owner = id(name)?;
            let fee_to = match place {
                0 => FeeTo::Guide,
                1 => FeeTo::Split { guide: amount(2)?, employer: amount(1)? },
                _ => FeeTo::Employer,
            };
            let mut stocks = Vec::new();
            for (store, _) in &stores {
                if stocks.len() == BRANDS || (owner != names.hq && !alliances_of(*store)?.contains(&owner)) {
                    continue;
                }
                let brand = merchant(*store)?;
                let funder = if owner == names.hq { &owner } else { &brand };
                // 1.00 to 3.00.
                let cents = 100 + 50 * i64::try_from(pick(*store, 61, 5)).unwrap_or(0);
                let mut terms = subsidy(&owner, funder, &brand, cents, VoucherValidity::AfterClaim { days: 21 })?;
                let rate = "0.03".parse().map_err(|_| Failure::unusable("0.03"))?;
                terms.referral_fee =
                    Some(ReferralFee { amount: FeeAmount::Rate { rate }, to: fee_to.clone(), payer: None });
                // The last brand of each pack runs out.
                terms.total = if stocks.len() + 1 == BRANDS { Some(amount(60)?) } else { None };
                let stock = id(&format!("p-{name}-{brand}"))?;
                open_stock(desk, at, &owner, &stock, terms)?;
                self.brands.entry(owner.clone()).or_default().insert(brand);
                stocks.push(stock);
            }
            desk.order(at, &owner, Action::SetPack(SetPack { owner: owner.clone(), stocks }))?;
        }
        Ok(())
    }

    /// In July three stores with guides that are in no alliance join one; in October the first of them leaves again.
    pub fn turn(&mut self, desk: &mut Desk, names: &Names, month: Day) -> Result<(), Failure> {
        let at = midnight(&desk.engine.rulebook().zone, month)?;
        let mut alone = Vec::new();
        for store in names.guides.keys() {
            if alliances_of(*store)?.is_empty() && alone.len() < 3 {
                alone.push(merchant(*store)?);
            }
        }
        match month.ymd().1 {
            7 => {
                for merchant in alone {
                    let join = Action::JoinAlliance(JoinAlliance { merchant: merchant.clone(), alliance: id(OPEN)? });
                    let outcome = desk.order(at, &merchant, join)?;
                    desk.counts.codes.tried("P1", "merchants joined an alliance", &outcome);
                }
            }
            10 => {
                for merchant in alone.into_iter().take(1) {
                    let leave =
                        Action::LeaveAlliance(LeaveAlliance { merchant: merchant.clone(), alliance: id(OPEN)? });
                    let outcome = desk.order(at, &merchant, leave)?;
                    desk.counts.codes.tried("P1", "merchants left an alliance", &outcome);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A household comes to a till: it is given a pack at its first visit, opens another guide's page at every 24th, and
    /// presents a code at every second basket at a brand. The voucher that it shows.
    pub fn come(
        &mut self,
        desk: &mut Desk,
        names: &Names,
        basket: &Basket,
        booked: Instant,
    ) -> Result<Option<ItemId>, Failure> {
        let (household, brand) = (basket.household, merchant(basket.store)?);
        let Some(own) = guides::brought_by(household) else {
            if guides::came(household) == Came::Alone && pick(household, 53, 40) == 0 && basket.number.is_multiple_of(8)
            {
                self.present(desk, (household, pick(household, 42, GUIDES)), &brand, booked)?;
            }
            return Ok(None);
        };
        if pick(household, 51, 8) != 0 {
            return Ok(None);
        }
        let visits = self.visits.entry(household).or_default();
        *visits += 1;
        let other = (own + 17) % GUIDES;
        let way = usize::try_from(pick(household, 52, 5)).ok().and_then(|place| WAYS.get(place));
        match (*visits, way) {
            (1, Some(via)) => self.hand(desk, names, (household, own, *via), booked)?,
            (visits, _) if visits % 24 == 12 => {
                self.hand(desk, names, (household, other, Via::SharedPage), booked)?;
            }
            _ if basket.number.is_multiple_of(2) && basket.at == booked => {
                let code = if basket.number.is_multiple_of(4) { own } else { other };
                let ordered = self.present(desk, (household, code), &brand, booked)?;
                // One in five orders and goes away.
                return Ok(ordered.filter(|_| basket.number % 10 != 8));
            }
            _ => {}
        }
        Ok(None)
    }

    fn hand(
        &mut self,
        desk: &mut Desk,
        names: &Names,
        (household, number, via): (u64, u64, Via),
        booked: Instant,
    ) -> Result<(), Failure> {
        let (member, guide) = (member(household)?, guide(number)?);
        let issue = IssuePack { member: member.clone(), guide: guide.clone(), via };
        let Outcome::Decided(facts) = desk.order(booked, &guide, Action::IssuePack(issue))? else { return Ok(()) };
        for event in &facts.events {
            if let Event::VoucherClaimed { voucher, stock, .. } = event {
                self.given += 1;
                self.befall(desk, names, (*voucher, stock, &member), booked)?;
            }
        }
        Ok(())
    }

    /// What happens to five of sixty vouchers.
    fn befall(
        &self,
        desk: &mut Desk,
        names: &Names,
        (voucher, stock, member): (ItemId, &Id, &Id),
        booked: Instant,
    ) -> Result<(), Failure> {
        let Some((_, store)) = stock.as_str().rsplit_once("-s-") else {
            return Err(Failure::found(format!("{stock} is of no pack")));
        };
        let brand = id(&format!("s-{store}"))?;
        let elsewhere = id(if brand.as_str() == "s-367" { "s-406" } else { "s-367" })?;
        let set_aside = |merchant: &Id, days: i64| -> Result<Action, Failure> {
            let until = later(booked, days * DAY_MILLIS)?;
            let (member, merchant) = (member.clone(), merchant.clone());
            Ok(Action::ReserveVoucher(ReserveVoucher { voucher, member, merchant, until }))
        };
        let (what, actor, action) = match self.given % 60 {
            7 => ("vouchers ended", &names.hq, Action::VoidVoucher(VoidVoucher { voucher })),
            17 => {
                let today = desk.engine.rulebook().zone.day(booked);
                let until = today.plus_days(60).ok_or_else(|| Failure::unusable("past the last day"))?;
                ("vouchers extended", &names.hq, Action::ExtendVoucher(ExtendVoucher { voucher, until }))
            }
            27 => ("vouchers issued anew", &names.hq, Action::ReissueVoucher(ReissueVoucher { voucher })),
            37 => ("vouchers set aside and released", member, set_aside(&brand, 1)?),
            47 => ("vouchers set aside elsewhere", member, set_aside(&elsewhere, 14)?),
            _ => return Ok(()),
        };
        let outcome = desk.order(booked, actor, action)?;
        desk.counts.codes.tried("P5", what, &outcome);
        if self.given % 60 == 37 {
            let release = ReleaseVoucher { voucher, member: member.clone() };
            desk.order(booked, &brand, Action::ReleaseVoucher(release))?;
        }
        Ok(())
    }

    /// A household presents a guide's code for a brand of its pack; the voucher, if that is an order.
    fn present(
        &mut self,
        desk: &mut Desk,
        (household, number): (u64, u64),
        brand: &Id,
        booked: Instant,
    ) -> Result<Option<ItemId>, Failure> {
        let known = self.owners.get(&number);
        let named = |owner: &Id| self.brands.get(owner).is_some_and(|brands| brands.contains(brand));
        if !known.map_or_else(|| self.brands.keys().any(named), named) {
            return Ok(None);
        }
        let (member, guide) = (member(household)?, guide(number)?);
        let order = PresentVoucher { member: member.clone(), guide, merchant: brand.clone() };
        let Outcome::Decided(facts) = desk.order(booked, &member, Action::PresentVoucher(order))? else {
            return Ok(None);
        };
        let Some(Event::VoucherPresented { result, owner, voucher, .. }) = facts.events.last() else { return Ok(None) };
        self.owners.insert(number, owner.clone());
        Ok(voucher.filter(|_| *result == Presented::Ordered))
    }
}
