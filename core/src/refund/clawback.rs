//! Clawback: earned points go back from the very lots that hold them to the very blocks they were drawn from; what is
//! spent becomes a debt, or its funder's loss.

use std::collections::BTreeMap;

use crate::book::{AccountDraft, Halt, Record, StockDraft};
use crate::decision::Decision;
use crate::earn::Budget;
use crate::nouns::{
    AccountKind, AwardPart, AwardSource, Block, ClawbackPolicy, Debt, Event, FrozenAward, Key, LotState, Purchase,
    Reason, ShortfallPolicy,
};
use crate::supply::supply_kind;
use crate::values::{Amount, Day, Id, allocate};

struct Clawback<'d, 'a, 'p> {
    decision: &'d mut Decision<'a>,
    purchase: &'p Purchase,
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
    let mut clawback = Clawback { decision, purchase, stocks: BTreeMap::new(), budgets: BTreeMap::new() };
    for (award, points) in awards.iter_mut().zip(points).filter(|(_, points)| points.is_positive()) {
        clawback.award(account, award, *points)?;
    }
    let Clawback { decision, stocks, budgets, .. } = clawback;
    for (key, budget) in budgets {
        decision.write(key, Record::Budget(Box::new(budget)))?;
    }
    for stock in stocks.into_values() {
        decision.write_stock(stock);
    }
    purchase.awards = awards;
    Ok(())
}

impl Clawback<'_, '_, '_> {
    fn award(&mut self, account: &mut AccountDraft<'_>, award: &mut FrozenAward, points: Amount) -> Result<(), Halt> {
        for counted in &award.counted {
            account.count(counted, points.negated())?;
        }
        let weights: Vec<u128> = award.parts.iter().map(|part| u128::from(part.points.get().unsigned_abs())).collect();
        let shares = allocate(points, &weights)?;
        let (mut spent, mut expired) = (Amount::ZERO, Amount::ZERO);
        for place in 0..award.parts.len() {
            let (Some(part), Some(share)) = (award.parts.get(place).cloned(), shares.get(place).copied()) else {
                continue;
            };
            if !share.is_positive() {
                continue;
            }
            self.give_back_budget(award, &part, share)?;
            let held = account.lot(part.lot).map_or(Amount::ZERO, |lot| lot.points);
            let taken = held.min(share);
            if taken.is_positive() {
                self.take(account, award, &part, taken)?;
            }
            let short = share.minus(taken)?;
            if part.expires.is_some_and(|last| last <= self.decision.today) {
                expired = expired.plus(short)?;
            } else {
                spent = spent.plus(short)?;
            }
            if let Some(part) = award.parts.get_mut(place) {
                part.points = part.points.minus(share)?;
            }
        }
        self.shortfall(account, award, spent, expired);
        Ok(())
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
        self.decision.journal.post((&owner, kind), funder, (&award.asset, points), day, Reason::Clawback);
        match self.purchase.refunds.unspent_points {
            ClawbackPolicy::Burn => self.burn(funder, award, part, points, day)?,
            ClawbackPolicy::Return => self.give_back(funder, award, part, points, day)?,
        }
        let asset = award.asset.clone();
        self.decision.journal.events.push(Event::PointsClawedBack { account: owner, asset, points, lot: part.lot });
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
    fn shortfall(&mut self, account: &mut AccountDraft<'_>, award: &FrozenAward, spent: Amount, expired: Amount) {
        let (owner, asset) = (account.id.clone(), award.asset.clone());
        let journal = &mut self.decision.journal;
        if expired.is_positive() {
            let (account, asset) = (owner.clone(), asset.clone());
            journal.events.push(Event::ClawbackExpired { account, asset, points: expired });
        }
        if !spent.is_positive() {
            return;
        }
        let funder = award.funder.clone();
        match self.purchase.refunds.spent_points {
            ShortfallPolicy::FunderBears => {
                journal.events.push(Event::ClawbackBorne { account: owner, asset, points: spent, funder });
            }
            ShortfallPolicy::Debt => {
                let id = journal.next_debt();
                let debt = Debt { id, asset: asset.clone(), creditor: funder.clone(), points: spent };
                account.debts_mut().push(debt);
                let event = Event::DebtIncurred { account: owner, debt: id, asset, points: spent, creditor: funder };
                journal.events.push(event);
            }
        }
    }
}
