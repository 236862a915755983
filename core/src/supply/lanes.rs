//! Lanes: a hot stock or budget in parts that do not get in each other's way.

use crate::book::{Halt, Record};
use crate::command::{LaneSubject, MoveLane};
use crate::decision::{Decision, positive};
use crate::earn::{Budget, Campaign};
use crate::nouns::{Code, Event, Key};
use crate::values::{Amount, FINE_PER_MINOR, Id};

/// `move_lane`. Rejections in order: `not_positive amount`, `duplicate to` (the lanes are the same), then for stock
/// `unknown_asset subject.asset`, `unknown_party subject.party`, `unknown_party | not_allowed actor`,
/// `insufficient_stock amount`; for a budget `not_declared subject.campaign`, `unknown_party | not_allowed actor`,
/// `insufficient_stock amount`.
pub fn move_lane(decision: &mut Decision<'_>, order: &MoveLane) -> Result<(), Halt> {
    positive(order.amount, "amount")?;
    if order.from == order.to {
        return Err(Halt::reject(Code::Duplicate, "to"));
    }
    match &order.subject {
        LaneSubject::Stock { party, asset } => move_stock(decision, order, party, asset),
        LaneSubject::BudgetPoints { campaign } => move_budget(decision, order, campaign, Measure::Points),
        LaneSubject::BudgetMoney { campaign } => move_budget(decision, order, campaign, Measure::Money),
    }
}

fn move_stock(decision: &mut Decision<'_>, order: &MoveLane, party: &Id, asset: &Id) -> Result<(), Halt> {
    decision.points_asset(asset, "subject.asset")?;
    decision.view.known_party(party, "subject.party")?;
    decision.actor_for(&[party])?;
    let key = |lane: &Id| Key::Stock { party: party.clone(), lane: lane.clone() };
    decision.view.want([key(&order.from), key(&order.to)])?;
    let mut from = decision.stock(party, &order.from)?;
    let mut to = decision.stock(party, &order.to)?;
    if from.points(asset) < order.amount {
        return Err(Halt::reject(Code::InsufficientStock, "amount"));
    }
    // Blocks keep their id and age in the other lane.
    for block in from.draw(asset, order.amount)? {
        to.put(block)?;
    }
    let moved = Event::LaneMoved { key: key(&order.to).to_string(), points: order.amount };
    decision.journal.events.push(moved);
    decision.write_stock(from);
    decision.write_stock(to);
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Points,
    Money,
}

fn left(budget: &Budget, campaign: &Campaign, measure: Measure, main: bool) -> Result<Option<Amount>, Halt> {
    Ok(match measure {
        Measure::Points => budget.points_left(campaign.budget_points, main)?,
        Measure::Money => budget.money_left(campaign.budget_money, main)?,
    })
}

fn move_budget(decision: &mut Decision<'_>, order: &MoveLane, id: &Id, measure: Measure) -> Result<(), Halt> {
    let campaigns = &decision.rules.rulebook().earn.campaigns;
    let campaign = campaigns.iter().find(|campaign| campaign.id == *id);
    let campaign = campaign.ok_or_else(|| Halt::reject(Code::NotDeclared, "subject.campaign"))?;
    decision.actor_is_operator()?;
    let key = |lane: &Id| Key::Budget { campaign: id.clone(), lane: lane.clone() };
    decision.view.want([key(&order.from), key(&order.to)])?;
    let load = |lane: &Id| decision.view.budget(id, lane).map(|budget| budget.cloned().unwrap_or_default());
    let (mut from, mut to) = (load(&order.from)?, load(&order.to)?);
    let amount = match measure {
        Measure::Points => order.amount,
        Measure::Money => order.amount.times(Amount::new(FINE_PER_MINOR)?)?,
    };
    let main = decision.lane(None) == order.from;
    // Without a declared budget there is nothing to move.
    if left(&from, campaign, measure, main)?.is_none_or(|left| left < amount) {
        return Err(Halt::reject(Code::InsufficientStock, "amount"));
    }
    match measure {
        Measure::Points => {
            from.moved_points = from.moved_points.minus(amount)?;
            to.moved_points = to.moved_points.plus(amount)?;
        }
        Measure::Money => {
            from.moved_money = from.moved_money.minus(amount)?;
            to.moved_money = to.moved_money.plus(amount)?;
        }
    }
    decision.journal.events.push(Event::LaneMoved { key: key(&order.to).to_string(), points: order.amount });
    decision.write(key(&order.from), Record::Budget(Box::new(from)))?;
    decision.write(key(&order.to), Record::Budget(Box::new(to)))?;
    Ok(())
}
