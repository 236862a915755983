//! A member account as a decision works on it: lots are borrowed until they are touched.

use std::collections::BTreeMap;

use super::change::{AccountPatch, After, Change};
use crate::nouns::{CountedIn, Counter, Debt, Hold, Key, Lot, LotState, MAX_LOTS, MemberAccount, PackHistory};
use crate::values::{Amount, Day, Id, Instant, ItemId, Overflow};

/// The working copy of a member account.
#[derive(Debug, Clone)]
pub struct AccountDraft<'a> {
    /// The account.
    pub id: Id,
    version: u64,
    base: Option<&'a MemberAccount>,
    /// Lots as the decision leaves them, with points or without; by id, as those of the record are.
    touched: Vec<Lot>,
    holds: Option<Vec<Hold>>,
    debts: Option<Vec<Debt>>,
    /// By cap, window and first day.
    counters: Vec<Counter>,
    purchases: BTreeMap<Id, Amount>,
    vouchers: BTreeMap<Id, Amount>,
    packs: BTreeMap<Id, PackHistory>,
    /// Of lots, the held points that this decision has counted as spent.
    counted_held: BTreeMap<ItemId, Amount>,
}

impl<'a> AccountDraft<'a> {
    /// Of a record at a version; absent is empty.
    pub fn new(id: &Id, version: u64, base: Option<&'a MemberAccount>) -> Self {
        Self {
            id: id.clone(),
            version,
            base,
            touched: Vec::new(),
            holds: None,
            debts: None,
            counters: Vec::new(),
            purchases: BTreeMap::new(),
            vouchers: BTreeMap::new(),
            packs: BTreeMap::new(),
            counted_held: BTreeMap::new(),
        }
    }

    /// The booked moment of its last command.
    pub fn last_booked(&self) -> Option<Instant> {
        self.base.and_then(|account| account.last_booked)
    }

