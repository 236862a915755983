//! A purchase: its lines as the till gives them, and what of it is kept for a refund.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{FrozenPayout, Lot};
use crate::expiry::Expiry;
use crate::values::{Amount, Day, Id, Instant, ItemId, Window};
use crate::wire::{Hash, written_by_serde, written_in_order};

written_by_serde!(ClawbackPolicy, Expiry, ShortfallPolicy);

/// The most lines of a purchase.
pub const MAX_LINES: usize = 500;
/// The most discounts of a line.
pub const MAX_DISCOUNTS: usize = 16;
/// The most tags of a line.
pub const MAX_TAGS: usize = 16;

/// A discount on a line and the party that bears it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Discount {
    /// The merchant itself, or a party that will pay the merchant for it.
    pub funder: Id,
    /// Minor units, 0 or more.
    pub amount: Amount,
    /// The price of the merchant's terms that it is, and that is checked; just a discount, if absent.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub price: Option<Id>,
}

written_in_order! { Discount { amount, funder, price unless Option::is_none } }

/// One line of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PurchaseLine {
    /// The line's number, unique in the purchase; lines are worked on in rising order of it.
    pub n: u32,
    /// What was bought.
    pub product: Id,
    /// Its category, a leaf or a node of the rulebook's tree.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub category: Option<Id>,
    /// Words that rules may ask for.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub tags: BTreeSet<Id>,
    /// How many units, 0 or more.
    pub quantity: Amount,
    /// The price of the whole line before discounts, in minor units, 0 or more.
    pub gross: Amount,
    /// Discounts, in the order of the receipt.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub discounts: Vec<Discount>,
}

written_in_order! {
    PurchaseLine {
        category unless Option::is_none, discounts unless Vec::is_empty, gross, n, product, quantity,
        tags unless BTreeSet::is_empty,
    }
}

/// What becomes of points that a refund cannot take back because they are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortfallPolicy {
    /// The account owes them to their funder; later points repay.
    Debt,
    /// The funder bears them.
    FunderBears,
}

/// Where points go that a refund takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClawbackPolicy {
    /// To the block they were drawn from.
    Return,
    /// To the operator's expired points; their backing becomes breakage.
    Burn,
}

/// How purchases are refunded; frozen at the sale.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RefundTerms {
    /// The last day of the window is the day of the sale plus this many days.
    pub days: u32,
    /// What becomes of spent points.
    pub spent_points: ShortfallPolicy,
    /// Where unspent points go.
    pub unspent_points: ClawbackPolicy,
    /// Points that paid for returned goods and are past their day are given this many more days; 0: they expire at once.
    #[serde(default)]
    pub grace_days: u32,
}

written_in_order! { RefundTerms { days, grace_days unless is_zero, spent_points, unspent_points } }

fn is_zero(days: &u32) -> bool {
    *days == 0
}

/// The record `purchase/<id>`: what is left of the sale to be refunded. Every figure is what *remains*.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Purchase {
    /// Where it was.
    pub merchant: Id,
    /// In which of its stores.
    #[serde(default)]
    pub store: Option<Id>,
    /// Who of its staff closed it.
    #[serde(default)]
    pub clerk: Option<Id>,
    /// Whose account earned, if a member bought.
    #[serde(default)]
    pub account: Option<Id>,
    /// When it happened.
    pub at: Instant,
    /// The local day of the sale: the value day of all that is reversed.
    pub day: Day,
    /// The lane that its stock and budgets were drawn from.
    pub lane: Id,
    /// The rulebook that rated it.
    pub rulebook: Hash,
    /// The refund terms of that rulebook.
    pub refunds: RefundTerms,
    /// What remains of each line, by number.
    pub lines: Vec<FrozenLine>,
    /// What remains of the points that paid for it.
    #[serde(default)]
    pub tender: Option<FrozenTender>,
    /// What remains of each award, in the order of the decision.
    #[serde(default)]
    pub awards: Vec<FrozenAward>,
    /// Vouchers that were redeemed in it; none, once all of it is returned.
    #[serde(default)]
    pub vouchers: Vec<ItemId>,
    /// What remains of each payout, in the order of the decision.
    #[serde(default)]
    pub payouts: Vec<FrozenPayout>,
}

written_in_order! {
    Purchase {
        account unless Option::is_none, at, awards, clerk unless Option::is_none, day, lane, lines, merchant,
        payouts unless Vec::is_empty, refunds, rulebook, store unless Option::is_none, tender unless Option::is_none,
        vouchers unless Vec::is_empty,
    }
}

