//! Awards: what the rules gave is cut by caps, budgets and float, drawn from blocks and put into lots.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{AccountDraft, Halt, Record, StockDraft};
use crate::decision::Decision;
use crate::earn::{Bucket, Budget, CutTrace, Cutter, EarnTrace, Funder, RatedAward, Rating, Spendable};
use crate::lots::settle_in;
use crate::nouns::{
    AccountKind, AwardPart, AwardSource, BudgetUse, Code, Event, FrozenAward, Key, Lot, LotState, Reason,
};
use crate::organisation::OnShortage;
use crate::supply::supply_kind;
use crate::values::{Amount, Day, Id, Overflow, allocate, whole_weights};

/// An award as a refund will need it, and its points by line.
pub(super) type Given = (FrozenAward, Vec<Amount>);

/// Where and for what points are awarded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion<'a> {
    /// The merchant; activities may have none.
    pub merchant: Option<&'a Id>,
    /// The store.
    pub store: Option<&'a Id>,
    /// The purchase, for awards that await its confirmation.
    pub purchase: Option<&'a Id>,
    /// The activity.
    pub activity: Option<&'a Id>,
    /// The lane of stock and budgets.
    pub lane: &'a Id,
    /// What else the same rounds are to load.
    pub also: &'a [Key],
}

impl Occasion<'_> {
    fn funder(&self, decision: &Decision<'_>, funder: &Funder) -> Result<Id, Halt> {
        let at_merchant = || self.merchant.cloned().ok_or_else(|| Halt::reject(Code::UnknownParty, "merchant"));
        match funder {
            Funder::Merchant {} => at_merchant(),
            Funder::Store {} => self.store.cloned().map_or_else(at_merchant, Ok),
            Funder::Operator {} => Ok(decision.operator().clone()),
            Funder::Party { id } => Ok(id.clone()),
        }
    }
}

/// Points that could be drawn, in the order of drawing, and what a point of each costs a budget in money.
struct Plan {
    sources: Vec<(Amount, Amount)>,
    available: Amount,
}

/// Points that were drawn from one source.
struct Piece {
    source: AwardSource,
    unit_cost: Amount,
    budget_cost: Amount,
    points: Amount,
}

/// A funder with its terms for the day.
struct Payer {
    id: Id,
    kind: AccountKind,
    on_shortage: OnShortage,
    /// What it owes for a point on account, if its terms let it.
    postpaid: Option<Amount>,
}

struct Desk<'d, 'a> {
    decision: &'d mut Decision<'a>,
    occasion: Occasion<'d>,
    /// What it draws from: seldom more than one.
    stocks: Vec<StockDraft>,
    budgets: BTreeMap<Id, Budget>,
    /// Campaigns whose budget this decision used.
    used: BTreeSet<Id>,
}

/// Gives what a rating wants, award by award. The frozen awards and, for each, its points by line.
pub(super) fn award(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    occasion: Occasion<'_>,
    rating: Rating,
) -> Result<Vec<Given>, Halt> {
    let rules = decision.rules;
    if let Some(trace) = &mut decision.trace {
        trace.lines = rating.lines;
    }
    let mut funders = Vec::with_capacity(rating.awards.len());
    for award in &rating.awards {
        let bucket = rules.plan().bucket(award.bucket).ok_or(Overflow)?;
        funders.push((bucket, occasion.funder(decision, &bucket.funder)?));
    }
    let mut desk =
        Desk { decision, occasion, stocks: Vec::with_capacity(1), budgets: BTreeMap::new(), used: BTreeSet::new() };
    let payers = desk.load(&funders)?;
    let day = desk.decision.day;
    let mut cutter = Cutter::new(rules.plan(), day, occasion.activity, account.counters());
    let mut given = Vec::with_capacity(rating.awards.len());
    for ((rated, (bucket, _)), payer) in rating.awards.iter().zip(&funders).zip(&payers) {
        given.extend(desk.one(account, &mut cutter, rated, bucket, payer)?);
    }
    let Desk { decision, stocks, budgets, used, .. } = desk;
    tell_nothing(decision, occasion, &rating.nothing);
    for (campaign, budget) in budgets.into_iter().filter(|(campaign, _)| used.contains(campaign)) {
        let key = Key::Budget { campaign, lane: occasion.lane.clone() };
        decision.write(key, Record::Budget(Box::new(budget)))?;
    }
    for stock in stocks {
        decision.write_stock(stock);
    }
    Ok(given)
}

