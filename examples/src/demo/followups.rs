//! What follows from a purchase: refunds, holds, redemptions, activities, confirmations, and a few mistakes. The panel
//! has none of it; all is derived from the running number of the purchase.

use coalition::command::{
    Action, CaptureHold, Command, ConfirmPurchase, GivePoints, HoldPoints, RecordActivity, RedeemPoints,
    RefundPurchase, RefundWhat, ReleaseHold,
};
use coalition::values::{Amount, Id, Instant, ItemId};
use coalition::verbs::Outcome;

use super::derive::{DAY_MILLIS, MINUTE_MILLIS, amount, id, later, pick};
use super::desk::Desk;
use super::panel::Basket;
use super::programme::{Names, accepts_stars, merchant};
use super::tills::Receipt;
use crate::Failure;

/// From here on no refund is made that would come after its window: the year is over before.
const LAST_LATE_REFUND: &str = "2017-11-25T00:00:00Z";

/// A purchase that was rung up.
#[derive(Debug, Clone, Copy)]
pub struct Sale<'a> {
    /// Its running number.
    pub n: u64,
    /// What the panel says.
    pub basket: &'a Basket,
    /// What the till said.
    pub receipt: &'a Receipt,
    /// When it was booked.
    pub booked: Instant,
}

/// What is to be decided later, with its moment.
pub type Later = Vec<Command>;

/// Decides what follows at once, and gives what is to follow later.
pub fn follow_up(desk: &mut Desk, names: &Names, sale: &Sale<'_>) -> Result<Later, Failure> {
    let mut due = Later::new();
    activities(desk, names, sale, &mut due)?;
    refunds(desk, sale, &mut due)?;
    if accepts_stars(sale.basket.store) {
        holds(desk, names, sale, &mut due)?;
    }
    if sale.receipt.total >= 10_000 && sale.n % 4 != 3 {
        let order = ConfirmPurchase { purchase: sale.receipt.purchase.clone() };
        due.push(in_days(desk, sale, 3, &sale.receipt.merchant, Action::ConfirmPurchase(order))?);
    }
    redemptions(desk, names, sale)?;
    mistakes(desk, names, sale)?;
    Ok(due)
}

fn at(desk: &mut Desk, sale: &Sale<'_>, millis: i64, actor: &Id, action: Action) -> Result<Command, Failure> {
    let moment = later(sale.booked, millis)?;
    desk.command(moment, moment, actor, action)
}

fn in_days(desk: &mut Desk, sale: &Sale<'_>, days: i64, actor: &Id, action: Action) -> Result<Command, Failure> {
    at(desk, sale, days * DAY_MILLIS, actor, action)
}

/// Sharing after every fifth purchase, one to four times; signing in after every seventh.
fn activities(desk: &mut Desk, names: &Names, sale: &Sale<'_>, due: &mut Later) -> Result<(), Failure> {
    let activity = |name: &str, count: u64, at_store: bool, channel: &str| -> Result<Action, Failure> {
        Ok(Action::RecordActivity(RecordActivity {
            member: sale.receipt.member.clone(),
            activity: id(name)?,
            count: amount(i64::try_from(count).unwrap_or(1))?,
            merchant: at_store.then(|| sale.receipt.merchant.clone()),
            channel: Some(id(channel)?),
            lane: None,
        }))
    };
    if sale.n.is_multiple_of(5) {
        let action = activity("share", 1 + pick(sale.n, 41, 4), true, "app")?;
        due.push(at(desk, sale, 10 * MINUTE_MILLIS, &sale.receipt.member, action)?);
    }
    if sale.n.is_multiple_of(7) {
        let channel = if pick(sale.n, 42, 5) == 0 { "web" } else { "app" };
        let action = activity("sign-in", 1, false, channel)?;
        due.push(at(desk, sale, 90 * MINUTE_MILLIS, &names.hq, action)?);
    }
    Ok(())
}

/// Every 97th basket returns something three to nine days later; a few come too late, a few return twice.
fn refunds(desk: &mut Desk, sale: &Sale<'_>, due: &mut Later) -> Result<(), Failure> {
    let refund = |returned: RefundWhat| {
        Action::RefundPurchase(RefundPurchase { purchase: sale.receipt.purchase.clone(), returned: vec![returned] })
    };
    let store = &sale.receipt.merchant;
    if sale.n.is_multiple_of(97) {
        let days = 3 + i64::try_from(pick(sale.n, 43, 7)).unwrap_or(0);
        let what = returned(sale)?;
        due.push(in_days(desk, sale, days, store, refund(what))?);
        if sale.n.is_multiple_of(97 * 20) {
            // What is left of it, and then nothing is.
            due.push(in_days(desk, sale, days + 1, store, refund(RefundWhat::Whole {}))?);
            due.push(in_days(desk, sale, days + 2, store, refund(RefundWhat::Whole {}))?);
        }
    }
    let last = LAST_LATE_REFUND.parse::<Instant>().map_err(|error| Failure::unusable(error.to_string()))?;
    if sale.n.is_multiple_of(1_553) && sale.booked < last {
        due.push(in_days(desk, sale, 33, store, refund(RefundWhat::Whole {}))?);
    }
    Ok(())
}

