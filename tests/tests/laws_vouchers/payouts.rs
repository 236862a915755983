//! The same model: who is above whom, what a purchase pays, and what is withdrawn.

use coalition::values::ItemId;
use uuid::Uuid;

use super::model::{Answer, Basket, CASH, Model, Payout, Purchase, WINDOW, refuse};
use super::purse::{Money, divide};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Requested,
    Approved,
    Paid,
    Refused,
}

#[derive(Debug, Clone)]
pub struct Withdrawal {
    pub id: ItemId,
    pub account: &'static str,
    pub amount: i64,
    fee: i64,
    pub state: State,
    parts: Vec<Money>,
    month: String,
}

impl Model {
    /// The fees of vouchers and the plan: 3 % for bringing, 2 % for closing, 1 % and 0.5 % above; within the ratio.
    pub fn commission(&self, basket: &Basket, purchase: &mut Purchase) {
        let employer = |party: &str| if party == "guide" { "a" } else { "" };
        // Who was bound only after the sale brought nobody to it.
        let above = |party: &str| self.up.get(party).filter(|(_, since)| *since <= basket.day).map(|(above, _)| *above);
        let chain: Vec<&'static str> =
            std::iter::successors(above(basket.member), |party| above(party)).take(3).collect();
        let own = chain.first().is_some_and(|first| employer(first) == basket.merchant);
        let with_fee = basket.vouchers.iter().filter(|place| self.vouchers[**place].stock == CASH).count();
        // Tenths of a per cent, by party.
        let mut rates: Vec<(&'static str, i64)> = chain.iter().copied().zip([30, 10, 5]).collect();
        if !rates.is_empty() && (own || with_fee > 0) {
            rates.remove(0);
        }
        if basket.clerk {
            rates.push(("clerk", 20));
        }
        rates.sort_unstable();
        let mut pots: Vec<Vec<(&'static str, i64)>> = Vec::new();
        if let Some(first) = chain.first().filter(|_| !own) {
            pots.extend((0..with_fee).map(|_| vec![(*first, 1)]));
        }
        let fees = pots.len();
        let mut wholes: Vec<i64> = pots.iter().map(|_| 300).collect();
        wholes.push(purchase.net * rates.iter().map(|(_, rate)| rate).sum::<i64>() / 1_000);
        pots.push(rates);
        let bound = purchase.net * basket.ratio / 100;
        if wholes.iter().sum::<i64>() > bound {
            wholes = divide(bound, &wholes);
        }
        for (n, (whole, pot)) in wholes.into_iter().zip(pots).enumerate() {
            // Fees wait until nothing can be returned, what the plan pays for five days.
            let active = basket.day + if n < fees { WINDOW + 1 } else { 5 };
            let weights: Vec<i64> = pot.iter().map(|(_, weight)| *weight).collect();
            for ((account, _), amount) in pot.into_iter().zip(divide(whole, &weights)).filter(|(_, part)| *part > 0) {
                purchase.payouts.push(Payout { account, payer: purchase.merchant, active, amount });
            }
        }
    }

    pub fn book(&mut self, purchase: &Purchase) {
        *self.coins.entry(purchase.member).or_default() += purchase.coins;
        *self.sales.entry(purchase.merchant).or_default() += purchase.turnover;
        for (funder, amount, _) in &purchase.discounts {
            self.owe(funder, -amount);
            self.owe(purchase.merchant, *amount);
        }
        for payout in &purchase.payouts {
            self.made += 1;
            let (payer, active, amount) = (payout.payer, payout.active, payout.amount);
            let money = Money { payer, active, id: self.made, amount };
            self.owe(payer, -amount);
            // What was sold long enough ago is there at once.
            let purse = self.purses.entry(payout.account).or_default();
            let owed = if active <= self.today { purse.put(money) } else { purse.earn(money) };
            owed.into_iter().for_each(|(party, amount)| self.owe(party, amount));
        }
    }

    pub fn owe(&mut self, party: &'static str, amount: i64) {
        *self.settlement.entry(party).or_default() += amount;
    }

    pub fn bind(&mut self, party: &'static str, referrer: &'static str) -> Answer {
        if party == referrer {
            return refuse("self_referral", "referrer");
        }
        if self.up.contains_key(party) {
            return refuse("already_bound", "party");
        }
        let above = |known: &&'static str| self.up.get(*known).map(|(above, _)| *above);
        if std::iter::successors(Some(referrer), above).any(|known| known == party) {
            return refuse("cyclic_referral", "referrer");
        }
        self.up.insert(party, (referrer, self.today));
        Ok(())
    }

    /// Asks for money: at least 1.00, twice a month, 0.6 % stay.
    pub fn ask(&mut self, command: Uuid, account: &'static str, amount: i64, month: &str) -> Answer {
        if amount < 100 {
            return refuse("below_minimum", "amount");
        }
        let so_far = self.requests.entry((account, month.to_owned())).or_default();
        if *so_far >= 2 {
            return refuse("withdrawal_limit", "party");
        }
        let Some(parts) = self.purses.entry(account).or_default().withdraw(amount) else {
            return refuse("insufficient_money", "amount");
        };
        *so_far += 1;
        let (id, state, month) = (ItemId { command, n: 1 }, State::Requested, month.to_owned());
        self.withdrawals.push(Withdrawal { id, account, amount, fee: (amount * 6 + 500) / 1_000, state, parts, month });
        Ok(())
    }

    pub fn set(&mut self, place: usize, state: State) -> Answer {
        let known = &mut self.withdrawals[place];
        match (known.state, state) {
            (State::Requested, State::Approved | State::Refused) | (State::Approved, State::Paid | State::Refused) => {}
            _ => return refuse("wrong_state", "state"),
        }
        known.state = state;
        if state == State::Refused {
            let (account, parts) = (known.account, known.parts.clone());
            *self.requests.get_mut(&(account, known.month.clone())).expect("counted") -= 1;
            let purse = self.purses.entry(account).or_default();
            let owed: Vec<_> = parts.into_iter().flat_map(|part| purse.put(part)).collect();
            owed.into_iter().for_each(|(party, amount)| self.owe(party, amount));
        }
        Ok(())
    }

    /// Of what was asked for: what has left, what the operator kept, and what of an account is on its way.
    pub fn gone(&self) -> (i64, i64) {
        let paid = self.withdrawals.iter().filter(|known| known.state == State::Paid);
        paid.fold((0, 0), |(out, kept), known| (out + known.amount - known.fee, kept + known.fee))
    }

    pub fn held(&self, account: &str) -> i64 {
        let waits = |known: &&Withdrawal| matches!(known.state, State::Requested | State::Approved);
        self.withdrawals.iter().filter(waits).filter(|known| known.account == account).map(|known| known.amount).sum()
    }
}