impl Desk<'_, '_> {
    /// Loads what the awards are paid from: two rounds, the second for the operator's stock where a funder is postpaid.
    fn load(&mut self, funders: &[(&Bucket, Id)]) -> Result<Vec<Payer>, Halt> {
        let lane = self.occasion.lane.clone();
        let stock_key = |party: &Id| Key::Stock { party: party.clone(), lane: lane.clone() };
        let budget_of = |bucket: &Bucket| {
            let campaign = bucket.campaign.as_ref()?;
            (campaign.budget_points.is_some() || campaign.budget_money.is_some()).then(|| campaign.id.clone())
        };
        let parties = funders.iter().flat_map(|(_, funder)| [Key::Party(funder.clone()), stock_key(funder)]);
        let budgets = funders.iter().filter_map(|(bucket, _)| budget_of(bucket));
        let budget_keys = budgets.map(|campaign| Key::Budget { campaign, lane: lane.clone() });
        self.decision.view.want_along(parties.chain(budget_keys), self.occasion.also.iter().cloned())?;
        let mut payers = Vec::with_capacity(funders.len());
        for (bucket, funder) in funders {
            let unknown = || Halt::reject(Code::UnknownParty, Key::Party(funder.clone()).to_string());
            let party = self.decision.view.party(funder)?.ok_or_else(unknown)?;
            let terms = party.terms_on(self.decision.day);
            let on_shortage = terms.map(|terms| terms.on_shortage).unwrap_or_default();
            let price = terms.and_then(|terms| terms.postpaid_price.get(&bucket.asset)).copied();
            let own = funder == self.decision.operator();
            let postpaid = price.filter(|_| on_shortage == OnShortage::Postpaid && !own);
            let kind = supply_kind(party.kind());
            payers.push(Payer { id: funder.clone(), kind, on_shortage, postpaid });
            if let Some(campaign) = budget_of(bucket)
                && !self.budgets.contains_key(&campaign)
            {
                let budget = self.decision.view.budget(&campaign, &lane)?.cloned().unwrap_or_default();
                self.budgets.insert(campaign, budget);
            }
        }
        let operator = self.decision.operator();
        if payers.iter().any(|payer| payer.postpaid.is_some()) {
            self.decision.view.want_along([stock_key(operator)], self.occasion.also.iter().cloned())?;
            self.stocks.push(self.decision.stock(operator, &lane)?);
        }
        for payer in &payers {
            if self.stock(&payer.id).is_none() {
                self.stocks.push(self.decision.stock(&payer.id, &lane)?);
            }
        }
        Ok(payers)
    }

    fn stock(&self, party: &Id) -> Option<&StockDraft> {
        self.stocks.iter().find(|stock| stock.party == *party)
    }

    fn stock_mut(&mut self, party: &Id) -> Option<&mut StockDraft> {
        self.stocks.iter_mut().find(|stock| stock.party == *party)
    }