/// One unit of a line, half of a line's price, a round sum, or the whole basket.
fn returned(sale: &Sale<'_>) -> Result<RefundWhat, Failure> {
    let lines = &sale.basket.lines;
    let place = usize::try_from(pick(sale.n, 44, lines.len() as u64)).unwrap_or(0);
    let (n, line) = (u32::try_from(place + 1).unwrap_or(1), lines.get(place));
    let net = line.map_or(0, |line| line.sales - line.coupon);
    let quantity = line.map_or(0, |line| line.quantity);
    Ok(match pick(sale.n, 45, 4) {
        0 if sale.receipt.total >= 500 => RefundWhat::Amount { amount: amount(500)? },
        1 if net >= 2 => RefundWhat::LineAmount { line: n, amount: amount(net / 2)? },
        2 | 3 if (1..100).contains(&quantity) => RefundWhat::Quantity { line: n, quantity: amount(1)? },
        _ => RefundWhat::Whole {},
    })
}

/// Stars are set aside for the store for a week, then captured, released, left to lapse, or asked too much of.
fn holds(desk: &mut Desk, names: &Names, sale: &Sale<'_>, due: &mut Later) -> Result<(), Failure> {
    if !sale.n.is_multiple_of(151) {
        return Ok(());
    }
    let Receipt { member, merchant, .. } = sale.receipt;
    let hold = Action::HoldPoints(HoldPoints {
        member: member.clone(),
        merchant: merchant.clone(),
        asset: names.star.clone(),
        points: amount(100)?,
        until: later(sale.booked, 7 * DAY_MILLIS)?,
    });
    let command = desk.command(sale.booked, sale.booked, member, hold)?;
    let held = ItemId { command: command.id, n: 1 };
    if !matches!(desk.submit(&command)?, Outcome::Decided(_)) {
        return Ok(());
    }
    let capture = |points: Amount| Action::CaptureHold(CaptureHold { member: member.clone(), hold: held, points });
    match sale.n / 151 % 4 {
        0 => due.push(in_days(desk, sale, 1, merchant, capture(amount(60)?))?),
        1 => {
            let release = Action::ReleaseHold(ReleaseHold { member: member.clone(), hold: held });
            due.push(in_days(desk, sale, 2, member, release)?);
        }
        2 => due.push(in_days(desk, sale, 1, merchant, capture(amount(200)?))?),
        _ => {}
    }
    Ok(())
}

/// Every 101st purchase: 100 stars at the store, or five stamps for something from the operator's catalogue.
fn redemptions(desk: &mut Desk, names: &Names, sale: &Sale<'_>) -> Result<(), Failure> {
    if !sale.n.is_multiple_of(101) {
        return Ok(());
    }
    let (who, asset, points) = if sale.n.is_multiple_of(2) {
        (&sale.receipt.merchant, &names.star, 100)
    } else {
        (&names.hq, &names.stamp, 5)
    };
    let order = RedeemPoints {
        member: sale.receipt.member.clone(),
        merchant: who.clone(),
        asset: asset.clone(),
        points: amount(points)?,
    };
    desk.order(sale.booked, who, Action::RedeemPoints(order))?;
    Ok(())
}

/// What goes wrong at tills: a command sent twice, an id used twice, a stranger, a gift to somebody else's member.
fn mistakes(desk: &mut Desk, names: &Names, sale: &Sale<'_>) -> Result<(), Failure> {
    let share = |count: i64| -> Result<Action, Failure> {
        Ok(Action::RecordActivity(RecordActivity {
            member: sale.receipt.member.clone(),
            activity: id("share")?,
            count: amount(count)?,
            merchant: Some(sale.receipt.merchant.clone()),
            channel: None,
            lane: None,
        }))
    };
    if sale.n.is_multiple_of(1_009) {
        let command = desk.command(sale.booked, sale.booked, &sale.receipt.member, share(1)?)?;
        desk.submit(&command)?;
        desk.submit(&command)?;
        let other = Command { action: share(2)?, ..command };
        desk.submit(&other)?;
    }
    if sale.n.is_multiple_of(1_511) {
        let gift = GivePoints {
            from: sale.receipt.merchant.clone(),
            member: sale.receipt.member.clone(),
            asset: names.star.clone(),
            points: amount(50)?,
        };
        desk.order(sale.booked, &sale.receipt.merchant, Action::GivePoints(gift))?;
    }
    if sale.n.is_multiple_of(2_999) {
        let stranger = merchant(0)?;
        let order = RedeemPoints {
            member: sale.receipt.member.clone(),
            merchant: stranger,
            asset: names.star.clone(),
            points: amount(1)?,
        };
        desk.order(sale.booked, &names.hq, Action::RedeemPoints(order))?;
    }
    Ok(())
}
