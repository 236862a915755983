//! One payout: the payer owes it through its settlement, or gives points out of its stock; the earner has it as lots.

use crate::book::{AccountDraft, Halt};
use crate::commission::PayoutCap;
use crate::decision::{Decision, PayoutPartTrace};
use crate::earn::CutTrace;
use crate::expiry::Expiry;
use crate::lots::{repay_debts, settle_in};
use crate::nouns::{
    AccountKind, AwardPart, AwardSource, Block, Code, CountedIn, Event, FrozenAward, FrozenPayout, Key, Lot, LotState,
    PayoutRole, Reason, ShortfallPolicy,
};
use crate::organisation::OnShortage;
use crate::supply::supply_kind;
use crate::values::{Amount, Day, Fraction, Id, ItemId, allocate};

/// Points that are paid instead of money: which, when they expire, and from which lane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InPoints<'d> {
    pub asset: &'d Id,
    pub expiry: &'d Expiry,
    pub lane: &'d Id,
}

/// Who is to be paid, by whom and for what.
#[derive(Debug)]
pub(crate) struct Due<'d> {
    pub earner: &'d Id,
    pub account: &'d Id,
    pub role: PayoutRole,
    /// The plan, or the voucher stock.
    pub under: &'d Id,
    pub payer: &'d Id,
    /// Money, if absent.
    pub points: Option<InPoints<'d>>,
    pub withdrawn: ShortfallPolicy,
    /// How many days after the command's it is available.
    pub wait: u32,
    /// Minor units or points by line, 0 or more.
    pub by_line: Vec<Amount>,
    /// Bounds on what the account gets in a window.
    pub caps: Vec<&'d PayoutCap>,
    /// For the trace, and only with one: the exact value of each line.
    pub exact: &'d [Fraction],
    /// Likewise: what was cut so far.
    pub cuts: Vec<CutTrace>,
}

/// A payout as a refund will need it, and what of it is for each line.
pub(crate) type Paid = (FrozenPayout, Vec<Amount>);

/// How many days it is to the first after the window in which a purchase may be returned.
pub(crate) fn after_window(decision: &Decision<'_>) -> u32 {
    decision.rules.rulebook().refunds.days.saturating_add(1)
}

/// The first day on which it is available, and the state of what is paid: late bookings may find it available at once.
/// `invalid_period at` past the year 9999; asked only where something is paid.
fn available(decision: &Decision<'_>, due: &Due<'_>) -> Result<(Day, LotState), Halt> {
    let active = decision.day.days_later(due.wait);
    let active = active.ok_or_else(|| Halt::reject(Code::InvalidPeriod, "at"))?;
    Ok((active, if active <= decision.today { LotState::Spendable } else { LotState::Pending }))
}

/// Pays; nothing where it comes to nothing.
pub(crate) fn pay(decision: &mut Decision<'_>, mut due: Due<'_>) -> Result<Option<Paid>, Halt> {
    let wanted = Amount::sum(due.by_line.iter().copied())?;
    if !wanted.is_positive() {
        tell_part(decision, due, wanted, Amount::ZERO);
        return Ok(None);
    }
    let mut account = decision.payee(due.account)?;
    let given = cut_by_caps(decision, &account, &mut due, wanted)?;
    lower(&mut due, wanted, given)?;
    let paid = match due.points {
        None => money(decision, &mut account, &due, given)?,
        Some(points) => in_points(decision, &mut account, &mut due, points, given)?,
    };
    let given = Amount::sum(due.by_line.iter().copied())?;
    let mut counted = Vec::new();
    if given.is_positive() {
        for cap in &due.caps {
            let window = window(decision, cap);
            account.count(&window, given)?;
            counted.push(window);
        }
    }
    decision.write_account(account);
    let asset = due.points.map_or(&decision.journal.money, |points| points.asset).clone();
    let expiry = due.points.map_or(Expiry::Never {}, |points| points.expiry.clone());
    let (funder, parts) = (due.payer.clone(), paid);
    let award = FrozenAward { asset, funder, campaign: None, expiry, counted, budget: None, parts };
    let frozen = FrozenPayout {
        earner: due.earner.clone(),
        account: due.account.clone(),
        role: due.role,
        under: due.under.clone(),
        withdrawn: due.withdrawn,
        award,
    };
    let by_line = core::mem::take(&mut due.by_line);
    tell_part(decision, due, wanted, given);
    Ok(given.is_positive().then_some((frozen, by_line)))
}

