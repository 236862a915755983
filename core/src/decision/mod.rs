//! What every decision has at hand: the rulebook, the command, the book as far as it is loaded, and the journal.

use crate::book::{AccountDraft, After, Change, Halt, Journal, Record, StockDraft, View};
use crate::command::Command;
use crate::earn::{CutTrace, EarnTrace, LineTrace, RuleTrace};
use crate::lots::{Clock, mature};
use crate::nouns::{Code, Key, MAIN_LANE, PayoutRole};
use crate::organisation::{Party, PartyKind, TermsHolder};
use crate::rulebook::Compiled;
use crate::values::{Amount, Asset, Day, Id, ItemId, Rate};

/// The version of a trace: raised where a field or word changes its meaning or goes, not where one is added.
pub const TRACE_VERSION: u32 = 1;

/// The arithmetic of a decision, for people; it is not part of the pinned bytes. `docs/wire.md` 6.1 says what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Trace {
    /// The version of the trace, apart from the `v` of commands and records.
    pub v: u32,
    /// What a purchase comes to; none of other commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Box<PurchaseTrace>>,
    /// Base points and factors, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineTrace>,
    /// Every member or staff price that a line could have, lines by number, the largest first: what a till may claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PriceTrace>,
    /// What each voucher took off, or gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouchers: Vec<VoucherTrace>,
    /// Awards from their exact value to their points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<EarnTrace>,
    /// Cash subsidies and commission from their exact value to what each part was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payouts: Vec<PayoutTrace>,
    /// Every rule, multiplier, activity rule, plan and fee with what it missed; only from `explain`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleTrace>,
}

impl Default for Trace {
    fn default() -> Self {
        let (lines, prices, vouchers) = (Vec::new(), Vec::new(), Vec::new());
        let (awards, payouts, rules) = (Vec::new(), Vec::new(), Vec::new());
        Self { v: TRACE_VERSION, purchase: None, lines, prices, vouchers, awards, payouts, rules }
    }
}

/// What a purchase comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PurchaseTrace {
    /// Each line, by number.
    pub amounts: Vec<AmountTrace>,
    /// The part that points pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<TenderTrace>,
}

/// A line of a purchase as conditions and rates see it, minor units.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AmountTrace {
    /// The line.
    pub line: u32,
    /// Its gross price.
    pub before_discounts: Amount,
    /// That, less all discounts and what vouchers took off; at least 0.
    pub after_discounts: Amount,
    /// That, less its part of what points paid.
    pub after_tender: Amount,
}

/// Points that pay a part of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TenderTrace {
    /// Which points.
    pub asset: Id,
    /// How many.
    pub points: Amount,
    /// What they are worth, exactly, minor units.
    pub exact: String,
    /// After R2, minor units.
    pub value: Amount,
}

/// A price that a line could have.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PriceTrace {
    /// The line.
    pub line: u32,
    /// The price.
    pub price: Id,
    /// Whom it is for.
    pub holder: TermsHolder,
    /// The share of the gross.
    pub off: Rate,
    /// What comes off, minor units.
    pub amount: Amount,
    /// The recognition by which the member has it; its own membership or employment, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Id>,
}

/// What a voucher took off a purchase, or gives for it as a cash subsidy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VoucherTrace {
    /// The voucher.
    pub voucher: ItemId,
    /// Its stock.
    pub stock: Id,
    /// What the lines in its scope still came to, minor units.
    pub basis: Amount,
    /// What its benefit says of that, exactly: its amount, its rate of the basis, what is left of stored value; 0 of gifts
    /// and multipliers.
    pub exact: String,
    /// After R2 and within what it may take off at most, minor units.
    pub value: Amount,
    /// Accepted offline and not to be had any more: who bears `value` instead of its funders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<LostTrace>,
}

/// Who bears what a lost voucher took off, minor units.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LostTrace {
    /// The operator, up to what is left of the till's limit.
    pub operator: Amount,
    /// The merchant: the rest.
    pub merchant: Amount,
}