    fn one(
        &mut self,
        account: &mut AccountDraft<'_>,
        cutter: &mut Cutter<'_>,
        rated: &RatedAward,
        bucket: &Bucket,
        payer: &Payer,
    ) -> Result<Option<Given>, Halt> {
        let mut cut = cutter.cut(bucket, rated.wanted)?;
        let plan = self.plan(bucket, payer)?;
        self.cut_by_budget(bucket, &plan, &mut cut.traces, &mut cut.points)?;
        self.cut_by_float(payer, &plan, &mut cut.traces, &mut cut.points)?;
        let given = cut.points;
        if let Some(last) = cut.traces.last() {
            self.decision.journal.events.push(Event::AwardCut {
                account: account.id.clone(),
                asset: bucket.asset.clone(),
                by: last.by.clone(),
                wanted: rated.wanted,
                given,
            });
        }
        if let Some(trace) = &mut self.decision.trace {
            trace.awards.push(earn_trace(rated, bucket, &payer.id, cut.traces, given));
        }
        let counted = cutter.count(bucket, given)?;
        if !given.is_positive() {
            return Ok(None);
        }
        for window in &counted {
            account.count(window, given)?;
        }
        let pieces = self.draw(bucket, payer, given)?;
        self.use_budget(bucket, &pieces)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(self.put(account, bucket, payer, piece)?);
        }
        let by_line = allocate(given, &whole_weights(&rated.lines)?)?;
        let budget = bucket.campaign.as_ref().filter(|campaign| self.budgets.contains_key(&campaign.id));
        let frozen = FrozenAward {
            asset: bucket.asset.clone(),
            funder: payer.id.clone(),
            campaign: bucket.campaign.as_ref().map(|campaign| campaign.id.clone()),
            expiry: bucket.expiry.clone(),
            counted,
            budget: budget
                .map(|campaign| BudgetUse { campaign: campaign.id.clone(), lane: self.occasion.lane.clone() }),
            parts,
        };
        Ok(Some((frozen, by_line)))
    }

    /// What the funder could give: its blocks, earliest first, then the operator's on account.
    fn plan(&self, bucket: &Bucket, payer: &Payer) -> Result<Plan, Halt> {
        let own = payer.id == *self.decision.operator();
        let reimbursement = self.decision.rules.reimbursement(&bucket.asset);
        let mut sources: Vec<(Amount, Amount)> = Vec::new();
        if let Some(stock) = self.stock(&payer.id) {
            let blocks = stock.blocks(&bucket.asset);
            sources.extend(blocks.map(|block| (block.points, if own { reimbursement } else { block.unit_price })));
        }
        if let (Some(price), Some(stock)) = (payer.postpaid, self.stock(self.decision.operator())) {
            sources.push((stock.points(&bucket.asset), price));
        }
        // Counted up to the largest amount: no award is more.
        let count = |sum: Amount, (points, _): &(Amount, Amount)| sum.plus(*points).unwrap_or(Amount::MAX);
        let available = sources.iter().fold(Amount::ZERO, count);
        Ok(Plan { sources, available })
    }

    fn cut_by_budget(
        &self,
        bucket: &Bucket,
        plan: &Plan,
        traces: &mut Vec<CutTrace>,
        points: &mut Amount,
    ) -> Result<(), Halt> {
        let Some(campaign) = &bucket.campaign else { return Ok(()) };
        let Some(budget) = self.budgets.get(&campaign.id) else { return Ok(()) };
        let main = *self.occasion.lane == self.decision.lane(None);
        if let Some(left) = budget.points_left(campaign.budget_points, main)? {
            reduce(points, left, traces, || format!("budget/{}/points", campaign.id));
        }
        if let Some(money) = budget.money_left(campaign.budget_money, main)? {
            let affordable = affordable(plan, money)?;
            if let Some(left) = affordable {
                reduce(points, left, traces, || format!("budget/{}/money", campaign.id));
            }
        }
        Ok(())
    }

    fn cut_by_float(
        &self,
        payer: &Payer,
        plan: &Plan,
        traces: &mut Vec<CutTrace>,
        points: &mut Amount,
    ) -> Result<(), Halt> {
        if *points <= plan.available {
            return Ok(());
        }
        let left = match payer.on_shortage {
            OnShortage::Reduce | OnShortage::Postpaid => plan.available,
            OnShortage::None => Amount::ZERO,
            OnShortage::Refuse => {
                let key = Key::Stock { party: payer.id.clone(), lane: self.occasion.lane.clone() };
                return Err(Halt::reject(Code::AwardRefused, key.to_string()));
            }
        };
        reduce(points, left, traces, || format!("float/{}", payer.id));
        Ok(())
    }

    fn draw(&mut self, bucket: &Bucket, payer: &Payer, points: Amount) -> Result<Vec<Piece>, Halt> {
        let operator = self.decision.operator();
        let own = payer.id == *operator;
        let reimbursement = self.decision.rules.reimbursement(&bucket.asset);
        let mut left = points;
        let mut pieces = Vec::new();
        if let Some(stock) = self.stock_mut(&payer.id) {
            for block in stock.draw(&bucket.asset, left)? {
                left = left.minus(block.points)?;
                pieces.push(Piece {
                    source: AwardSource::Block { id: block.id, booked: block.booked, unit_price: block.unit_price },
                    unit_cost: block.backing,
                    budget_cost: if own { reimbursement } else { block.unit_price },
                    points: block.points,
                });
            }
        }
        if let (true, Some(price), Some(stock)) = (left.is_positive(), payer.postpaid, self.stock_mut(operator)) {
            for block in stock.draw(&bucket.asset, left)? {
                pieces.push(Piece {
                    source: AwardSource::Postpaid { id: block.id, booked: block.booked },
                    unit_cost: price,
                    budget_cost: price,
                    points: block.points,
                });
            }
        }
        Ok(pieces)
    }

    fn use_budget(&mut self, bucket: &Bucket, pieces: &[Piece]) -> Result<(), Halt> {
        let Some(campaign) = &bucket.campaign else { return Ok(()) };
        if let Some(budget) = self.budgets.get_mut(&campaign.id) {
            self.used.insert(campaign.id.clone());
            for piece in pieces {
                budget.used_points = budget.used_points.plus(piece.points)?;
                budget.used_money = budget.used_money.plus(piece.points.times(piece.budget_cost)?)?;
            }
        }
        Ok(())
    }

    /// Posts one piece and puts it into its lot.
    fn put(
        &mut self,
        account: &mut AccountDraft<'_>,
        bucket: &Bucket,
        payer: &Payer,
        piece: Piece,
    ) -> Result<AwardPart, Halt> {
        let lot = self.lot(bucket, payer, &piece)?;
        let (active, state, owner) = (lot.active, lot.state, account.id.clone());
        let (id, expires) = account.put(lot)?;
        let day = self.decision.day;
        let operator = self.decision.operator();
        let journal = &mut self.decision.journal;
        let what = (&bucket.asset, piece.points);
        if matches!(piece.source, AwardSource::Postpaid { .. }) {
            journal.post((operator, AccountKind::Stock), (&payer.id, payer.kind), what, day, Reason::Postpaid);
            let owed = piece.points.times(piece.unit_cost)?;
            let (debtor, backing) = ((&payer.id, AccountKind::Settlement), (operator, AccountKind::Backing));
            journal.post_fine(debtor, backing, owed, day, Reason::Postpaid);
        }
        let kind = if state == LotState::Spendable { AccountKind::Spendable } else { AccountKind::Pending };
        journal.post((&payer.id, payer.kind), (&owner, kind), what, day, Reason::Award);
        journal.events.push(Event::PointsEarned {
            account: owner,
            asset: bucket.asset.clone(),
            points: piece.points,
            funder: payer.id.clone(),
            campaign: bucket.campaign.as_ref().map(|campaign| campaign.id.clone()),
            lot: id,
            active,
            expires,
        });
        if state == LotState::Spendable {
            settle_in(account, journal, (id, piece.points), day, self.decision.today)?;
        }
        Ok(AwardPart {
            source: piece.source,
            lot: id,
            expires,
            unit_cost: piece.unit_cost,
            budget_cost: piece.budget_cost,
            points: piece.points,
        })
    }

    fn lot(&mut self, bucket: &Bucket, payer: &Payer, piece: &Piece) -> Result<Lot, Halt> {
        let (day, today) = (self.decision.day, self.decision.today);
        let (active, state, awaits) = match &bucket.spendable {
            Spendable::AtOnce {} => (day, LotState::Spendable, None),
            Spendable::AfterDays { days } => {
                let active = after_days(day, *days)?;
                (active, if active <= today { LotState::Spendable } else { LotState::Pending }, None)
            }
            Spendable::OnConfirmation {} => (day, LotState::Pending, self.occasion.purchase.cloned()),
        };
        let undecided = awaits.is_some() && bucket.expiry.counts_from_spendable();
        Ok(Lot {
            id: self.decision.journal.next_lot(),
            asset: bucket.asset.clone(),
            funder: payer.id.clone(),
            unit_cost: piece.unit_cost,
            reimbursement: self.decision.rules.reimbursement(&bucket.asset),
            active,
            expires: if undecided { None } else { bucket.expiry.expires(day, active) },
            campaign: bucket.campaign.as_ref().map(|campaign| campaign.id.clone()),
            state,
            awaits,
            points: piece.points,
        })
    }
}

