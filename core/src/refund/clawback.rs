//! Clawback: earned points go back from the very lots that hold them to the very blocks they were drawn from; what is
//! spent becomes a debt, or its funder's loss.

use std::collections::BTreeMap;

use crate::book::{AccountDraft, Halt, Record, StockDraft};
use crate::decision::Decision;
use crate::earn::Budget;
use crate::nouns::{
    AccountKind, AwardPart, AwardSource, Block, ClawbackPolicy, Debt, Event, FrozenAward, Key, Lot, LotState,
    PayoutRole, Purchase, Reason, ShortfallPolicy,
};
use crate::supply::supply_kind;
use crate::values::{Amount, Day, Id, Overflow, allocate};

/// Points that are no longer in their lot.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    expired: Amount,
    /// Spent, and its funder's loss.
    borne: Amount,
    /// A debt of the account.
    owed: Amount,
}

impl Short {
    /// What stays given, so that caps and budgets go on counting it: only what is owed may come back.
    fn kept(&self) -> Result<Amount, Overflow> {
        self.expired.plus(self.borne)
    }

    /// Takes in a part's; gives what of this stays given.
    fn add(&mut self, part: Short) -> Result<Amount, Overflow> {
        self.expired = self.expired.plus(part.expired)?;
        self.borne = self.borne.plus(part.borne)?;
        self.owed = self.owed.plus(part.owed)?;
        part.kept()
    }
}

struct Clawback<'d, 'a, 'p> {
    decision: &'d mut Decision<'a>,
    purchase: &'p Purchase,
    /// Why points and money go back.
    reason: Reason,
    /// What becomes of what is spent.
    spent: ShortfallPolicy,
    stocks: BTreeMap<Id, StockDraft>,
    budgets: BTreeMap<Key, Budget>,
}

/// Takes back `points[i]` of award `i`, part by part over what remains of its parts.
pub(super) fn claw_back(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    purchase: &mut Purchase,
    points: &[Amount],
) -> Result<(), Halt> {
    let mut awards = core::mem::take(&mut purchase.awards);
    let mut clawback = Clawback::new(decision, purchase, Reason::Clawback, purchase.refunds.spent_points);
    for (award, points) in awards.iter_mut().zip(points).filter(|(_, points)| points.is_positive()) {
        clawback.award(account, award, *points)?;
    }
    clawback.close()?;
    purchase.awards = awards;
    Ok(())
}

/// Takes back `amounts[i]` of payout `i` from whoever earned it.
pub(super) fn take_back_payouts(
    decision: &mut Decision<'_>,
    purchase: &mut Purchase,
    amounts: &[Amount],
) -> Result<(), Halt> {
    let mut payouts = core::mem::take(&mut purchase.payouts);
    for (payout, amount) in payouts.iter_mut().zip(amounts).filter(|(_, amount)| amount.is_positive()) {
        let mut account = decision.payee(&payout.account)?;
        let reason = match payout.role {
            PayoutRole::Subsidy => Reason::CashSubsidyRefund,
            PayoutRole::Referral | PayoutRole::Sale | PayoutRole::Upline2 | PayoutRole::Upline3 => {
                Reason::CommissionRefund
            }
        };
        let mut clawback = Clawback::new(decision, purchase, reason, payout.withdrawn);
        clawback.award(&mut account, &mut payout.award, *amount)?;
        clawback.close()?;
        decision.write_account(account);
    }
    purchase.payouts = payouts;
    Ok(())
}

impl<'d, 'a, 'p> Clawback<'d, 'a, 'p> {
    fn new(decision: &'d mut Decision<'a>, purchase: &'p Purchase, reason: Reason, spent: ShortfallPolicy) -> Self {
        Self { decision, purchase, reason, spent, stocks: BTreeMap::new(), budgets: BTreeMap::new() }
    }

    /// Notes what was given back to.
    fn close(self) -> Result<(), Halt> {
        for (key, budget) in self.budgets {
            self.decision.write(key, Record::Budget(Box::new(budget)))?;
        }
        for stock in self.stocks.into_values() {
            self.decision.write_stock(stock);
        }
        Ok(())
    }

