//! Worked figures and laws of tallies, settlements and closes.

mod close;
mod fees;
mod netting;
mod settle;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::fees::Fee;
use crate::nouns::{Posting, Reason};
use crate::organisation::{OnShortage, Party, Terms};
use crate::values::{Amount, Day, Id, Period, Rounding, Window};

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn amount(value: i64) -> Amount {
    Amount::new(value).unwrap()
}

fn period(from: &str, until: &str) -> Period {
    Period { from: day(from), until: day(until) }
}

/// `debit credit asset amount`, for example `a/settlement op/backing CNY.fine 10000`.
fn posting(text: &str, value_day: &str, reason: Reason) -> Posting {
    let [debit, credit, asset, units] = text.split(' ').collect::<Vec<_>>().try_into().unwrap();
    Posting {
        debit: debit.parse().unwrap(),
        credit: credit.parse().unwrap(),
        asset: id(asset),
        amount: amount(units.parse().unwrap()),
        day: day(value_day),
        reason,
    }
}

/// The member or other turnover of a merchant, minor units; below zero a refund.
fn turnover(merchant: &str, minor: i64, value_day: &str, reason: Reason) -> Posting {
    let (sales, customers) = (format!("{merchant}/sales"), format!("{merchant}/customers"));
    let (debit, credit) = if minor > 0 { (customers, sales) } else { (sales, customers) };
    posting(&format!("{debit} {credit} CNY {}", minor.abs()), value_day, reason)
}

/// Postings booked in the monthly window of a day.
fn booked(tally: &mut Tally, booked: &str, postings: &[Posting]) {
    for posting in postings {
        tally.add(day(booked).start_of(Window::Month), posting, Place::NONE).unwrap();
    }
}

fn terms(from: &str, fees: Vec<Fee>) -> Terms {
    Terms {
        from: day(from),
        earn: BTreeMap::new(),
        accepts: BTreeSet::new(),
        reimbursement: BTreeMap::new(),
        point_price: BTreeMap::new(),
        on_shortage: OnShortage::default(),
        postpaid_price: BTreeMap::new(),
        fees,
        guide: None,
        prices: Vec::new(),
        enrol_after: None,
        discounts_at: None,
    }
}

fn sales_fee(rate: &str) -> Fee {
    Fee::Sales { rate: rate.parse().unwrap(), of: crate::fees::SalesOf::Members }
}

fn merchant(branch: Option<&str>, terms: Vec<Terms>) -> Party {
    Party::Merchant { branch: branch.map(id), alliances: BTreeSet::new(), joined: BTreeMap::new(), terms }
}

/// Settles for the operator `op` in CNY by months, rounding fees half up and statements half even.
fn settled(
    tally: &Tally,
    parties: &[(&str, Party)],
    residues: &BTreeMap<Id, Amount>,
    period: Period,
) -> Result<Settlement, SettleError> {
    let parties = parties.iter().map(|(party, record)| (id(party), record)).collect();
    let book = SettleBook {
        operator: &id("op"),
        currency: &id("CNY"),
        window: Window::Month,
        fee_rounding: Rounding::HalfUp,
        statement_rounding: Rounding::HalfEven,
        parties: &parties,
        residues,
    };
    settle(&book, tally, period)
}

fn by_party(amounts: &[(&str, i64)]) -> BTreeMap<Id, Amount> {
    amounts.iter().map(|(party, value)| (id(party), amount(*value))).collect()
}

/// `from>to amount`.
fn shown(payments: &[Payment]) -> Vec<String> {
    payments.iter().map(|payment| format!("{}>{} {}", payment.from, payment.to, payment.amount)).collect()
}

fn statement<'a>(settlement: &'a Settlement, party: &str) -> &'a Statement {
    settlement.statements.iter().find(|statement| statement.party == id(party)).unwrap()
}

/// Numbers that look random and are the same on every run (an xorshift generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0.wrapping_shl(13);
        self.0 ^= self.0.wrapping_shr(7);
        self.0 ^= self.0.wrapping_shl(17);
        self.0.checked_rem(bound).unwrap()
    }

    fn units(&mut self) -> i64 {
        i64::try_from(self.below(99_999)).unwrap().saturating_add(1)
    }

    /// Postings of four merchants and the operator with one booked day each, all kinds of money among them.
    fn postings(&mut self, count: usize) -> Vec<(Day, Posting)> {
        let months = ["2016-04-07", "2016-05-09", "2016-06-20"];
        (0..count)
            .map(|_| {
                let (a, b) = (self.below(4), self.below(4));
                let units = self.units();
                let (text, reason) = match self.below(6) {
                    0 => (format!("m{a}/settlement op/backing CNY.fine {units}"), Reason::PointsSold),
                    1 => (format!("op/backing m{a}/settlement CNY.fine {units}"), Reason::Reimbursement),
                    2 => (format!("m{a}/settlement m{b}/settlement CNY {units}"), Reason::DiscountFunding),
                    3 => (format!("m{a}/customers m{a}/sales CNY {units}"), Reason::Sale),
                    4 => (format!("m{a}/float member-{b}/pending coin {units}"), Reason::Award),
                    _ => (format!("op/backing op/breakage CNY.fine {units}"), Reason::Breakage),
                };
                let pick = |n: u64| months[usize::try_from(n).unwrap()];
                let value_day = pick(self.below(3));
                (day(pick(self.below(3))).start_of(Window::Month), posting(&text, value_day, reason))
            })
            .collect()
    }
}
