//! Recognition and prices (M8): one store gives members and employees of an alliance its own terms, and members its card
//! without the threshold. Its loyalty prices are the panel's; which part of them is the card's is derived.

use std::collections::{BTreeMap, BTreeSet};

use coalition::book::Record;
use coalition::command::{Action, EnrolMember};
use coalition::nouns::{Discount, Key, PurchaseLine};
use coalition::organisation::{Party, Price, TermsHolder};
use coalition::values::{Id, Instant};

use super::derive::{amount, id};
use super::desk::Desk;
use super::panel::Basket;
use super::programme::{member, merchant};
use crate::Failure;

/// The store.
pub const STORE: u64 = 343;
/// Purchases before it gives its card to who is not recognised.
pub const THRESHOLD: i64 = 3;
/// What comes off, in hundredths: members', and staff's.
const OFF: [(&str, TermsHolder, i64); 2] = [("card", TermsHolder::Member, 2), ("staff", TermsHolder::Staff, 5)];

/// The prices in its terms.
pub fn prices() -> Result<Vec<Price>, Failure> {
    let price = |(name, holder, percent): (&str, TermsHolder, i64)| -> Result<Price, Failure> {
        let off = format!("0.0{percent}").parse().map_err(|_| Failure::unusable("a rate"))?;
        Ok(Price { id: id(name)?, holder, off, categories: BTreeSet::new() })
    };
    OFF.into_iter().map(price).collect()
}

/// How often each household came to the store.
#[derive(Debug, Clone, Default)]
pub struct Cards {
    visits: BTreeMap<u64, i64>,
}

impl Cards {
    /// A household asks for the card at its first visit, and after three purchases.
    pub fn come(&mut self, desk: &mut Desk, basket: &Basket, booked: Instant) -> Result<(), Failure> {
        if basket.store != STORE {
            return Ok(());
        }
        let visits = self.visits.entry(basket.household).or_insert(0);
        *visits += 1;
        let (member, merchant) = (member(basket.household)?, merchant(STORE)?);
        let has = matches!(desk.book.record(&Key::Party(member.clone())), Some(Record::Party(record))
            if matches!(&record.party, Party::Member { member_of, .. } if member_of.contains(&merchant)));
        if has || ![1, 1 + THRESHOLD].contains(visits) {
            return Ok(());
        }
        let enrol = EnrolMember { member: member.clone(), merchant };
        let outcome = desk.order(booked, &member, Action::EnrolMember(enrol))?;
        if !matches!(outcome, coalition::verbs::Outcome::Decided(_)) {
            desk.counts.codes.tried("M8", "cards", &outcome);
        }
        Ok(())
    }
}

/// The price that a household claims: of every second basket, staff's if it works for a store of the programme.
pub fn claimed(desk: &Desk, basket: &Basket) -> Option<usize> {
    if basket.store != STORE || !basket.number.is_multiple_of(2) {
        return None;
    }
    let member = member(basket.household).ok()?;
    match desk.book.record(&Key::Party(member)) {
        Some(Record::Party(record)) => match &record.party {
            Party::Member { employee_of, .. } => Some(usize::from(!employee_of.is_empty())),
            _ => None,
        },
        _ => None,
    }
}

/// Tells what part of each line's loyalty price is the claimed price, where the loyalty price is at least that. How many
/// lines, and cents.
pub fn claim(lines: &mut [PurchaseLine], store: &Id, price: usize) -> Result<(u64, i64), Failure> {
    let Some((name, _, percent)) = OFF.get(price) else { return Ok((0, 0)) };
    let mut sums = (0, 0);
    for line in lines {
        let cut = line.gross.get() * percent / 100;
        let Some(place) = line.discounts.iter().position(|discount| discount.funder == *store) else { continue };
        let Some(own) = line.discounts.get_mut(place).filter(|own| cut > 0 && own.amount.get() >= cut) else {
            continue;
        };
        own.amount = amount(own.amount.get() - cut)?;
        let rest = own.amount;
        line.discounts.push(Discount { funder: store.clone(), amount: amount(cut)?, price: Some(id(name)?) });
        if rest.is_zero() {
            line.discounts.remove(place);
        }
        sums = (sums.0 + 1, sums.1 + cut);
    }
    Ok(sums)
}