/// What a plan, a voucher's referral fee or a voucher's cash subsidy paid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PayoutTrace {
    /// The plan, or the voucher stock.
    pub under: Id,
    /// Who pays.
    pub payer: Id,
    /// Money, or points: the unit of all figures below.
    pub asset: Id,
    /// Of a plan: the whole factor of each line of the purchase, scan or top-up; 0 where another plan took the line, or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// The exact sum of its parts.
    pub exact: String,
    /// After R4: minor units or points.
    pub whole: Amount,
    /// After the payout ratio.
    pub allowed: Amount,
    /// Each part, by party id and role.
    pub parts: Vec<PayoutPartTrace>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PayoutPartTrace {
    /// Who earned it.
    pub earner: Id,
    /// For what.
    pub role: PayoutRole,
    /// The exact value of each line.
    pub lines: Vec<String>,
    /// Its share of what was allowed, before caps and stock.
    pub amount: Amount,
    /// What the payout ratio, caps and the payer's stock cut, in this order; the first is of its share of the whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<CutTrace>,
    /// What was given.
    pub given: Amount,
}

/// How much of its arithmetic a decision writes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Detail {
    /// Nothing.
    Plain,
    /// What matched, and the arithmetic.
    Trace,
    /// That, and what did not match with the comparison that failed.
    WhyNot,
}

/// A decision in the making.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The rulebook in force.
    pub rules: &'a Compiled,
    /// The command.
    pub command: &'a Command,
    /// The book.
    pub view: View<'a>,
    /// The local day of `at`.
    pub day: Day,
    /// The local day of `booked`.
    pub today: Day,
    /// Postings and events so far.
    pub journal: Journal,
    /// Changes so far, but for accounts and stocks that may still be worked on.
    pub changes: Vec<Change>,
    /// Accounts that were worked on: whoever asks for one again goes on where the last one stopped.
    accounts: Vec<AccountDraft<'a>>,
    /// Stocks that were worked on, likewise.
    stocks: Vec<StockDraft>,
    /// How much arithmetic is asked for.
    pub detail: Detail,
    /// The arithmetic so far.
    pub trace: Option<Trace>,
}

impl<'a> Decision<'a> {
    /// For a command against a view of the book.
    pub fn new(rules: &'a Compiled, command: &'a Command, view: View<'a>, detail: Detail) -> Self {
        let book = rules.rulebook();
        Self {
            rules,
            command,
            view,
            day: book.zone.day(command.at),
            today: book.zone.day(command.booked),
            journal: Journal::new(command.id, book.operator.clone(), book.currency.clone(), rules.fine().clone()),
            changes: Vec::with_capacity(8),
            accounts: Vec::new(),
            stocks: Vec::new(),
            detail,
            trace: (detail != Detail::Plain).then(Trace::default),
        }
    }