/// Writes a part into the trace, where the payout that it is of was written last.
fn tell_part(decision: &mut Decision<'_>, due: Due<'_>, amount: Amount, given: Amount) {
    let Some(payout) = decision.trace.as_mut().and_then(|trace| trace.payouts.last_mut()) else { return };
    let lines = due.exact.iter().map(|value| value.text()).collect();
    let (earner, role, cuts) = (due.earner.clone(), due.role, due.cuts);
    payout.parts.push(PayoutPartTrace { earner, role, lines, amount, cuts, given });
}

/// Notes a cut for the trace, if there is one.
pub(super) fn note_cut(decision: &Decision<'_>, cuts: &mut Vec<CutTrace>, by: &str, (from, to): (Amount, Amount)) {
    if decision.trace.is_some() {
        cuts.push(CutTrace { by: by.to_owned(), from, to });
    }
}

fn window(decision: &Decision<'_>, cap: &PayoutCap) -> CountedIn {
    CountedIn { cap: cap.id.clone(), window: cap.per, from: decision.day.start_of(cap.per) }
}

fn cut_by_caps(
    decision: &mut Decision<'_>,
    account: &AccountDraft<'_>,
    due: &mut Due<'_>,
    wanted: Amount,
) -> Result<Amount, Halt> {
    let mut given = wanted;
    let mut last = None;
    for cap in &due.caps {
        let left = cap.amount.minus(account.counted(&window(decision, cap)))?.max(Amount::ZERO);
        if left < given {
            let by = format!("cap/{}", cap.id);
            note_cut(decision, &mut due.cuts, &by, (given, left));
            given = left;
            last = Some(by);
        }
    }
    if let Some(by) = last {
        tell_cut(decision, due, by, (wanted, given));
    }
    Ok(given)
}

/// The event of a cut.
pub(super) fn tell_cut(decision: &mut Decision<'_>, due: &Due<'_>, by: String, (wanted, given): (Amount, Amount)) {
    let journal = &mut decision.journal;
    let asset = due.points.map_or(&journal.money, |points| points.asset).clone();
    let (earner, account, under) = (due.earner.clone(), due.account.clone(), due.under.clone());
    journal.events.push(Event::PayoutCut { earner, account, role: due.role, under, asset, by, wanted, given });
}

/// Divides what is given over the lines as what was wanted was.
fn lower(due: &mut Due<'_>, wanted: Amount, given: Amount) -> Result<(), Halt> {
    if given < wanted {
        let weights: Vec<u128> = due.by_line.iter().map(|part| u128::from(part.get().unsigned_abs())).collect();
        due.by_line = allocate(given, &weights)?;
    }
    Ok(())
}

fn earned(due: &Due<'_>, asset: &Id, amount: Amount, (lot, active): (ItemId, Day)) -> Event {
    Event::PayoutEarned {
        earner: due.earner.clone(),
        account: due.account.clone(),
        role: due.role,
        under: due.under.clone(),
        payer: due.payer.clone(),
        asset: asset.clone(),
        amount,
        lot,
        active,
    }
}

fn money(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    due: &Due<'_>,
    amount: Amount,
) -> Result<Vec<AwardPart>, Halt> {
    if !amount.is_positive() {
        return Ok(Vec::new());
    }
    let asset = decision.journal.money.clone();
    let (active, state) = available(decision, due)?;
    let lot = account.put_money(Lot {
        id: decision.journal.next_lot(),
        asset: asset.clone(),
        funder: due.payer.clone(),
        unit_cost: Amount::ZERO,
        reimbursement: Amount::ZERO,
        active,
        expires: None,
        campaign: None,
        state,
        awaits: None,
        points: amount,
    });
    let (day, reason) = (decision.day, reason_of(due.role));
    let journal = &mut decision.journal;
    let to = (due.account, journal.kind_of(&asset, state));
    journal.post((due.payer, AccountKind::Settlement), to, (&asset, amount), day, reason);
    journal.events.push(earned(due, &asset, amount, (lot, active)));
    if state == LotState::Spendable {
        repay_debts(account, journal, lot, amount, day)?;
    }
    let (unit_cost, budget_cost) = (Amount::ZERO, Amount::ZERO);
    let source = AwardSource::Settlement {};
    Ok(vec![AwardPart { source, lot, expires: None, unit_cost, budget_cost, points: amount }])
}

const fn reason_of(role: PayoutRole) -> Reason {
    match role {
        PayoutRole::Subsidy => Reason::CashSubsidy,
        PayoutRole::Referral | PayoutRole::Sale | PayoutRole::Upline2 | PayoutRole::Upline3 => Reason::Commission,
    }
}

