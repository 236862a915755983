//! Merchants swap vouchers (M7): each quarter four pairs of stores issue cash subsidies of their own and exchange some, at
//! equal value or at a discount; who shops at the one takes what is good at the other.

use std::collections::{BTreeMap, VecDeque};

use coalition::command::{Action, ClaimVoucher, IssueVouchers, SwapVouchers};
use coalition::nouns::{Event, VoucherValidity};
use coalition::values::{Day, Id, Instant, ItemId};
use coalition::verbs::Outcome;

use super::YEAR_ENDS;
use super::derive::{amount, id, midnight};
use super::desk::Desk;
use super::packs::{open_stock, subsidy};
use super::panel::Basket;
use super::programme::{Names, member, merchant};
use crate::Failure;

/// Stores that share many households, two by two.
pub const PAIRS: [(u64, u64); 4] = [(367, 381), (343, 292), (406, 375), (321, 369)];
/// What a voucher of the first and of the second takes, cents.
const FACES: (i64, i64) = (200, 150);
/// How many are given for how many: 12.00 for 12.00.
const SWAPPED: (usize, usize) = (6, 8);
/// What the second's are worth to both at a discount, a fifth less.
const DISCOUNTED: i64 = 960;

/// What was swapped and not claimed, and what was claimed and not shown.
#[derive(Debug, Clone, Default)]
pub struct Swaps {
    /// By the store that has them: the store where they are good, and the vouchers.
    pools: BTreeMap<u64, (u64, VecDeque<ItemId>)>,
    /// By household and the store where they are good.
    claimed: BTreeMap<(u64, u64), ItemId>,
}

fn stock(store: u64) -> Result<Id, Failure> {
    id(&format!("w-{store}"))
}

impl Swaps {
    /// The stocks.
    pub fn found(&mut self, desk: &mut Desk, at: Instant, from: Day) -> Result<(), Failure> {
        let until = YEAR_ENDS.parse().map_err(|_| Failure::unusable(YEAR_ENDS))?;
        for (one, other) in PAIRS {
            for (store, cents) in [(one, FACES.0), (other, FACES.1)] {
                let brand = merchant(store)?;
                let terms = subsidy(&brand, &brand, &brand, cents, VoucherValidity::Between { from, until })?;
                open_stock(desk, at, &brand, &stock(store)?, terms)?;
            }
        }
        Ok(())
    }

    /// Each quarter: the first and third at equal value, the others at a discount. One side then offers again what it gave.
    pub fn turn(&mut self, desk: &mut Desk, names: &Names, month: Day) -> Result<(), Failure> {
        let number = month.ymd().1;
        if !matches!(number, 1 | 4 | 7 | 10) {
            return Ok(());
        }
        let at = midnight(&desk.engine.rulebook().zone, month)?;
        for (one, other) in PAIRS {
            let (give, take) = (issue(desk, at, one, SWAPPED.0)?, issue(desk, at, other, SWAPPED.1)?);
            let whole = amount(FACES.0 * i64::try_from(SWAPPED.0).unwrap_or(0))?;
            let order = SwapVouchers {
                from: merchant(one)?,
                to: merchant(other)?,
                give: give.clone(),
                take: take.clone(),
                give_value: whole,
                take_value: if matches!(number, 1 | 7) { whole } else { amount(DISCOUNTED)? },
            };
            let again = SwapVouchers { give_value: amount(0)?, take_value: amount(0)?, ..order.clone() };
            desk.order(at, &names.hq, Action::SwapVouchers(order))?;
            let outcome = desk.order(at, &names.hq, Action::SwapVouchers(again))?;
            desk.counts.codes.tried("M7", "a swap of what was given away", &outcome);
            self.pools.entry(other).or_insert_with(|| (one, VecDeque::new())).1.extend(give);
            self.pools.entry(one).or_insert_with(|| (other, VecDeque::new())).1.extend(take);
        }
        Ok(())
    }

    /// A household comes to a till: it takes a voucher that the store got by a swap, and shows one that is good here.
    pub fn come(&mut self, desk: &mut Desk, basket: &Basket, booked: Instant) -> Result<Option<ItemId>, Failure> {
        let (household, store) = (basket.household, basket.store);
        if basket.at != booked {
            return Ok(None);
        }
        if let Some((good_at, pool)) = self.pools.get_mut(&store)
            && !self.claimed.contains_key(&(household, *good_at))
            && let Some(voucher) = pool.pop_front()
        {
            let claim = ClaimVoucher { stock: stock(*good_at)?, member: member(household)?, voucher: Some(voucher) };
            let outcome = desk.order(booked, &merchant(store)?, Action::ClaimVoucher(claim))?;
            desk.counts.codes.tried("M7", "swapped vouchers claimed", &outcome);
            self.claimed.insert((household, *good_at), voucher);
        }
        Ok(self.claimed.remove(&(household, store)))
    }
}

fn issue(desk: &mut Desk, at: Instant, store: u64, count: usize) -> Result<Vec<ItemId>, Failure> {
    let issue = IssueVouchers { stock: stock(store)?, count: amount(i64::try_from(count).unwrap_or(0))? };
    let outcome = desk.order(at, &merchant(store)?, Action::IssueVouchers(issue))?;
    let Outcome::Decided(facts) = outcome else { return Err(Failure::found(format!("no vouchers of {store}"))) };
    let vouchers = facts.events.iter().filter_map(|event| match event {
        Event::VoucherIssued { voucher, .. } => Some(*voucher),
        _ => None,
    });
    Ok(vouchers.collect())
}