    /// The operator's id.
    pub fn operator(&self) -> &'a Id {
        &self.rules.rulebook().operator
    }

    /// The lane that a command names, or `main`.
    pub fn lane(&self, named: Option<&Id>) -> Id {
        named.cloned().unwrap_or_else(|| Id::constant(MAIN_LANE))
    }

    /// A party that must be there and of one of these kinds.
    pub fn party(&self, id: &Id, kinds: &[PartyKind], path: &str) -> Result<&'a Party, Halt> {
        let party = self.view.known_party(id, path)?;
        if kinds.contains(&party.kind()) { Ok(party) } else { Err(Halt::reject(Code::WrongKind, path)) }
    }

    /// Refuses an actor that is not registered, or may not act for any of these parties: the party itself, the operator,
    /// and a merchant's stores and staff may.
    pub fn actor_for(&self, parties: &[&Id]) -> Result<(), Halt> {
        let actor = &self.command.actor;
        let record = self.view.known_party(actor, "actor")?;
        let employer = match record {
            Party::Staff { merchant, .. } | Party::Store { merchant, .. } => Some(merchant),
            _ => None,
        };
        let may = actor == self.operator()
            || parties.iter().any(|party| *party == actor || employer.is_some_and(|merchant| merchant == *party));
        if may { Ok(()) } else { Err(Halt::reject(Code::NotAllowed, "actor")) }
    }

    /// Refuses everybody but the operator.
    pub fn actor_is_operator(&self) -> Result<(), Halt> {
        self.actor_for(&[])
    }

    /// Refuses an asset that is not declared as points.
    pub fn points_asset(&self, asset: &Id, path: &str) -> Result<(), Halt> {
        match self.rules.rulebook().assets.get(asset) {
            Some(Asset::Points {}) => Ok(()),
            _ => Err(Halt::reject(Code::UnknownAsset, path)),
        }
    }

    /// A member account as of now: its clock checked, everything due done.
    pub fn account(&mut self, id: &Id) -> Result<AccountDraft<'a>, Halt> {
        let (account, first) = self.loaded(id)?;
        if account.last_booked().is_some_and(|last| self.command.booked < last) {
            return Err(Halt::reject(Code::ClockBackwards, "booked"));
        }
        self.matured(account, first)
    }

    /// The account of somebody who is paid by what somebody else did: as [`Decision::account`], but a fact is not refused
    /// because this account was booked later: then nothing is due before a command that is not booked earlier.
    pub fn payee(&mut self, id: &Id) -> Result<AccountDraft<'a>, Halt> {
        let (account, first) = self.loaded(id)?;
        self.matured(account, first)
    }

    /// The account, and whether this decision meets it for the first time.
    fn loaded(&mut self, id: &Id) -> Result<(AccountDraft<'a>, bool), Halt> {
        if let Some(place) = self.accounts.iter().position(|draft| draft.id == *id) {
            return Ok((self.accounts.swap_remove(place), false));
        }
        let key = Key::Account(id.clone());
        let (version, record) = self.view.entry(&key)?;
        let base = match record {
            Some(Record::Account(account)) => Some(account.as_ref()),
            _ => None,
        };
        Ok((AccountDraft::new(id, version, base), true))
    }

    /// Once in a decision: what the command itself puts in is not due before the next one.
    fn matured(&mut self, mut account: AccountDraft<'a>, first: bool) -> Result<AccountDraft<'a>, Halt> {
        let later = account.last_booked().is_some_and(|last| last > self.command.booked);
        if first && !later {
            let clock = Clock { booked: self.command.booked, zone: &self.rules.rulebook().zone };
            mature(&mut account, &mut self.journal, clock)?;
        }
        Ok(account)
    }

    /// A party's stock in a lane.
    pub fn stock(&mut self, party: &Id, lane: &Id) -> Result<StockDraft, Halt> {
        if let Some(place) = self.stocks.iter().position(|draft| draft.party == *party && draft.lane == *lane) {
            return Ok(self.stocks.swap_remove(place));
        }
        let key = Key::Stock { party: party.clone(), lane: lane.clone() };
        let (version, record) = self.view.entry(&key)?;
        let base = match record {
            Some(Record::Stock(stock)) => Some(stock.as_ref()),
            _ => None,
        };
        Ok(StockDraft::new(party, lane, version, base))
    }

    /// Notes a whole record as written.
    pub fn write(&mut self, key: Key, record: Record) -> Result<(), Halt> {
        let expects = self.view.version(&key)?;
        self.write_over(key, expects, record);
        Ok(())
    }

    /// Notes a whole record as written over a version that was looked at before.
    pub fn write_over(&mut self, key: Key, expects: u64, record: Record) {
        self.changes.push(Change { key, expects, after: Some(After::Record { record }) });
    }

    /// Notes an account as written.
    pub fn write_account(&mut self, account: AccountDraft<'a>) {
        self.accounts.push(account);
    }

    /// Notes a stock as written, if it was touched.
    pub fn write_stock(&mut self, stock: StockDraft) {
        self.stocks.push(stock);
    }

    /// Everything that changes, by key.
    pub fn take_changes(&mut self) -> Vec<Change> {
        let mut changes = core::mem::take(&mut self.changes);
        let booked = self.command.booked;
        changes.extend(core::mem::take(&mut self.accounts).into_iter().map(|account| account.into_change(booked)));
        changes.extend(core::mem::take(&mut self.stocks).into_iter().filter_map(StockDraft::into_change));
        changes.sort_by(|a, b| a.key.cmp(&b.key));
        changes
    }
}

/// Refuses an amount of 0 or less.
pub fn positive(amount: Amount, path: &str) -> Result<(), Halt> {
    if amount.is_positive() { Ok(()) } else { Err(Halt::reject(Code::NotPositive, path)) }
}

/// Refuses an amount below 0.
pub fn not_negative(amount: Amount, path: &str) -> Result<(), Halt> {
    if amount < Amount::ZERO { Err(Halt::reject(Code::NegativeAmount, path)) } else { Ok(()) }
}