    /// The lots that have points, in no particular order.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        let base = self.base.map(|account| &*account.lots).unwrap_or_default();
        let mut from = 0;
        let ends = self.touched.iter().filter_map(|lot| self.base_place(lot.id)).chain([base.len()]);
        let untouched = ends.flat_map(move |end| {
            let run = base.get(from..end).unwrap_or_default();
            from = end.saturating_add(1);
            run
        });
        untouched.chain(&self.touched).filter(|lot| lot.points.is_positive())
    }

    /// Where a lot is among those of the record, if it is there.
    fn base_place(&self, id: ItemId) -> Option<usize> {
        self.base.and_then(|account| account.lots.place(id).ok())
    }

    fn touched(&self, id: ItemId) -> Result<usize, usize> {
        self.touched.binary_search_by(|lot| lot.id.cmp(&id))
    }

    /// Not after the first day on which a lot falls due.
    pub fn first_due(&self) -> Option<Day> {
        let base = self.base.and_then(|account| account.lots.first_due());
        self.touched.iter().filter_map(Lot::due).chain(base).min()
    }

    /// A lot by its id, if it has points.
    pub fn lot(&self, id: ItemId) -> Option<&Lot> {
        let lot = match self.touched(id) {
            Ok(place) => self.touched.get(place),
            Err(_) => self.base.and_then(|account| account.lots.get(id)),
        };
        lot.filter(|lot| lot.points.is_positive())
    }

    /// Changes a lot.
    pub fn change_lot(&mut self, id: ItemId, change: impl FnOnce(&mut Lot)) {
        match self.touched(id) {
            Ok(place) => {
                if let Some(lot) = self.touched.get_mut(place) {
                    change(lot);
                }
            }
            Err(_) => {
                if let Some(lot) = self.base.and_then(|account| account.lots.get(id)) {
                    let mut lot = lot.clone();
                    change(&mut lot);
                    self.open(lot);
                }
            }
        }
    }

    /// Takes points out of a lot; the caller has seen that they are there.
    pub fn take(&mut self, id: ItemId, points: Amount) -> Result<(), Overflow> {
        let left = self.lot(id).map_or(Ok(Amount::ZERO), |lot| lot.points.minus(points))?;
        self.change_lot(id, |lot| lot.points = left);
        Ok(())
    }

    /// Puts points in: into the lot of the same class (of several the one with the lowest id), else, from 256 lots on, into
    /// the lot of the same price that expires next after it, else as a lot of its own. A lot without room takes nothing. Gives
    /// the lot's id and expiry; an overflow where there is no room in a lot of its own either.
    pub fn put(&mut self, lot: Lot) -> Result<(ItemId, Option<Day>), Overflow> {
        let alike = self.lots().filter(|known| known.same_class(&lot));
        let room = alike.filter_map(|known| Some((known.id, known.expires, known.with(&lot)?)));
        if let Some((id, expires, sum)) = room.min_by_key(|(id, _, _)| *id) {
            self.change_lot(id, |known| known.points = sum);
            return Ok((id, expires));
        }
        if self.lots().count() >= MAX_LOTS
            && let Some(absorbed) = self.absorb(&lot)
        {
            return Ok(absorbed);
        }
        if lot.holds(lot.points) { Ok(self.open(lot)) } else { Err(Overflow) }
    }

    /// Puts money in, as a lot of its own where none takes it.
    pub fn put_money(&mut self, lot: Lot) -> ItemId {
        self.join_money(&lot).unwrap_or_else(|| self.open(lot).0)
    }

    /// The lot that takes money, if there is one: available money of one payer is one lot, pending money of one payer and day
    /// likewise. Money is never absorbed by a lot of another day, so nothing becomes available before its time. A lot without
    /// room takes nothing.
    pub fn join_money(&mut self, lot: &Lot) -> Option<ItemId> {
        let alike = |known: &&Lot| {
            (lot.state == LotState::Spendable || known.active == lot.active)
                && known.state == lot.state
                && known.same_price(lot)
        };
        let room = self.lots().filter(alike).filter_map(|known| Some((known.id, known.with(lot)?)));
        let (id, sum) = room.min_by_key(|(id, _)| *id)?;
        self.change_lot(id, |known| known.points = sum);
        Some(id)
    }

    /// Adds a lot as its own, under its id: one that was emptied is open again.
    pub fn open(&mut self, lot: Lot) -> (ItemId, Option<Day>) {
        let (id, expires) = (lot.id, lot.expires);
        match self.touched(id) {
            Ok(place) => {
                if let Some(known) = self.touched.get_mut(place) {
                    *known = lot;
                }
            }
            Err(place) => self.touched.insert(place, lot),
        }
        (id, expires)
    }

    fn absorb(&mut self, lot: &Lot) -> Option<(ItemId, Option<Day>)> {
        let later = |known: &&Lot| match (known.expires, lot.expires) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(theirs), Some(ours)) => theirs >= ours,
        };
        // What has to wait becomes spendable no earlier for it.
        let waits = |known: &&Lot| known.state == LotState::Spendable || known.active >= lot.active;
        let alike = |known: &&Lot| known.same_price(lot) && known.state == lot.state && waits(known);
        let confirmed = |known: &&Lot| known.awaits.is_none() && lot.awaits.is_none();
        let candidates = self.lots().filter(alike).filter(confirmed).filter(later);
        let room = candidates.filter_map(|known| Some((known, known.with(lot)?)));
        let (known, sum) = room.min_by_key(|(known, _)| known.spend_order())?;
        let (id, expires) = (known.id, known.expires);
        self.change_lot(id, |known| known.points = sum);
        Some((id, expires))
    }

    /// The points that may be spent of an asset, as lots in spend order.
    pub fn spendable(&self, asset: &Id, allowed: impl Fn(&Lot) -> bool) -> Vec<Lot> {
        let mut lots: Vec<Lot> = self
            .lots()
            .filter(|lot| lot.state == LotState::Spendable && lot.asset == *asset && allowed(lot))
            .cloned()
            .collect();
        lots.sort_by_key(Lot::spend_order);
        lots
    }

    /// Holds, sorted by id.
    pub fn holds(&self) -> &[Hold] {
        match (&self.holds, self.base) {
            (Some(holds), _) => holds,
            (None, Some(account)) => &account.holds,
            (None, None) => &[],
        }
    }

    /// How many points of a lot are in holds, up to so many: each counts once in a decision, for several parts of what is
    /// taken back may have gone into one lot.
    pub fn count_held(&mut self, lot: ItemId, most: Amount) -> Result<Amount, Overflow> {
        let parts = self.holds().iter().flat_map(|hold| &hold.parts).filter(|part| part.id == lot);
        let held = Amount::sum(parts.map(|part| part.points))?;
        let counted = self.counted_held.entry(lot).or_insert(Amount::ZERO);
        let counts = held.minus(*counted)?.min(most);
        *counted = counted.plus(counts)?;
        Ok(counts)
    }

    /// The holds to be changed.
    pub fn holds_mut(&mut self) -> &mut Vec<Hold> {
        let base = self.base;
        self.holds.get_or_insert_with(|| base.map(|account| account.holds.clone()).unwrap_or_default())
    }

    /// Debts, oldest first.
    pub fn debts(&self) -> &[Debt] {
        match (&self.debts, self.base) {
            (Some(debts), _) => debts,
            (None, Some(account)) => &account.debts,
            (None, None) => &[],
        }
    }

    /// The debts to be changed.
    pub fn debts_mut(&mut self) -> &mut Vec<Debt> {
        let base = self.base;
        self.debts.get_or_insert_with(|| base.map(|account| account.debts.clone()).unwrap_or_default())
    }

    /// Counters as they were before this decision.
    pub fn counters(&self) -> &'a [Counter] {
        self.base.map(|account| account.counters.as_slice()).unwrap_or_default()
    }

    /// What a window of a cap has let through, this decision taken in.
    pub fn counted(&self, counted: &CountedIn) -> Amount {
        let among = |counters: &[Counter]| {
            let place = counters.binary_search_by(|known| known.place().cmp(&counted.place())).ok()?;
            counters.get(place).map(|known| known.points)
        };
        among(&self.counters).or_else(|| among(self.counters())).unwrap_or(Amount::ZERO)
    }

    /// Counts points in a window of a cap; a refund counts negative ones.
    pub fn count(&mut self, counted: &CountedIn, points: Amount) -> Result<(), Overflow> {
        let points = self.counted(counted).plus(points)?;
        match self.counters.binary_search_by(|known| known.place().cmp(&counted.place())) {
            Ok(place) => {
                if let Some(known) = self.counters.get_mut(place) {
                    known.points = points;
                }
            }
            Err(place) => {
                let CountedIn { cap, window, from } = counted.clone();
                self.counters.insert(place, Counter { cap, window, from, points });
            }
        }
        Ok(())
    }

    /// How many purchases it has made, in all and at a merchant, this one taken in once it is counted.
    pub fn purchases(&self, merchant: &Id) -> Result<(Amount, Amount), Overflow> {
        let base = self.base.map(|account| &account.purchases);
        let before = |id: &Id| base.and_then(|known| known.get(id)).copied().unwrap_or(Amount::ZERO);
        let mut all = base.into_iter().flat_map(BTreeMap::values).copied().try_fold(Amount::ZERO, Amount::plus)?;
        for (id, count) in &self.purchases {
            all = all.plus(count.minus(before(id))?)?;
        }
        let at_merchant = self.purchases.get(merchant).copied().unwrap_or_else(|| before(merchant));
        Ok((all, at_merchant))
    }

    /// Counts a purchase at a merchant.
    pub fn count_purchase(&mut self, merchant: &Id) -> Result<(), Overflow> {
        let (_, at_merchant) = self.purchases(merchant)?;
        self.purchases.insert(merchant.clone(), at_merchant.plus(Amount::new(1)?)?);
        Ok(())
    }

    /// How many vouchers of a stock it has claimed.
    pub fn claimed(&self, stock: &Id) -> Amount {
        let base = self.base.and_then(|account| account.vouchers.get(stock));
        self.vouchers.get(stock).or(base).copied().unwrap_or(Amount::ZERO)
    }

    /// Counts a voucher of a stock.
    pub fn count_claim(&mut self, stock: &Id) -> Result<(), Overflow> {
        let count = self.claimed(stock).plus(Amount::new(1)?)?;
        self.vouchers.insert(stock.clone(), count);
        Ok(())
    }

    /// What it had of a pack, to be changed.
    pub fn pack_mut(&mut self, owner: &Id) -> &mut PackHistory {
        let base = self.base.and_then(|account| account.packs.get(owner));
        self.packs.entry(owner.clone()).or_insert_with(|| base.cloned().unwrap_or_default())
    }

    /// Counts a voucher of a pack as used.
    pub fn count_use(&mut self, owner: &Id, today: Day) -> Result<(), Overflow> {
        let history = self.pack_mut(owner);
        history.used = history.used.plus(Amount::new(1)?)?;
        history.last_used = history.last_used.max(Some(today));
        Ok(())
    }

    /// A voucher of a pack that was used is open again.
    pub fn uncount_use(&mut self, owner: &Id) -> Result<(), Overflow> {
        let history = self.pack_mut(owner);
        history.used = history.used.minus(Amount::new(1)?)?;
        Ok(())
    }

    /// The guarded change of all that was touched.
    pub fn into_change(self, booked: Instant) -> Change {
        // Somebody who is paid by another's purchase may have been booked later than that.
        let last_booked = self.last_booked().map_or(booked, |last| last.max(booked));
        let mut patch = AccountPatch {
            last_booked: Some(last_booked),
            purchases: self.purchases,
            vouchers: self.vouchers,
            packs: self.packs,
            holds: self.holds,
            debts: self.debts,
            counters: self.counters,
            ..AccountPatch::default()
        };
        for lot in self.touched {
            if lot.points.is_positive() {
                patch.lots.push(lot);
            } else if self.base.is_some_and(|account| account.lots.place(lot.id).is_ok()) {
                patch.gone_lots.push(lot.id);
            }
        }
        Change { key: Key::Account(self.id), expects: self.version, after: Some(After::Account(Box::new(patch))) }
    }
}
