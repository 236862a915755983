//! What is due in an account by a booked moment: activation, lapse of holds, expiry. It runs first in every command that
//! loads an account; `sweep` is the same alone. Value days are the days on which things fell due, so that the facts do not
//! depend on when sweeps ran.

use std::collections::BTreeSet;

use super::debts::{repay_debts, repay_with};
use crate::book::{AccountDraft, Halt, Journal};
use crate::nouns::{AccountKind, Event, Hold, Lot, LotState, Reason};
use crate::values::{Amount, Day, Instant, ItemId, Overflow, Zone};

/// The booked moment and the zone in which its day is told.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// The booked moment.
    pub booked: Instant,
    /// The programme's zone.
    pub zone: &'a Zone,
}

impl Clock<'_> {
    /// The local day of the booked moment.
    pub fn today(&self) -> Day {
        self.zone.day(self.booked)
    }
}

/// Things due on one day happen in this order; of one kind, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Activation,
    Lapse,
    Expiry,
}

/// Does what is due, in the order of (day, activation – lapse – expiry, id).
pub fn mature(account: &mut AccountDraft<'_>, journal: &mut Journal, clock: Clock<'_>) -> Result<(), Halt> {
    let mut due = all_due(account, clock);
    while let Some((day, what, id)) = due.pop_first() {
        match what {
            Due::Activation => activate(account, journal, id, day)?,
            Due::Expiry => expire(account, journal, id, day)?,
            Due::Lapse => {
                let place = account.holds().iter().position(|hold| hold.id == id);
                if let Some(place) = place {
                    let hold = account.holds_mut().remove(place);
                    release(account, journal, hold, day)?;
                    // What went back into lots may be due by now, too.
                    due = all_due(account, clock);
                }
            }
        }
    }
    Ok(())
}

/// What is due by today. Of a lot both may be: it becomes spendable, and expires later.
fn all_due(account: &AccountDraft<'_>, clock: Clock<'_>) -> BTreeSet<(Day, Due, ItemId)> {
    let today = clock.today();
    let lapsed = account.holds().iter().filter(|hold| hold.until <= clock.booked);
    let of_holds = lapsed.map(|hold| (clock.zone.day(hold.until), Due::Lapse, hold.id));
    let mut due: BTreeSet<_> = of_holds.collect();
    // Mostly no lot is due, and an account of many need not be looked through.
    if account.first_due().is_some_and(|day| day <= today) {
        for lot in account.lots() {
            let activation = lot.activates().map(|day| (day, Due::Activation, lot.id));
            let expiry = lot.expires.map(|day| (day, Due::Expiry, lot.id));
            due.extend([activation, expiry].into_iter().flatten().filter(|(day, ..)| *day <= today));
        }
    }
    due
}

fn activate(account: &mut AccountDraft<'_>, journal: &mut Journal, id: ItemId, day: Day) -> Result<(), Halt> {
    let Some(lot) = account.lot(id).cloned() else { return Ok(()) };
    let owner = account.id.clone();
    let kind = |state| journal.kind_of(&lot.asset, state);
    let (pending, spendable) = (kind(LotState::Pending), kind(LotState::Spendable));
    let what = (&lot.asset, lot.points);
    journal.post((&owner, pending), (&owner, spendable), what, day, Reason::Activation);
    if spendable == AccountKind::CommissionAvailable {
        return make_available(account, journal, lot, day);
    }
    journal.events.push(Event::PointsActivated { account: owner, asset: lot.asset, points: lot.points, lot: id });
    account.change_lot(id, |lot| lot.state = LotState::Spendable);
    repay_debts(account, journal, id, lot.points, day)
}

/// Money that may be withdrawn joins what is there of the same payer.
fn make_available(account: &mut AccountDraft<'_>, journal: &mut Journal, mut lot: Lot, day: Day) -> Result<(), Halt> {
    let (asset, amount) = (lot.asset.clone(), lot.points);
    account.take(lot.id, amount)?;
    lot.state = LotState::Spendable;
    let id = account.put_money(lot);
    journal.events.push(Event::PayoutAvailable { account: account.id.clone(), asset, amount, lot: id });
    repay_debts(account, journal, id, amount, day)
}

