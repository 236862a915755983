//! The operator's autumn catalogue (C6): a plain gift is free, a better one has a price in stars, whether they were earned
//! in the shop or online. Derived: who comes for it with which basket.

use std::collections::BTreeMap;

use coalition::command::{Action, ClaimVoucher, RedeemVoucher};
use coalition::nouns::{Event, VoucherBenefit, VoucherPrice, VoucherTerms, VoucherValidity};
use coalition::values::{Day, Id, Instant};
use coalition::verbs::Outcome;

use super::derive::{amount, id};
use super::desk::Desk;
use super::packs::{free_terms, open_stock};
use super::panel::Basket;
use super::programme::{Names, member, merchant};
use crate::Failure;

/// Gifts: stock, price in stars, and what it is called in the table.
const GIFTS: [(&str, i64, &str); 2] =
    [("g-mug", 0, "plain gifts, free, one each"), ("g-hamper", 250, "better gifts, 250 stars")];
/// From this month on.
const FROM: u32 = 10;

/// The stocks.
pub fn found(desk: &mut Desk, names: &Names, at: Instant) -> Result<(), Failure> {
    for (stock, price, _) in GIFTS {
        let price = (price > 0).then(|| amount(price).map(|points| VoucherPrice { asset: names.star.clone(), points }));
        let price = price.transpose()?;
        let per_member = if price.is_none() { Some(amount(1)?) } else { None };
        let (benefit, validity) = (VoucherBenefit::Gift { gift: id(stock)? }, VoucherValidity::AfterClaim { days: 30 });
        let funders = BTreeMap::from([(names.hq.clone(), amount(1)?)]);
        let terms = VoucherTerms { per_member, price, ..free_terms(&names.hq, benefit, funders, validity)? };
        open_stock(desk, at, &names.hq, &id(stock)?, terms)?;
    }
    Ok(())
}

/// With every 31st basket a household claims a gift, the plain and the better one by turns, and the store hands it out.
pub fn come(desk: &mut Desk, basket: &Basket, booked: Instant, today: Day) -> Result<(), Failure> {
    if today.ymd().1 < FROM || today.ymd().0 != 2017 || !basket.number.is_multiple_of(31) {
        return Ok(());
    }
    let Some((stock, _, what)) = GIFTS.get(usize::from(basket.number.is_multiple_of(2))) else { return Ok(()) };
    let (member, merchant): (Id, Id) = (member(basket.household)?, merchant(basket.store)?);
    let claim = ClaimVoucher { stock: id(stock)?, member: member.clone(), voucher: None };
    let outcome = desk.order(booked, &member, Action::ClaimVoucher(claim))?;
    desk.counts.codes.tried("C6", what, &outcome);
    let Outcome::Decided(facts) = outcome else { return Ok(()) };
    for event in &facts.events {
        match event {
            Event::VoucherClaimed { voucher, .. } => {
                let redeem = RedeemVoucher { voucher: *voucher, member: member.clone(), merchant: merchant.clone() };
                let outcome = desk.order(booked, &merchant, Action::RedeemVoucher(redeem))?;
                desk.counts.codes.tried("C6", "gifts handed out", &outcome);
            }
            Event::PointsRedeemed { points, .. } => {
                desk.counts.codes.rows.entry(("C6", *what)).or_default().stars += points.get();
            }
            _ => {}
        }
    }
    Ok(())
}
