//! `refund_purchase`: which part of each line returns, and what that is in money, turnover, discounts and points.

use std::collections::{BTreeMap, BTreeSet};

use super::clawback::{claw_back, take_back_payouts};
use crate::book::{AccountDraft, Halt, Record};
use crate::command::{RefundPurchase, RefundWhat};
use crate::decision::{Decision, positive};
use crate::lots::{restore, take_back};
use crate::nouns::{AccountKind, AwardSource, Code, Event, FrozenLine, FrozenTender, Key, MAX_LINES, Purchase, Reason};
use crate::values::{Amount, Id, ItemId, NoWeight, allocate, allocate_part};
use crate::voucher::{GivenBack, give_back};

/// `refund_purchase`. Rejections in order: `empty | limit_exceeded returned`, entry by entry `not_positive
/// returned[i].amount | quantity`, `duplicate returned[i]`, then `unknown_purchase purchase`, `unknown_party | not_allowed
/// actor`, `refund_window_over purchase`, `unknown_line returned[i].line`, `refund_exceeds returned[i]`, `clock_backwards
/// booked`, `amount_overflow`.
pub fn refund_purchase(decision: &mut Decision<'_>, order: &RefundPurchase) -> Result<(), Halt> {
    check_shape(&order.returned)?;
    let frozen = decision.view.purchase(&order.purchase)?;
    let frozen = frozen.ok_or_else(|| Halt::reject(Code::UnknownPurchase, "purchase"))?;
    decision.actor_for(&[&frozen.merchant])?;
    let window = frozen.day.days_later(frozen.refunds.days);
    if window.is_some_and(|last| decision.today > last) {
        return Err(Halt::reject(Code::RefundWindowOver, "purchase"));
    }
    let shares = shares(&order.returned, &frozen.lines)?;
    let mut purchase = frozen.clone();
    let returned = Returned::take(&mut purchase, &shares)?;
    let mut account = load(decision, &purchase)?;
    post_sale(decision, &purchase, &order.purchase, &returned)?;
    if let Some(account) = &mut account {
        return_tender(decision, account, &mut purchase, returned.tender_points)?;
        claw_back(decision, account, &mut purchase, &returned.awards)?;
    }
    if let Some(account) = account {
        decision.write_account(account);
    }
    take_back_payouts(decision, &mut purchase, &returned.payouts)?;
    give_back_vouchers(decision, &mut purchase, &returned)?;
    decision.write(Key::Purchase(order.purchase.clone()), Record::Purchase(Box::new(purchase)))
}

/// What vouchers took off returns to them; a purchase of which nothing remains forgets them.
fn give_back_vouchers(decision: &mut Decision<'_>, purchase: &mut Purchase, returned: &Returned) -> Result<(), Halt> {
    let whole = purchase.lines.iter().all(is_empty);
    if purchase.vouchers.is_empty() || !whole && returned.stored.is_empty() {
        return Ok(());
    }
    let (merchant, vouchers) = (&purchase.merchant, purchase.vouchers.as_slice());
    give_back(decision, &GivenBack { merchant, vouchers, stored: &returned.stored, whole })?;
    if whole {
        purchase.vouchers.clear();
    }
    Ok(())
}

/// Refuses an amount of 0 or less; the path is only made for one that offends.
fn above_zero(amount: Amount, path: impl Fn() -> String) -> Result<(), Halt> {
    if amount.is_positive() { Ok(()) } else { positive(amount, &path()) }
}