/// Expires a whole lot; its backing becomes the operator's breakage.
pub fn expire(account: &mut AccountDraft<'_>, journal: &mut Journal, id: ItemId, day: Day) -> Result<(), Halt> {
    let Some(lot) = account.lot(id).cloned() else { return Ok(()) };
    account.take(id, lot.points)?;
    let kind = if lot.state == LotState::Pending { AccountKind::Pending } else { AccountKind::Spendable };
    write_off(account, journal, &lot, kind, day)?;
    Ok(())
}

fn write_off(
    account: &AccountDraft<'_>,
    journal: &mut Journal,
    lot: &Lot,
    kind: AccountKind,
    day: Day,
) -> Result<(), Overflow> {
    let (owner, operator) = (account.id.clone(), journal.operator.clone());
    journal.post((&owner, kind), (&operator, AccountKind::Expired), (&lot.asset, lot.points), day, Reason::Expiry);
    let backing = lot.points.times(lot.unit_cost)?;
    journal.post_fine(
        (&operator, AccountKind::Backing),
        (&operator, AccountKind::Breakage),
        backing,
        day,
        Reason::Breakage,
    );
    let points = lot.points;
    journal.events.push(Event::PointsExpired { account: owner, asset: lot.asset.clone(), points, lot: lot.id });
    Ok(())
}

/// What happens to points that just became spendable: late ones that are past their day by today expire at once, others
/// repay debts.
pub(crate) fn settle_in(
    account: &mut AccountDraft<'_>,
    journal: &mut Journal,
    (id, points): (ItemId, Amount),
    day: Day,
    today: Day,
) -> Result<(), Halt> {
    match account.lot(id).and_then(|lot| lot.expires).filter(|last| *last <= today) {
        Some(last) => expire(account, journal, id, last),
        None => repay_debts(account, journal, id, points, day),
    }
}

/// Gives the points of a hold back to their lots; what is past its day repays debts and expires.
pub fn release(account: &mut AccountDraft<'_>, journal: &mut Journal, hold: Hold, day: Day) -> Result<(), Halt> {
    use AccountKind::{Held, Spendable};
    let owner = account.id.clone();
    for part in hold.parts {
        let (asset, points) = (part.asset.clone(), part.points);
        journal.post((&owner, Held), (&owner, Spendable), (&asset, points), day, Reason::Release);
        journal.events.push(Event::HoldReleased { account: owner.clone(), hold: hold.id, asset, points });
        restore(account, journal, part, day)?;
    }
    Ok(())
}

/// Puts points back into the account: into their lot, which is opened again if it was emptied, or into another where its id
/// now stands for another class. They repay debts first; what is past its day is not put in, and what is left of it expires.
pub(crate) fn restore(
    account: &mut AccountDraft<'_>,
    journal: &mut Journal,
    mut lot: Lot,
    day: Day,
) -> Result<(), Halt> {
    let points = lot.points;
    if lot.expires.is_some_and(|last| last <= day) {
        lot.points = points.minus(repay_with(account, journal, &lot, day)?)?;
        if !lot.points.is_positive() {
            return Ok(());
        }
        write_off(account, journal, &lot, AccountKind::Spendable, day)?;
        return Ok(());
    }
    let known = account.lot(lot.id).map(|known| (known.id, known.with(&lot).filter(|_| known.same_class(&lot))));
    let id = match known {
        None => account.open(lot).0,
        Some((id, Some(sum))) => {
            account.change_lot(id, |known| known.points = sum);
            id
        }
        Some((_, None)) => {
            lot.id = journal.next_lot();
            account.put(lot)?.0
        }
    };
    repay_debts(account, journal, id, points, day)
}
