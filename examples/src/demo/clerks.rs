//! Clerks: the guides at their own stores. They close every fourth sale there (O2, M5), and scan what they sold and what
//! their heads, the agents, bought in (C7). Which is derived from the basket's number.

use coalition::command::{Action, RecordPurchase, RecordScan};
use coalition::nouns::{Event, PayoutRole};
use coalition::values::{Id, Instant};

use super::codes::Codes;
use super::derive::id;
use super::desk::Desk;
use super::guides::{guide, head_of};
use super::panel::Basket;
use super::programme::{Names, merchant};
use crate::Failure;

/// The clerk who closes a sale, by number.
pub fn clerk_of(names: &Names, basket: &Basket) -> Option<u64> {
    let guides = names.guides.get(&basket.store)?;
    if basket.number % 4 == 1 { guides.first().copied() } else { None }
}

/// Every fourth clerk's sale the clerk scans the code of the first line, the agent every eighth; a few scan twice.
pub fn scan(desk: &mut Desk, names: &Names, basket: &Basket, booked: Instant) -> Result<(), Failure> {
    let Some(clerk) = clerk_of(names, basket).filter(|_| basket.number % 16 == 1) else { return Ok(()) };
    let scan = |earner: &Id, purpose: &str| -> Result<Action, Failure> {
        Ok(Action::RecordScan(RecordScan {
            earner: earner.clone(),
            code: id(&format!("b-{}-1", basket.number))?,
            purpose: id(purpose)?,
            merchant: Some(merchant(basket.store)?),
            channel: Some(id("till")?),
            lane: None,
        }))
    };
    let (clerk, agent) = (guide(clerk)?, head_of(clerk)?);
    let mut all = vec![(&clerk, "sold", "codes scanned as sold")];
    if basket.number % 32 == 1 {
        all.push((&agent, "bought-in", "codes scanned as bought in"));
    }
    if basket.number % 128 == 1 {
        all.push((&clerk, "sold", "codes scanned as sold"));
    }
    for (earner, purpose, what) in all {
        let outcome = desk.order(booked, earner, scan(earner, purpose)?)?;
        desk.counts.codes.tried("C7", what, &outcome);
    }
    Ok(())
}

/// Tells sale parts apart: who closed where.
pub fn sale_parts(codes: &mut Codes, order: &RecordPurchase, events: &[Event]) {
    let money = |event: &Event, wanted: PayoutRole| match event {
        Event::PayoutEarned { role, under, amount, .. }
            if *role == wanted && matches!(under.as_str(), "guides" | "fuel") =>
        {
            Some(amount.get())
        }
        _ => None,
    };
    let referred = events.iter().any(|event| money(event, PayoutRole::Referral).is_some());
    let online = order.channel.as_ref().is_some_and(|channel| channel.as_str() == "web");
    for cents in events.iter().filter_map(|event| money(event, PayoutRole::Sale)) {
        let (code, what) = match (&order.clerk, online, referred) {
            (None, ..) => ("O2", "sale parts online, the referrer's: it has both parts"),
            (Some(_), true, _) => ("O2", "sale parts of a clerk who helped to buy online"),
            (Some(_), false, true) => ("O2", "sale parts of a clerk, the referral part another's"),
            (Some(_), false, false) => ("M5", "sale parts of an employee, nobody else paid"),
        };
        codes.add(code, what, cents);
    }
}
