//! Shareholders (Z6): they bring merchants, which top up each month; who paid the entry fee has a part of the top-ups and of
//! the turnover. All derived from the stores' numbers.

use std::collections::BTreeSet;

use coalition::command::{Action, BindReferrer, RecordEntryFee, TopUpMerchant};
use coalition::nouns::Via;
use coalition::organisation::Party;
use coalition::values::{Day, Id, Instant};

use super::derive::{amount, id, midnight, pick};
use super::desk::Desk;
use super::panel::Panel;
use super::programme::{Names, merchant, register};
use crate::Failure;

/// What a merchant tops up each month, cents.
const TOP_UP: i64 = 50_000;
const ENTRY_FEE: i64 = 100_000;

fn holder(number: u64) -> Result<Id, Failure> {
    id(&format!("holder-{number}"))
}

/// Which of the three shareholders brought a store: one store in thirty.
pub fn brought_by(store: u64) -> Option<u64> {
    (pick(store, 81, 30) == 0).then(|| 1 + pick(store, 82, 3))
}

/// Three shareholders and the merchants that they brought; the second was brought by the first.
pub fn found(desk: &mut Desk, panel: &Panel, names: &Names, at: Instant) -> Result<(), Failure> {
    let bind = |party: Id, number: u64, via: Via, desk: &mut Desk| -> Result<(), Failure> {
        let referrer = Some(holder(number)?);
        let order = BindReferrer { party, referrer, merchant: None, alliance: None, via, phone: None };
        desk.order(at, &names.hq, Action::BindReferrer(order)).map(|_| ())
    };
    for number in 1..=3 {
        let record = Party::Partner { roles: BTreeSet::new(), terms: Vec::new() };
        register(desk, at, names, &holder(number)?, record)?;
    }
    bind(holder(2)?, 1, Via::Upline, desk)?;
    for store in panel.stores.keys() {
        if let Some(number) = brought_by(*store) {
            bind(merchant(*store)?, number, Via::Application, desk)?;
        }
    }
    Ok(())
}

/// The first pays its entry fee in January, the second in July, the third never; then the merchants top up.
pub fn turn(desk: &mut Desk, panel: &Panel, names: &Names, month: Day) -> Result<(), Failure> {
    let at = midnight(&desk.engine.rulebook().zone, month)?;
    if let Some(number) =
        [(1, 1), (7, 2)].into_iter().find_map(|(due, number)| (month.ymd().1 == due).then_some(number))
    {
        let fee = RecordEntryFee { party: holder(number)?, amount: amount(ENTRY_FEE)? };
        desk.order(at, &names.hq, Action::RecordEntryFee(fee))?;
    }
    for store in panel.stores.keys().filter(|store| brought_by(**store).is_some()) {
        let top_up = TopUpMerchant { merchant: merchant(*store)?, amount: amount(TOP_UP)?, lane: None };
        desk.order(at, &names.hq, Action::TopUpMerchant(top_up))?;
    }
    Ok(())
}