fn after_days(day: Day, days: u32) -> Result<Day, Halt> {
    let later = day.days_later(days);
    later.ok_or_else(|| Halt::reject(Code::InvalidPeriod, "at"))
}

fn reduce(points: &mut Amount, left: Amount, traces: &mut Vec<CutTrace>, by: impl Fn() -> String) {
    if left < *points {
        traces.push(CutTrace { by: by(), from: *points, to: left });
        *points = left;
    }
}

/// How many points, drawn in order, a budget in money can pay; `None` if it can pay all that could be drawn.
fn affordable(plan: &Plan, money: Amount) -> Result<Option<Amount>, Overflow> {
    let (mut left, mut points) = (money, Amount::ZERO);
    for (available, cost) in &plan.sources {
        let within = if cost.is_positive() { left.get().checked_div(cost.get()).unwrap_or(0) } else { i64::MAX };
        let taken = if within < available.get() { Amount::new(within)? } else { *available };
        // Counted up to the largest amount, as above: what stocks hold together may be more.
        points = points.plus(taken).unwrap_or(Amount::MAX);
        if taken < *available {
            return Ok(Some(points));
        }
        left = left.minus(taken.times(*cost)?)?;
    }
    Ok(None)
}

/// Writes down what came to less than a point.
fn tell_nothing(decision: &mut Decision<'_>, occasion: Occasion<'_>, nothing: &[RatedAward]) {
    for rated in nothing {
        let Some(bucket) = decision.rules.plan().bucket(rated.bucket) else { continue };
        let Ok(funder) = occasion.funder(decision, &bucket.funder) else { continue };
        if let Some(trace) = &mut decision.trace {
            trace.awards.push(earn_trace(rated, bucket, &funder, Vec::new(), Amount::ZERO));
        }
    }
}

