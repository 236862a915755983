//! Gifts: a store gives points to a member that it enrolled.

use crate::book::Halt;
use crate::command::GivePoints;
use crate::decision::{Decision, positive};
use crate::lots::settle_in;
use crate::nouns::{AccountKind, Code, Event, Key, Lot, LotState, Reason};
use crate::organisation::{Party, PartyKind};
use crate::values::Amount;

use super::supply_kind;

/// `give_points`. Rejections in order: `not_positive points`, `unknown_asset asset`, `unknown_party | wrong_kind from`,
/// `unknown_party | wrong_kind member`, `unknown_party | not_allowed actor`, `not_enrolled_here member`,
/// `clock_backwards booked`, `insufficient_stock points`.
pub fn give_points(decision: &mut Decision<'_>, gift: &GivePoints) -> Result<(), Halt> {
    positive(gift.points, "points")?;
    decision.points_asset(&gift.asset, "asset")?;
    let giver = decision.party(&gift.from, &[PartyKind::Merchant, PartyKind::Store], "from")?;
    let member = decision.party(&gift.member, &[PartyKind::Member], "member")?;
    match giver {
        Party::Store { merchant, .. } => decision.actor_for(&[&gift.from, merchant])?,
        _ => decision.actor_for(&[&gift.from])?,
    }
    let Party::Member { account, enrolled_by, .. } = member else {
        return Err(Halt::reject(Code::WrongKind, "member"));
    };
    if enrolled_by.as_ref() != Some(&gift.from) {
        return Err(Halt::reject(Code::NotEnrolledHere, "member"));
    }
    let lane = decision.lane(None);
    decision.view.want([Key::Account(account.clone()), Key::Stock { party: gift.from.clone(), lane: lane.clone() }])?;
    let mut holder = decision.account(account)?;
    let mut stock = decision.stock(&gift.from, &lane)?;
    if stock.points(&gift.asset) < gift.points {
        return Err(Halt::reject(Code::InsufficientStock, "points"));
    }
    let (day, rulebook) = (decision.day, decision.rules.rulebook());
    let terms = rulebook.points.get(&gift.asset);
    let policy = terms.and_then(|terms| terms.gift_expiry.as_ref()).and_then(|name| rulebook.expiry.get(name));
    let expires = policy.and_then(|policy| policy.expires(day, day));
    for drawn in stock.draw(&gift.asset, gift.points)? {
        let lot = Lot {
            id: decision.journal.next_lot(),
            asset: gift.asset.clone(),
            funder: gift.from.clone(),
            unit_cost: drawn.backing,
            reimbursement: terms.map_or(Amount::ZERO, |terms| terms.reimbursement),
            active: day,
            expires,
            campaign: None,
            state: LotState::Spendable,
            awaits: None,
            points: drawn.points,
        };
        let (id, expires) = holder.put(lot)?;
        let from = (&gift.from, supply_kind(giver.kind()));
        let what = (&gift.asset, drawn.points);
        decision.journal.post(from, (account, AccountKind::Spendable), what, day, Reason::Gift);
        decision.journal.events.push(Event::PointsEarned {
            account: account.clone(),
            asset: gift.asset.clone(),
            points: drawn.points,
            funder: gift.from.clone(),
            campaign: None,
            lot: id,
            active: day,
            expires,
        });
        settle_in(&mut holder, &mut decision.journal, (id, drawn.points), day, decision.today)?;
    }
    decision.write_account(holder);
    decision.write_stock(stock);
    Ok(())
}