fn check_shape(returned: &[RefundWhat]) -> Result<(), Halt> {
    if returned.is_empty() {
        return Err(Halt::reject(Code::Empty, "returned"));
    }
    if returned.len() > MAX_LINES {
        return Err(Halt::reject(Code::LimitExceeded, "returned"));
    }
    let mut seen = BTreeSet::new();
    for (place, what) in returned.iter().enumerate() {
        let twice = match what {
            RefundWhat::Whole {} => returned.len() > 1,
            RefundWhat::Amount { amount } => {
                above_zero(*amount, || format!("returned[{place}].amount"))?;
                returned.len() > 1
            }
            RefundWhat::Quantity { line, quantity } => {
                above_zero(*quantity, || format!("returned[{place}].quantity"))?;
                !seen.insert(*line)
            }
            RefundWhat::LineAmount { line, amount } => {
                above_zero(*amount, || format!("returned[{place}].amount"))?;
                !seen.insert(*line)
            }
        };
        if twice {
            return Err(Halt::reject(Code::Duplicate, format!("returned[{place}]")));
        }
    }
    Ok(())
}

/// The part of a line that returns: `share` of `whole`, which are units or minor units.
#[derive(Debug, Clone, Copy)]
struct Share {
    place: usize,
    share: Amount,
    whole: Amount,
    /// Units that return with it.
    quantity: Amount,
}

impl Share {
    fn of(self, part: Amount) -> Result<Amount, NoWeight> {
        allocate_part(part, self.share, self.whole)
    }
}

fn is_empty(line: &FrozenLine) -> bool {
    let parts = [line.quantity, line.net, line.turnover, line.tender_value, line.tender_points];
    let discounts = line.discounts.iter().map(|discount| discount.amount);
    let given = line.awards.iter().chain(&line.payouts).copied();
    parts.into_iter().chain(discounts).chain(given).all(|part| part.is_zero())
}

fn shares(returned: &[RefundWhat], lines: &[FrozenLine]) -> Result<Vec<Share>, Halt> {
    let one = Amount::new(1)?;
    let exceeds = |place: usize| Halt::reject(Code::RefundExceeds, format!("returned[{place}]"));
    let find = |n: u32, place: usize| {
        let found = lines.iter().enumerate().find(|(_, line)| line.n == n);
        found.ok_or_else(|| Halt::reject(Code::UnknownLine, format!("returned[{place}].line")))
    };
    let mut shares = Vec::new();
    for (entry, what) in returned.iter().enumerate() {
        match what {
            RefundWhat::Whole {} => {
                let left = lines.iter().enumerate().filter(|(_, line)| !is_empty(line));
                shares.extend(left.map(|(place, line)| Share {
                    place,
                    share: one,
                    whole: one,
                    quantity: line.quantity,
                }));
                if shares.is_empty() {
                    return Err(exceeds(entry));
                }
            }
            RefundWhat::Amount { amount } => {
                let nets: Vec<Amount> = lines.iter().map(|line| line.net.max(Amount::ZERO)).collect();
                if Amount::sum(nets.iter().copied())? < *amount {
                    return Err(exceeds(entry));
                }
                let weights: Vec<u128> = nets.iter().map(|net| u128::from(net.get().unsigned_abs())).collect();
                let parts = allocate(*amount, &weights)?;
                for (place, (share, whole)) in parts.into_iter().zip(nets).enumerate() {
                    if share.is_positive() {
                        shares.push(Share { place, share, whole, quantity: Amount::ZERO });
                    }
                }
            }
            RefundWhat::Quantity { line, quantity } => {
                let (place, line) = find(*line, entry)?;
                if line.quantity < *quantity {
                    return Err(exceeds(entry));
                }
                shares.push(Share { place, share: *quantity, whole: line.quantity, quantity: *quantity });
            }
            RefundWhat::LineAmount { line, amount } => {
                let (place, line) = find(*line, entry)?;
                if line.net < *amount {
                    return Err(exceeds(entry));
                }
                shares.push(Share { place, share: *amount, whole: line.net, quantity: Amount::ZERO });
            }
        }
    }
    shares.sort_by_key(|share| share.place);
    Ok(shares)
}