    fn award(&mut self, account: &mut AccountDraft<'_>, award: &mut FrozenAward, points: Amount) -> Result<(), Halt> {
        let weights: Vec<u128> = award.parts.iter().map(|part| u128::from(part.points.get().unsigned_abs())).collect();
        let shares = allocate(points, &weights)?;
        let mut short = Short::default();
        for place in 0..award.parts.len() {
            let (Some(part), Some(share)) = (award.parts.get(place).cloned(), shares.get(place).copied()) else {
                continue;
            };
            if !share.is_positive() {
                continue;
            }
            let taken = match part.source {
                AwardSource::Settlement {} => self.take_money(account, award, &part, share)?,
                AwardSource::Block { .. } | AwardSource::Postpaid { .. } => {
                    let held = account.lot(part.lot).map_or(Amount::ZERO, |lot| lot.points);
                    let taken = held.min(share);
                    if taken.is_positive() {
                        self.take(account, award, &part, taken)?;
                    }
                    taken
                }
            };
            let kept = short.add(self.missing(account, &part, share.minus(taken)?)?)?;
            self.give_back_budget(award, &part, share.minus(kept)?)?;
            if let Some(part) = award.parts.get_mut(place) {
                part.points = part.points.minus(share)?;
            }
        }
        let lowered = points.minus(short.kept()?)?;
        for counted in &award.counted {
            account.count(counted, lowered.negated())?;
        }
        self.shortfall(account, award, &short);
        Ok(())
    }

    /// What became of points of a part that are not in their lot. What lies in holds is neither expired nor spent for good: it is
    /// owed under either policy.
    fn missing(&self, account: &mut AccountDraft<'_>, part: &AwardPart, points: Amount) -> Result<Short, Halt> {
        let past = part.expires.is_some_and(|last| last <= self.decision.today);
        if !past && self.spent == ShortfallPolicy::Debt {
            return Ok(Short { owed: points, ..Short::default() });
        }
        let owed = account.count_held(part.lot, points)?;
        let rest = points.minus(owed)?;
        Ok(if past {
            Short { owed, expired: rest, ..Short::default() }
        } else {
            Short { owed, borne: rest, ..Short::default() }
        })
    }

    fn give_back_budget(&mut self, award: &FrozenAward, part: &AwardPart, points: Amount) -> Result<(), Halt> {
        let Some(used) = &award.budget else { return Ok(()) };
        let key = Key::Budget { campaign: used.campaign.clone(), lane: used.lane.clone() };
        let mut budget = match self.budgets.remove(&key) {
            Some(budget) => budget,
            None => self.decision.view.budget(&used.campaign, &used.lane)?.cloned().unwrap_or_default(),
        };
        budget.used_points = budget.used_points.minus(points)?;
        budget.used_money = budget.used_money.minus(points.times(part.budget_cost)?)?;
        self.budgets.insert(key, budget);
        Ok(())
    }

    /// Takes money back: out of its lot, then out of what is available of the same payer, which it may have joined. Gives
    /// how much was there.
    fn take_money(
        &mut self,
        account: &mut AccountDraft<'_>,
        award: &FrozenAward,
        part: &AwardPart,
        amount: Amount,
    ) -> Result<Amount, Halt> {
        let joined =
            |lot: &&Lot| lot.asset == award.asset && lot.funder == award.funder && lot.state == LotState::Spendable;
        let mut lots: Vec<Lot> = account.lots().filter(|lot| lot.id == part.lot || joined(lot)).cloned().collect();
        lots.sort_by_key(|lot| (lot.id != part.lot, lot.spend_order()));
        let (owner, day) = (account.id.clone(), self.purchase.day);
        let mut left = amount;
        for lot in lots {
            let taken = lot.points.min(left);
            if !taken.is_positive() {
                break;
            }
            account.take(lot.id, taken)?;
            left = left.minus(taken)?;
            let journal = &mut self.decision.journal;
            let (from, to) =
                ((&owner, journal.kind_of(&lot.asset, lot.state)), (&award.funder, AccountKind::Settlement));
            journal.post(from, to, (&award.asset, taken), day, self.reason);
            let (account, asset) = (owner.clone(), award.asset.clone());
            journal.events.push(Event::PayoutTakenBack { account, asset, amount: taken, lot: lot.id });
        }
        Ok(amount.minus(left)?)
    }