fn earn_trace(rated: &RatedAward, bucket: &Bucket, funder: &Id, cuts: Vec<CutTrace>, given: Amount) -> EarnTrace {
    EarnTrace {
        asset: bucket.asset.clone(),
        rank: rated.rank_id.clone(),
        campaign: bucket.campaign.as_ref().map(|campaign| campaign.id.clone()),
        funder: funder.clone(),
        gave: rated.gave.clone(),
        line_cuts: rated.line_cuts.clone(),
        lines: rated.lines.iter().map(|value| value.text()).collect(),
        exact: rated.exact.text(),
        rounded: rated.wanted,
        cuts,
        given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(units: i64) -> Amount {
        Amount::new(units).unwrap()
    }

    #[test]
    fn a_budget_in_money_pays_blocks_in_their_order_until_a_point_is_too_dear() {
        // 100 at 3, 20 for nothing, 50 at 10: all of it costs 800.
        let sources = vec![(amount(100), amount(3)), (amount(20), Amount::ZERO), (amount(50), amount(10))];
        let plan = Plan { sources, available: amount(170) };
        let pays = |money: i64| affordable(&plan, amount(money)).unwrap().map(|points| points.get());
        assert_eq!([0, 2, 3, 250, 299].map(pays), [0, 0, 1, 83, 99].map(Some));
        assert_eq!([300, 309, 310, 799].map(pays), [120, 120, 121, 169].map(Some));
        assert_eq!([800, 801].map(pays), [None, None]);
    }

    #[test]
    fn a_cut_is_told_only_where_it_cuts() {
        let (mut points, mut traces) = (amount(100), Vec::new());
        for left in [100, 120, 60, 60, 0] {
            reduce(&mut points, amount(left), &mut traces, || format!("to {left}"));
        }
        let told: Vec<_> = traces.iter().map(|cut| (cut.by.as_str(), cut.from.get(), cut.to.get())).collect();
        assert_eq!((told, points), (vec![("to 60", 100, 60), ("to 0", 60, 0)], Amount::ZERO));
    }
}
