//! Two steps: points are held for a merchant, then captured, released or lapsed.

use super::spend::{Acceptor, account_of, parties, pick, spend_hold};
use crate::book::Halt;
use crate::command::{CaptureHold, HoldPoints, ReleaseHold};
use crate::decision::{Decision, positive};
use crate::lots::release;
use crate::nouns::{AccountKind, Code, Event, Hold, Key, MAX_HOLDS, Reason};
use crate::values::{Id, ItemId};

/// The longest hold, in days of 24 hours after `booked`: a hold keeps points past their expiry, so it must end.
pub const MAX_HOLD_DAYS: i64 = 90;

/// `hold_points`. Rejections in order: `not_positive points`, `invalid_period until` (not after `booked`, or too long),
/// `unknown_asset asset`, `unknown_party | wrong_kind member`, `unknown_party | wrong_kind merchant`,
/// `unknown_party | not_allowed actor`, `not_accepted merchant`, `clock_backwards booked`, `account_full` (64 holds),
/// `insufficient_points points`.
pub fn hold_points(decision: &mut Decision<'_>, order: &HoldPoints) -> Result<(), Halt> {
    positive(order.points, "points")?;
    let millis = order.until.millis().saturating_sub(decision.command.booked.millis());
    if millis <= 0 || millis > MAX_HOLD_DAYS.saturating_mul(86_400_000) {
        return Err(Halt::reject(Code::InvalidPeriod, "until"));
    }
    decision.points_asset(&order.asset, "asset")?;
    let (account, _) = parties(decision, &order.member, &order.merchant, &order.asset)?;
    let mut holder = decision.account(account)?;
    if holder.holds().len() >= MAX_HOLDS {
        return Err(Halt::reject(Code::AccountFull, Key::Account(account.clone()).to_string()));
    }
    let picked = pick(decision, &holder, &order.merchant, (&order.asset, order.points), "points")?;
    let id = decision.journal.hold();
    for part in &picked {
        holder.take(part.id, part.points)?;
        let (from, to) = ((account, AccountKind::Spendable), (account, AccountKind::Held));
        decision.journal.post(from, to, (&order.asset, part.points), decision.day, Reason::Hold);
    }
    decision.journal.events.push(Event::HoldPlaced {
        account: account.clone(),
        hold: id,
        asset: order.asset.clone(),
        points: order.points,
        until: order.until,
    });
    let holds = holder.holds_mut();
    let place = holds.partition_point(|known| known.id < id);
    holds.insert(place, Hold { id, merchant: order.merchant.clone(), until: order.until, parts: picked });
    decision.write_account(holder);
    Ok(())
}

/// `capture_hold`. Rejections in order: `not_positive points`, `unknown_party | wrong_kind member`, `clock_backwards
/// booked`, `unknown_hold hold` (or lapsed by now), `unknown_party | not_allowed actor` (the hold's merchant, or the
/// operator), `hold_exceeded points`.
pub fn capture_hold(decision: &mut Decision<'_>, order: &CaptureHold) -> Result<(), Halt> {
    positive(order.points, "points")?;
    let account = account_of(decision, &order.member)?;
    let mut holder = decision.account(account)?;
    let merchant = merchant_of(holder.holds(), order.hold)?;
    decision.view.want([Key::Party(merchant.clone())])?;
    decision.actor_for(&[&merchant])?;
    let party = decision.view.known_party(&merchant, "hold")?;
    let acceptor = Acceptor::new(decision, &merchant, party);
    spend_hold(decision, &mut holder, acceptor, (order.hold, order.points), ("hold", "points"))?;
    decision.write_account(holder);
    Ok(())
}

/// `release_hold`. Rejections in order: `unknown_party | wrong_kind member`, `clock_backwards booked`, `unknown_hold hold`,
/// `unknown_party | not_allowed actor` (the member, the hold's merchant, or the operator).
pub fn release_hold(decision: &mut Decision<'_>, order: &ReleaseHold) -> Result<(), Halt> {
    let account = account_of(decision, &order.member)?;
    let mut holder = decision.account(account)?;
    let merchant = merchant_of(holder.holds(), order.hold)?;
    decision.actor_for(&[&order.member, &merchant])?;
    let place = holder.holds().iter().position(|hold| hold.id == order.hold);
    if let Some(place) = place {
        let hold = holder.holds_mut().remove(place);
        let day = decision.today;
        release(&mut holder, &mut decision.journal, hold, day)?;
    }
    decision.write_account(holder);
    Ok(())
}

fn merchant_of(holds: &[Hold], id: ItemId) -> Result<Id, Halt> {
    let hold = holds.iter().find(|hold| hold.id == id);
    hold.map(|hold| hold.merchant.clone()).ok_or_else(|| Halt::reject(Code::UnknownHold, "hold"))
}