    /// Takes points out of their lot and puts them where the sale's policy says.
    fn take(
        &mut self,
        account: &mut AccountDraft<'_>,
        award: &FrozenAward,
        part: &AwardPart,
        points: Amount,
    ) -> Result<(), Halt> {
        let state = account.lot(part.lot).map_or(LotState::Spendable, |lot| lot.state);
        account.take(part.lot, points)?;
        let owner = account.id.clone();
        let kind = if state == LotState::Pending { AccountKind::Pending } else { AccountKind::Spendable };
        let day = self.purchase.day;
        let path = Key::Party(award.funder.clone()).to_string();
        let held_in = supply_kind(self.decision.view.known_party(&award.funder, &path)?.kind());
        // Through the funder in every case, so that what it awarded less what was taken back is a sum over its account.
        let funder = (&award.funder, held_in);
        self.decision.journal.post((&owner, kind), funder, (&award.asset, points), day, self.reason);
        match self.purchase.refunds.unspent_points {
            ClawbackPolicy::Burn => self.burn(funder, award, part, points, day)?,
            ClawbackPolicy::Return => self.give_back(funder, award, part, points, day)?,
        }
        let (asset, lot) = (award.asset.clone(), part.lot);
        self.decision.journal.events.push(match self.reason {
            Reason::Clawback => Event::PointsClawedBack { account: owner, asset, points, lot },
            _ => Event::PayoutTakenBack { account: owner, asset, amount: points, lot },
        });
        Ok(())
    }

    fn burn(
        &mut self,
        from: (&Id, AccountKind),
        award: &FrozenAward,
        part: &AwardPart,
        points: Amount,
        day: Day,
    ) -> Result<(), Halt> {
        let operator = self.decision.operator();
        let journal = &mut self.decision.journal;
        journal.post(from, (operator, AccountKind::Expired), (&award.asset, points), day, Reason::Expiry);
        let backing = points.times(part.unit_cost)?;
        let (kept, breakage) = ((operator, AccountKind::Backing), (operator, AccountKind::Breakage));
        journal.post_fine(kept, breakage, backing, day, Reason::Breakage);
        Ok(())
    }

    fn give_back(
        &mut self,
        from: (&Id, AccountKind),
        award: &FrozenAward,
        part: &AwardPart,
        points: Amount,
        day: Day,
    ) -> Result<(), Halt> {
        let operator = self.decision.operator().clone();
        let (holder, block) = match &part.source {
            AwardSource::Block { id, booked, unit_price } => {
                (award.funder.clone(), (*id, *booked, *unit_price, part.unit_cost))
            }
            AwardSource::Postpaid { id, booked } => (operator.clone(), (*id, *booked, Amount::ZERO, Amount::ZERO)),
            // Money came from no block.
            AwardSource::Settlement {} => return Ok(()),
        };
        let journal = &mut self.decision.journal;
        if matches!(part.source, AwardSource::Postpaid { .. }) {
            let stock = (&operator, AccountKind::Stock);
            journal.post(from, stock, (&award.asset, points), day, Reason::Postpaid);
            let owed = points.times(part.unit_cost)?;
            let (backing, debtor) = ((&operator, AccountKind::Backing), (&award.funder, AccountKind::Settlement));
            journal.post_fine(backing, debtor, owed, day, Reason::Postpaid);
        }
        if !self.stocks.contains_key(&holder) {
            self.stocks.insert(holder.clone(), self.decision.stock(&holder, &self.purchase.lane)?);
        }
        let (id, booked, unit_price, backing) = block;
        if let Some(stock) = self.stocks.get_mut(&holder) {
            stock.put_back(Block { id, booked, asset: award.asset.clone(), unit_price, backing, points })?;
        }
        Ok(())
    }

    /// Points that are no longer in their lot: expired, there is nothing to take back; spent, the policy of the sale.
    fn shortfall(&mut self, account: &mut AccountDraft<'_>, award: &FrozenAward, short: &Short) {
        let (owner, asset) = (account.id.clone(), award.asset.clone());
        let journal = &mut self.decision.journal;
        if short.expired.is_positive() {
            let (account, asset) = (owner.clone(), asset.clone());
            journal.events.push(Event::ClawbackExpired { account, asset, points: short.expired });
        }
        let funder = award.funder.clone();
        if short.borne.is_positive() {
            let (account, asset, funder) = (owner.clone(), asset.clone(), funder.clone());
            journal.events.push(Event::ClawbackBorne { account, asset, points: short.borne, funder });
        }
        if short.owed.is_positive() {
            let (id, points) = (journal.next_debt(), short.owed);
            account.debts_mut().push(Debt { id, asset: asset.clone(), creditor: funder.clone(), points });
            journal.events.push(Event::DebtIncurred { account: owner, debt: id, asset, points, creditor: funder });
        }
    }
}