/// What returns, over all lines.
#[derive(Debug, Default)]
struct Returned {
    net: Amount,
    turnover: Amount,
    discounts: BTreeMap<Id, Amount>,
    /// What stored values had paid, by voucher; above zero.
    stored: BTreeMap<ItemId, Amount>,
    tender_value: Amount,
    tender_points: Amount,
    /// Points of each award, in order.
    awards: Vec<Amount>,
    /// What was paid out, of each payout in order.
    payouts: Vec<Amount>,
}

/// Takes the share of a part out of what remains.
fn take_share(share: Share, remaining: &mut Amount) -> Result<Amount, Halt> {
    let part = share.of(*remaining)?;
    *remaining = remaining.minus(part)?;
    Ok(part)
}

/// Moves the share of a part from what remains to what returns.
fn move_share(share: Share, remaining: &mut Amount, returned: &mut Amount) -> Result<(), Halt> {
    *returned = returned.plus(take_share(share, remaining)?)?;
    Ok(())
}

impl Returned {
    /// Takes the shares out of what remains of the lines.
    fn take(purchase: &mut Purchase, shares: &[Share]) -> Result<Self, Halt> {
        let awards = vec![Amount::ZERO; purchase.awards.len()];
        let payouts = vec![Amount::ZERO; purchase.payouts.len()];
        let mut returned = Returned { awards, payouts, ..Returned::default() };
        // Beside lines below zero only the total needs to fit.
        let (mut nets, mut turnovers) = (Vec::with_capacity(shares.len()), Vec::with_capacity(shares.len()));
        for share in shares {
            let Some(line) = purchase.lines.get_mut(share.place) else { continue };
            nets.push(take_share(*share, &mut line.net)?);
            turnovers.push(take_share(*share, &mut line.turnover)?);
            move_share(*share, &mut line.tender_value, &mut returned.tender_value)?;
            move_share(*share, &mut line.tender_points, &mut returned.tender_points)?;
            for discount in &mut line.discounts {
                let part = take_share(*share, &mut discount.amount)?;
                let sum = returned.discounts.entry(discount.funder.clone()).or_default();
                *sum = sum.plus(part)?;
                if let Some(voucher) = discount.voucher.filter(|_| part.is_positive()) {
                    let sum = returned.stored.entry(voucher).or_default();
                    *sum = sum.plus(part)?;
                }
            }
            for (remaining, sum) in line.awards.iter_mut().zip(&mut returned.awards) {
                move_share(*share, remaining, sum)?;
            }
            for (remaining, sum) in line.payouts.iter_mut().zip(&mut returned.payouts) {
                move_share(*share, remaining, sum)?;
            }
            line.quantity = line.quantity.minus(share.quantity)?;
        }
        (returned.net, returned.turnover) = (Amount::sum(nets)?, Amount::sum(turnovers)?);
        Ok(returned)
    }
}

/// Loads everything that the frozen parts name, in one round.
fn load<'a>(decision: &mut Decision<'a>, purchase: &Purchase) -> Result<Option<AccountDraft<'a>>, Halt> {
    let stock = |party: &Id| Key::Stock { party: party.clone(), lane: purchase.lane.clone() };
    let mut keys: Vec<Key> = purchase.payouts.iter().map(|payout| Key::Account(payout.account.clone())).collect();
    keys.extend(purchase.vouchers.iter().copied().map(Key::Voucher));
    if let Some(owner) = &purchase.account {
        keys.extend([Key::Account(owner.clone()), stock(decision.operator())]);
    }
    let paid_out = purchase.payouts.iter().map(|payout| &payout.award);
    for award in purchase.awards.iter().chain(paid_out) {
        if award.parts.iter().any(|part| matches!(part.source, AwardSource::Settlement {})) {
            continue;
        }
        keys.extend([Key::Party(award.funder.clone()), stock(&award.funder), stock(decision.operator())]);
        let budget = award.budget.iter();
        keys.extend(budget.map(|used| Key::Budget { campaign: used.campaign.clone(), lane: used.lane.clone() }));
    }
    decision.view.want(keys)?;
    purchase.account.as_ref().map(|owner| decision.account(owner)).transpose()
}