/// What remains of a line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrozenLine {
    /// Its number.
    pub n: u32,
    /// Units.
    pub quantity: Amount,
    /// What the customer pays for it, cash and points: minor units, below zero where discounts exceed the price.
    pub net: Amount,
    /// Turnover: gross less the discounts that the merchant bears.
    pub turnover: Amount,
    /// Discounts by funder, in the order of the receipt.
    #[serde(default)]
    pub discounts: Vec<FrozenDiscount>,
    /// The part of `net` that was paid with points, minor units.
    #[serde(default)]
    pub tender_value: Amount,
    /// The points that paid it.
    #[serde(default)]
    pub tender_points: Amount,
    /// Points earned on it, for each award in order.
    #[serde(default)]
    pub awards: Vec<Amount>,
    /// What was paid for it, for each payout in order: minor units or points.
    #[serde(default)]
    pub payouts: Vec<Amount>,
}

written_in_order! {
    FrozenLine {
        awards, discounts, n, net, payouts unless Vec::is_empty, quantity, tender_points, tender_value, turnover,
    }
}

/// What remains of a discount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrozenDiscount {
    /// Who bears it.
    pub funder: Id,
    /// Minor units.
    pub amount: Amount,
    /// The stored value that it came out of, and that it returns to.
    #[serde(default)]
    pub voucher: Option<ItemId>,
}

written_in_order! { FrozenDiscount { amount, funder, voucher unless Option::is_none } }

/// What remains of the points that paid for a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrozenTender {
    /// Parts in the order in which they were spent.
    pub parts: Vec<TenderPart>,
}

written_in_order! { FrozenTender { parts } }

/// Points of one lot that were spent, and the reimbursement that was paid for each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TenderPart {
    /// The lot's class, with the points that remain.
    pub lot: Lot,
    /// Fine units that the accepting party got for one point.
    pub paid: Amount,
}

written_in_order! { TenderPart { lot, paid } }

/// What remains of an award.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrozenAward {
    /// Which points.
    pub asset: Id,
    /// Who paid for them.
    pub funder: Id,
    /// The campaign, unless they are everyday points.
    #[serde(default)]
    pub campaign: Option<Id>,
    /// When its points expire; applied again when a confirmation makes them spendable.
    pub expiry: Expiry,
    /// Windows of the caps that counted it; a refund gives back to them.
    #[serde(default)]
    pub counted: Vec<CountedIn>,
    /// The budget that counted it.
    #[serde(default)]
    pub budget: Option<BudgetUse>,
    /// Which blocks and lots, in the order of drawing.
    pub parts: Vec<AwardPart>,
}

written_in_order! {
    FrozenAward {
        asset, budget unless Option::is_none, campaign unless Option::is_none, counted, expiry, funder, parts,
    }
}

/// The window of an account in which a cap counted an award.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CountedIn {
    /// The cap.
    pub cap: Id,
    /// The kind of window.
    pub window: Window,
    /// Its first day.
    pub from: Day,
}

written_in_order! { CountedIn { cap, from, window } }

impl CountedIn {
    /// Its place among the counters of an account.
    pub(crate) fn place(&self) -> (&Id, Window, Day) {
        (&self.cap, self.window, self.from)
    }
}

/// A campaign's budget that an award used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BudgetUse {
    /// The campaign.
    pub campaign: Id,
    /// The lane.
    pub lane: Id,
}

written_in_order! { BudgetUse { campaign, lane } }

/// Where awarded points were drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwardSource {
    /// A block that the funder held.
    Block {
        /// The block.
        id: ItemId,
        /// When it was booked: blocks are drawn in this order.
        booked: Instant,
        /// What the holder paid for a point, fine units.
        unit_price: Amount,
    },
    /// The operator's stock, on account; the funder owes the lot's unit cost for each point.
    Postpaid {
        /// The operator's block.
        id: ItemId,
        /// When it was booked.
        booked: Instant,
    },
    /// Money that the payer owes through its settlement.
    Settlement {},
}

written_in_order! {
    enum AwardSource {
        Block = "block" { booked, id, unit_price },
        Postpaid = "postpaid" { booked, id },
        Settlement = "settlement" {},
    }
}

/// Points of one award from one source in one lot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AwardPart {
    /// Where they were drawn from.
    pub source: AwardSource,
    /// The lot that they went into.
    pub lot: ItemId,
    /// When that lot expires.
    #[serde(default)]
    pub expires: Option<Day>,
    /// What backs one point, fine units.
    pub unit_cost: Amount,
    /// What one point counts against a budget in money, fine units.
    #[serde(default)]
    pub budget_cost: Amount,
    /// Points that remain.
    pub points: Amount,
}

written_in_order! { AwardPart { budget_cost, expires unless Option::is_none, lot, points, source, unit_cost } }
