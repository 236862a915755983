//! A model of what a person has of payouts, from `docs/rulebook.md` 13 alone: money that waits, money that is there, and
//! what is owed. It knows nothing of the engine.

/// Money of one payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    pub payer: &'static str,
    /// The day from which it is there.
    pub active: i64,
    /// In the order in which they were made.
    pub id: usize,
    pub amount: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purse {
    pub pending: Vec<Money>,
    pub available: Vec<Money>,
    /// Creditor and amount, oldest first.
    pub debts: Vec<(&'static str, i64)>,
}

/// What a party is owed more.
pub type Owed = Vec<(&'static str, i64)>;

impl Purse {
    /// A payout that waits: of one payer and day it is one.
    pub fn earn(&mut self, money: Money) -> Owed {
        let alike = |known: &&mut Money| known.payer == money.payer && known.active == money.active;
        match self.pending.iter_mut().find(alike) {
            Some(known) => known.amount += money.amount,
            None => self.pending.push(money),
        }
        Owed::new()
    }

    /// What was to wait until today is there.
    pub fn mature(&mut self, today: i64) -> Owed {
        let (mut due, pending): (Vec<Money>, Vec<Money>) =
            self.pending.drain(..).partition(|money| money.active <= today);
        self.pending = pending;
        due.sort_by_key(|money| (money.active, money.id));
        due.into_iter().flat_map(|money| self.put(money)).collect()
    }

    /// Puts money in and lets it repay what is owed; who is paid.
    pub fn put(&mut self, money: Money) -> Owed {
        let (payer, mut left) = (money.payer, money.amount);
        match self.available.iter_mut().find(|known| known.payer == payer) {
            Some(known) => known.amount += money.amount,
            None => self.available.push(money),
        }
        let mut owed = Owed::new();
        for (creditor, debt) in &mut self.debts {
            let paid = left.min(*debt);
            *debt -= paid;
            left -= paid;
            owed.push((*creditor, paid));
            lower(&mut self.available, payer, paid);
        }
        self.debts.retain(|(_, debt)| *debt > 0);
        owed
    }

    /// Takes a payout back; what is short is owed. Gives how much was there.
    pub fn take_back(&mut self, payer: &'static str, active: i64, amount: i64) -> i64 {
        let mut left = amount;
        if let Some(own) = self.pending.iter_mut().find(|money| money.payer == payer && money.active == active) {
            let taken = own.amount.min(left);
            own.amount -= taken;
            left -= taken;
        }
        self.pending.retain(|money| money.amount > 0);
        left -= lower(&mut self.available, payer, left);
        if left > 0 {
            self.debts.push((payer, left));
        }
        amount - left
    }

    /// Takes out what is asked for, the oldest first; nothing, if there is less.
    pub fn withdraw(&mut self, amount: i64) -> Option<Vec<Money>> {
        if self.available.iter().map(|money| money.amount).sum::<i64>() < amount {
            return None;
        }
        self.available.sort_by_key(|money| (money.active, money.id));
        let mut left = amount;
        let mut parts = Vec::new();
        for money in &mut self.available {
            let taken = money.amount.min(left);
            if taken > 0 {
                money.amount -= taken;
                left -= taken;
                parts.push(Money { amount: taken, ..money.clone() });
            }
        }
        self.available.retain(|money| money.amount > 0);
        Some(parts)
    }
}

fn lower(available: &mut Vec<Money>, payer: &str, amount: i64) -> i64 {
    let mut taken = 0;
    for money in available.iter_mut().filter(|money| money.payer == payer) {
        taken = money.amount.min(amount);
        money.amount -= taken;
    }
    available.retain(|money| money.amount > 0);
    taken
}

/// Largest remainder: parts of `whole` over weights, ties to the earlier.
pub fn divide(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i64> = weights.iter().map(|weight| whole * weight / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| (-(whole * weights[*place] % sum), *place));
    let left = whole - parts.iter().sum::<i64>();
    for place in order.into_iter().take(usize::try_from(left).unwrap()) {
        parts[place] += 1;
    }
    parts
}

/// What returns of a figure where `share` of `whole` units do: the nearest, a half upwards.
pub fn returned(figure: i64, share: i64, whole: i64) -> i64 {
    (2 * figure * share + whole) / (2 * whole)
}