fn post_sale(decision: &mut Decision<'_>, purchase: &Purchase, id: &Id, returned: &Returned) -> Result<(), Halt> {
    let (day, merchant) = (purchase.day, &purchase.merchant);
    let reason = if purchase.account.is_some() { Reason::SaleRefund } else { Reason::OtherSaleRefund };
    let journal = &mut decision.journal;
    let money = journal.money.clone();
    let customers = (merchant, AccountKind::Customers);
    journal.post((merchant, AccountKind::Sales), customers, (&money, returned.turnover), day, reason);
    for (funder, amount) in &returned.discounts {
        let bearer = (funder, AccountKind::Discount);
        journal.post(customers, bearer, (&money, *amount), day, Reason::DiscountRefund);
        if funder != merchant {
            let (from, to) = ((merchant, AccountKind::Settlement), (funder, AccountKind::Settlement));
            journal.post(from, to, (&money, *amount), day, Reason::DiscountFunding);
        }
    }
    journal.events.push(Event::PurchaseRefunded {
        purchase: id.clone(),
        store: purchase.store.clone(),
        clerk: purchase.clerk.clone(),
        net: returned.net,
        cash: returned.net.minus(returned.tender_value)?,
        points: returned.tender_points,
    });
    Ok(())
}

/// Points that had paid go back to their lots, and their money is reversed.
fn return_tender(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    purchase: &mut Purchase,
    points: Amount,
) -> Result<(), Halt> {
    let (day, today) = (purchase.day, decision.today);
    let grace = i32::try_from(purchase.refunds.grace_days).ok().filter(|days| *days > 0);
    let Some(FrozenTender { parts }) = &mut purchase.tender else { return Ok(()) };
    let weights: Vec<u128> = parts.iter().map(|part| u128::from(part.lot.points.get().unsigned_abs())).collect();
    let shares = allocate(points, &weights)?;
    for (part, share) in parts.iter_mut().zip(shares).filter(|(_, share)| share.is_positive()) {
        part.lot.points = part.lot.points.minus(share)?;
        let mut lot = part.lot.clone();
        lot.points = share;
        let to = (&account.id.clone(), AccountKind::Spendable);
        take_back(&mut decision.journal, &purchase.merchant, to, (&lot, share), part.paid, day)?;
        if lot.expires.is_some_and(|last| last <= today)
            && let Some(days) = grace
        {
            lot.expires = today.plus_days(days);
        }
        restore(account, &mut decision.journal, lot, today)?;
    }
    parts.retain(|part| part.lot.points.is_positive());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::FrozenDiscount;

    fn amount(units: i64) -> Amount {
        Amount::new(units).unwrap()
    }

    fn line(n: u32, quantity: i64, net: i64) -> FrozenLine {
        FrozenLine {
            n,
            quantity: amount(quantity),
            net: amount(net),
            turnover: amount(net),
            discounts: Vec::new(),
            tender_value: Amount::ZERO,
            tender_points: Amount::ZERO,
            awards: Vec::new(),
            payouts: Vec::new(),
        }
    }

    /// Place, share, whole and units; or code and path.
    type Told = Result<Vec<(usize, i64, i64, i64)>, (Code, String)>;

    fn told(what: &[RefundWhat], lines: &[FrozenLine]) -> Told {
        match shares(what, lines) {
            Ok(shares) => {
                Ok(shares.iter().map(|one| (one.place, one.share.get(), one.whole.get(), one.quantity.get())).collect())
            }
            Err(Halt::Rejected(no)) => Err((no.code, no.path)),
            Err(needs) => panic!("{needs:?}"),
        }
    }

    #[test]
    fn a_refund_names_a_share_of_each_line() {
        let lines = [line(3, 2, 1_000), line(5, 0, 0), line(8, 1, 500), line(9, 4, -20)];
        let whole = [RefundWhat::Whole {}];
        assert_eq!(told(&whole, &lines), Ok(vec![(0, 1, 1, 2), (2, 1, 1, 1), (3, 1, 1, 4)]));
        // 100 over 1000 and 500: 66.67 and 33.33; what costs nothing, or less, has no part.
        let hundred = [RefundWhat::Amount { amount: amount(100) }];
        assert_eq!(told(&hundred, &lines), Ok(vec![(0, 67, 1_000, 0), (2, 33, 500, 0)]));
        // By rising number, whatever the order of the command.
        let (one, money) = (amount(1), amount(400));
        let named =
            [RefundWhat::LineAmount { line: 8, amount: money }, RefundWhat::Quantity { line: 3, quantity: one }];
        assert_eq!(told(&named, &lines), Ok(vec![(0, 1, 2, 1), (2, 400, 500, 0)]));
    }

    #[test]
    fn more_than_remains_is_refused() {
        let lines = [line(3, 2, 1_000), line(8, 1, 500)];
        let exceeds = |place: usize| Err((Code::RefundExceeds, format!("returned[{place}]")));
        let quantity = |line: u32, units: i64| RefundWhat::Quantity { line, quantity: amount(units) };
        let money = |line: u32, units: i64| RefundWhat::LineAmount { line, amount: amount(units) };
        assert_eq!(told(&[RefundWhat::Amount { amount: amount(1_501) }], &lines), exceeds(0));
        assert!(told(&[RefundWhat::Amount { amount: amount(1_500) }], &lines).is_ok());
        assert_eq!(told(&[quantity(3, 2), quantity(8, 2)], &lines), exceeds(1));
        assert_eq!(told(&[money(3, 1_001)], &lines), exceeds(0));
        assert_eq!(told(&[money(4, 1)], &lines), Err((Code::UnknownLine, "returned[0].line".to_owned())));
        assert_eq!(told(&[RefundWhat::Whole {}], &[line(1, 0, 0)]), exceeds(0));
    }

    #[test]
    fn a_part_moves_from_what_remains_to_what_returns_and_the_last_one_empties_it() {
        // 5 over 3 units: 1.67, then 3 over 2: 1.5, an exact half, then the rest.
        let (mut left, mut back) = (amount(5), Amount::ZERO);
        let mut moved = Vec::new();
        for whole in [3, 2, 1] {
            let share = Share { place: 0, share: amount(1), whole: amount(whole), quantity: amount(1) };
            let before = back;
            move_share(share, &mut left, &mut back).unwrap();
            moved.push(back.minus(before).unwrap().get());
        }
        assert_eq!((moved, left.get(), back.get()), (vec![2, 2, 1], 0, 5));
        // What is below zero mirrors it.
        let (mut left, mut back) = (amount(-5), Amount::ZERO);
        let third = Share { place: 0, share: amount(1), whole: amount(3), quantity: amount(1) };
        move_share(third, &mut left, &mut back).unwrap();
        assert_eq!((left.get(), back.get()), (-3, -2));
    }

    #[test]
    fn a_line_is_empty_when_no_figure_is_left() {
        assert!(is_empty(&line(1, 0, 0)));
        assert!(!is_empty(&line(1, 1, 0)) && !is_empty(&line(1, 0, -1)));
        let awarded = FrozenLine { awards: vec![Amount::ZERO, amount(1)], ..line(1, 0, 0) };
        let paid = FrozenLine { payouts: vec![amount(1)], ..line(1, 0, 0) };
        let discount = FrozenDiscount { funder: "a".parse().unwrap(), amount: amount(1), voucher: None };
        let discounted = FrozenLine { discounts: vec![discount], ..line(1, 0, 0) };
        assert!(![awarded, paid, discounted].iter().any(is_empty));
    }
}