/// Points out of the payer's blocks, earliest first, then on account where its terms let it. What is short follows its
/// terms: `award_refused stock/<payer>/<lane>` under `refuse`.
fn in_points(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    due: &mut Due<'_>,
    points: InPoints<'_>,
    wanted: Amount,
) -> Result<Vec<AwardPart>, Halt> {
    let operator = decision.operator();
    let path = Key::Party(due.payer.clone()).to_string();
    let payer = decision.view.known_party(due.payer, &path)?;
    let terms = payer.terms_on(decision.day);
    let on_shortage = terms.map(|terms| terms.on_shortage).unwrap_or_default();
    let price = terms.and_then(|terms| terms.postpaid_price.get(points.asset)).copied();
    let price = price.filter(|_| on_shortage == OnShortage::Postpaid && due.payer != operator);
    let mut stock = decision.stock(due.payer, points.lane)?;
    let mut lent = price.map(|_| decision.stock(operator, points.lane)).transpose()?;
    let borrowed = lent.as_ref().map_or(Amount::ZERO, |lent| lent.points(points.asset));
    let available = stock.points(points.asset).plus(borrowed).unwrap_or(Amount::MAX);
    let given = match on_shortage {
        _ if wanted <= available => wanted,
        OnShortage::Reduce | OnShortage::Postpaid => available,
        OnShortage::None => Amount::ZERO,
        OnShortage::Refuse => {
            let key = Key::Stock { party: due.payer.clone(), lane: points.lane.clone() };
            return Err(Halt::reject(Code::AwardRefused, key.to_string()));
        }
    };
    if given < wanted {
        let by = format!("float/{}", due.payer);
        note_cut(decision, &mut due.cuts, &by, (wanted, given));
        tell_cut(decision, due, by, (wanted, given));
    }
    lower(due, wanted, given)?;
    let own = stock.draw(points.asset, given)?;
    let left = given.minus(Amount::sum(own.iter().map(|block| block.points))?)?;
    let on_account = lent.as_mut().map(|lent| lent.draw(points.asset, left)).transpose()?.unwrap_or_default();
    let mut parts = Vec::new();
    for block in own {
        let source = AwardSource::Block { id: block.id, booked: block.booked, unit_price: block.unit_price };
        let unit_cost = block.backing;
        parts.push(put(decision, account, due, points, (source, unit_cost, block), supply_kind(payer.kind()))?);
    }
    for block in on_account {
        let source = AwardSource::Postpaid { id: block.id, booked: block.booked };
        let unit_cost = price.unwrap_or(Amount::ZERO);
        parts.push(put(decision, account, due, points, (source, unit_cost, block), supply_kind(payer.kind()))?);
    }
    decision.write_stock(stock);
    if let Some(lent) = lent {
        decision.write_stock(lent);
    }
    Ok(parts)
}

/// Puts the points of one block into a lot.
fn put(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    due: &Due<'_>,
    points: InPoints<'_>,
    (source, unit_cost, block): (AwardSource, Amount, Block),
    holds_in: AccountKind,
) -> Result<AwardPart, Halt> {
    let (active, state) = available(decision, due)?;
    let (day, today) = (decision.day, decision.today);
    let lot = Lot {
        id: decision.journal.next_lot(),
        asset: points.asset.clone(),
        funder: due.payer.clone(),
        unit_cost,
        reimbursement: decision.rules.reimbursement(points.asset),
        active,
        expires: points.expiry.expires(day, active),
        campaign: None,
        state,
        awaits: None,
        points: block.points,
    };
    let (id, expires) = account.put(lot)?;
    let what = (points.asset, block.points);
    let operator = decision.operator();
    let journal = &mut decision.journal;
    if matches!(source, AwardSource::Postpaid { .. }) {
        journal.post((operator, AccountKind::Stock), (due.payer, holds_in), what, day, Reason::Postpaid);
        let owed = block.points.times(unit_cost)?;
        let (debtor, backing) = ((due.payer, AccountKind::Settlement), (operator, AccountKind::Backing));
        journal.post_fine(debtor, backing, owed, day, Reason::Postpaid);
    }
    let to = (due.account, journal.kind_of(points.asset, state));
    journal.post((due.payer, holds_in), to, what, day, reason_of(due.role));
    journal.events.push(earned(due, points.asset, block.points, (id, active)));
    if state == LotState::Spendable {
        settle_in(account, journal, (id, block.points), day, today)?;
    }
    Ok(AwardPart { source, lot: id, expires, unit_cost, budget_cost: Amount::ZERO, points: block.points })
}
