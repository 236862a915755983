//! Events: plain facts for the host's outbox; state never comes from them.

use serde::Deserialize;

use super::{PayoutRole, Presented, Via, VoucherStockState, WithdrawalState};
use crate::values::{Amount, Day, Id, Instant, ItemId, Period};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(Period, Presented, Via, WithdrawalState);

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields carry the words of docs/wire.md, where each event is described")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Event {
    /// A party was registered.
    PartyRegistered { party: Id },
    /// A party's record changed.
    PartyUpdated { party: Id },
    /// A member became one of a merchant; `waived_by` is the recognition that stood in for its threshold.
    MemberEnrolled {
        member: Id,
        merchant: Id,
        #[serde(default)]
        waived_by: Option<Id>,
    },
    /// The operator made points.
    PointsMinted { asset: Id, points: Amount },
    /// Points passed from one holder to another, sold (unit price above 0) or granted.
    PointsSupplied { from: Id, to: Id, asset: Id, points: Amount, unit_price: Amount },
    /// Points or budget moved from one lane to another.
    LaneMoved { key: String, points: Amount },
    /// A purchase was recorded; `cash` is what the customer pays besides points, minor units.
    PurchaseRecorded {
        purchase: Id,
        merchant: Id,
        #[serde(default)]
        store: Option<Id>,
        #[serde(default)]
        clerk: Option<Id>,
        #[serde(default)]
        account: Option<Id>,
        net: Amount,
        cash: Amount,
    },
    /// Points were earned: one lot's part of an award.
    PointsEarned {
        account: Id,
        asset: Id,
        points: Amount,
        funder: Id,
        #[serde(default)]
        campaign: Option<Id>,
        lot: ItemId,
        active: Day,
        #[serde(default)]
        expires: Option<Day>,
    },
    /// An award came out smaller than the rules gave, for want of float or budget or by a cap.
    AwardCut { account: Id, asset: Id, by: String, wanted: Amount, given: Amount },
    /// Pending points became spendable.
    PointsActivated { account: Id, asset: Id, points: Amount, lot: ItemId },
    /// Points went out of date.
    PointsExpired { account: Id, asset: Id, points: Amount, lot: ItemId },
    /// Points paid for something; `value` in minor units.
    PointsRedeemed { account: Id, merchant: Id, asset: Id, points: Amount, value: Amount },
    /// Points were set aside.
    HoldPlaced { account: Id, hold: ItemId, asset: Id, points: Amount, until: Instant },
    /// Points that were set aside came back, or the hold lapsed.
    HoldReleased { account: Id, hold: ItemId, asset: Id, points: Amount },
    /// Goods were returned; `cash` is what the customer gets back, `points` what returns to the account.
    PurchaseRefunded {
        purchase: Id,
        #[serde(default)]
        store: Option<Id>,
        #[serde(default)]
        clerk: Option<Id>,
        net: Amount,
        cash: Amount,
        points: Amount,
    },
    /// Earned points were taken back.
    PointsClawedBack { account: Id, asset: Id, points: Amount, lot: ItemId },
    /// Earned points were spent already: the account owes them.
    DebtIncurred { account: Id, debt: ItemId, asset: Id, points: Amount, creditor: Id },
    /// Earned points were spent already: their funder bears them.
    ClawbackBorne { account: Id, asset: Id, points: Amount, funder: Id },
    /// Earned points had expired: there is nothing to take back.
    ClawbackExpired { account: Id, asset: Id, points: Amount },
    /// Points repaid a debt.
    DebtRepaid { account: Id, debt: ItemId, asset: Id, points: Amount, creditor: Id },
    /// A purchase was confirmed.
    PurchaseConfirmed { purchase: Id },
    /// A period was closed.
    BooksClosed { period: Period },
    /// A stock of vouchers was made.
    VoucherStockCreated { stock: Id },
    /// A stock was activated, paused or stopped.
    VoucherStockSet { stock: Id, state: VoucherStockState },
    /// A voucher was issued to nobody yet.
    VoucherIssued { voucher: ItemId, stock: Id },
    /// A voucher was bound to an account; it is good from a day on, until another.
    VoucherClaimed { voucher: ItemId, stock: Id, account: Id, from: Day, until: Day },
    /// A voucher was set aside.
    VoucherReserved { voucher: ItemId, merchant: Id, until: Instant },
    /// A voucher is no longer set aside.
    VoucherReleased { voucher: ItemId },
    /// A voucher was redeemed; `value` in minor units, 0 for a gift; `balance` is what is left of a stored value.
    VoucherRedeemed {
        voucher: ItemId,
        stock: Id,
        account: Id,
        merchant: Id,
        #[serde(default)]
        purchase: Option<Id>,
        value: Amount,
        #[serde(default)]
        balance: Option<Amount>,
    },
    /// Another of its group takes more off: it stays as it was.
    VoucherPassedOver { voucher: ItemId, stock: Id },
    /// A voucher was ended.
    VoucherVoided { voucher: ItemId },
    /// A voucher is good for longer.
    VoucherExtended { voucher: ItemId, until: Day },
    /// Another voucher stands for this one.
    VoucherReissued { voucher: ItemId, replacement: ItemId },
    /// Two merchants exchanged so many vouchers, for so much: minor units.
    VouchersSwapped { from: Id, to: Id, given: Amount, taken: Amount, give_value: Amount, take_value: Amount },
    /// The operator bears so much of what a till loses.
    TillSet { merchant: Id, till: Id, limit: Amount },
    /// A voucher that a till accepted offline was used or ended meanwhile; `borne` of its value is the operator's.
    VoucherLost {
        voucher: ItemId,
        stock: Id,
        account: Id,
        merchant: Id,
        till: Id,
        purchase: Id,
        value: Amount,
        borne: Amount,
    },
    /// All of the purchase was returned; whether the voucher is still in date.
    VoucherReinstated { voucher: ItemId, usable: bool },
    /// What was paid with a stored value returned to it; whether the voucher is open and in date.
    VoucherRefilled { voucher: ItemId, amount: Amount, balance: Amount, usable: bool },
    /// A party was bound to a referrer, or its binding renewed.
    ReferrerBound {
        party: Id,
        referrer: Id,
        #[serde(default)]
        alliance: Option<Id>,
        via: Via,
        since: Day,
    },
    /// A binding was taken away.
    ReferrerUnbound {
        party: Id,
        referrer: Id,
        #[serde(default)]
        alliance: Option<Id>,
    },
    /// A pack was set.
    PackSet { owner: Id },
    /// A pack was handed out: its vouchers, and the stocks that gave none.
    PackIssued { member: Id, guide: Id, via: Via, owner: Id, vouchers: Vec<ItemId>, short: Vec<Id> },
    /// A guide's code was presented for a brand's voucher, and what that came to.
    VoucherPresented {
        member: Id,
        guide: Id,
        merchant: Id,
        result: Presented,
        owner: Id,
        issued: Vec<ItemId>,
        short: Vec<Id>,
        #[serde(default)]
        voucher: Option<ItemId>,
        #[serde(default)]
        until: Option<Day>,
        #[serde(default)]
        order_until: Option<Instant>,
    },
    /// A merchant paid money in.
    MerchantToppedUp { merchant: Id, amount: Amount },
    /// A party paid its entry fee.
    EntryFeeRecorded { party: Id, amount: Amount },
    /// A product's code was scanned.
    ScanRecorded { earner: Id, code: Id, purpose: Id },
    /// Money was asked for; `fee` is kept of `amount`.
    WithdrawalRequested { withdrawal: ItemId, party: Id, account: Id, amount: Amount, fee: Amount },
    /// A withdrawal was approved or refused, or was paid.
    WithdrawalSet { withdrawal: ItemId, state: WithdrawalState },
    /// Somebody is paid for a purchase, a scan or a top-up: one lot's part; minor units or points.
    PayoutEarned {
        earner: Id,
        account: Id,
        role: PayoutRole,
        under: Id,
        payer: Id,
        asset: Id,
        amount: Amount,
        lot: ItemId,
        active: Day,
    },
    /// A payout came out smaller than its plan gives.
    PayoutCut {
        earner: Id,
        account: Id,
        role: PayoutRole,
        under: Id,
        asset: Id,
        by: String,
        wanted: Amount,
        given: Amount,
    },
    /// Money of payouts may be withdrawn from now on.
    PayoutAvailable { account: Id, asset: Id, amount: Amount, lot: ItemId },
    /// Part of a payout was taken back.
    PayoutTakenBack { account: Id, asset: Id, amount: Amount, lot: ItemId },
    /// A payment that the host is to make: minor units.
    PaymentInstructed { from: Id, to: Id, asset: Id, amount: Amount },
}

written_in_order! {
    enum Event {
        PartyRegistered = "party_registered" { party },
        PartyUpdated = "party_updated" { party },
        MemberEnrolled = "member_enrolled" { member, merchant, waived_by unless Option::is_none },
        PointsMinted = "points_minted" { asset, points },
        PointsSupplied = "points_supplied" { asset, from, points, to, unit_price },
        LaneMoved = "lane_moved" { key, points },
        PurchaseRecorded = "purchase_recorded" {
            account unless Option::is_none, cash, clerk unless Option::is_none, merchant, net, purchase,
            store unless Option::is_none,
        },
        PointsEarned = "points_earned" {
            account, active, asset, campaign unless Option::is_none, expires unless Option::is_none, funder, lot, points,
        },
        AwardCut = "award_cut" { account, asset, by, given, wanted },
        PointsActivated = "points_activated" { account, asset, lot, points },
        PointsExpired = "points_expired" { account, asset, lot, points },
        PointsRedeemed = "points_redeemed" { account, asset, merchant, points, value },
        HoldPlaced = "hold_placed" { account, asset, hold, points, until },
        HoldReleased = "hold_released" { account, asset, hold, points },
        PurchaseRefunded = "purchase_refunded" {
            cash, clerk unless Option::is_none, net, points, purchase, store unless Option::is_none,
        },
        PointsClawedBack = "points_clawed_back" { account, asset, lot, points },
        DebtIncurred = "debt_incurred" { account, asset, creditor, debt, points },
        ClawbackBorne = "clawback_borne" { account, asset, funder, points },
        ClawbackExpired = "clawback_expired" { account, asset, points },
        DebtRepaid = "debt_repaid" { account, asset, creditor, debt, points },
        PurchaseConfirmed = "purchase_confirmed" { purchase },
        BooksClosed = "books_closed" { period },
        VoucherStockCreated = "voucher_stock_created" { stock },
        VoucherStockSet = "voucher_stock_set" { state, stock },
        VoucherIssued = "voucher_issued" { stock, voucher },
        VoucherClaimed = "voucher_claimed" { account, from, stock, until, voucher },
        VoucherReserved = "voucher_reserved" { merchant, until, voucher },
        VoucherReleased = "voucher_released" { voucher },
        VoucherRedeemed = "voucher_redeemed" {
            account, balance unless Option::is_none, merchant, purchase unless Option::is_none, stock, value, voucher,
        },
        VoucherPassedOver = "voucher_passed_over" { stock, voucher },
        VoucherVoided = "voucher_voided" { voucher },
        VoucherExtended = "voucher_extended" { until, voucher },
        VoucherReissued = "voucher_reissued" { replacement, voucher },
        VouchersSwapped = "vouchers_swapped" { from, give_value, given, take_value, taken, to },
        TillSet = "till_set" { limit, merchant, till },
        VoucherLost = "voucher_lost" { account, borne, merchant, purchase, stock, till, value, voucher },
        VoucherReinstated = "voucher_reinstated" { usable, voucher },
        VoucherRefilled = "voucher_refilled" { amount, balance, usable, voucher },
        ReferrerBound = "referrer_bound" { alliance unless Option::is_none, party, referrer, since, via },
        ReferrerUnbound = "referrer_unbound" { alliance unless Option::is_none, party, referrer },
        PackSet = "pack_set" { owner },
        PackIssued = "pack_issued" { guide, member, owner, short, via, vouchers },
        VoucherPresented = "voucher_presented" {
            guide, issued, member, merchant, order_until unless Option::is_none, owner, result, short,
            until unless Option::is_none, voucher unless Option::is_none,
        },
        MerchantToppedUp = "merchant_topped_up" { amount, merchant },
        EntryFeeRecorded = "entry_fee_recorded" { amount, party },
        ScanRecorded = "scan_recorded" { code, earner, purpose },
        WithdrawalRequested = "withdrawal_requested" { account, amount, fee, party, withdrawal },
        WithdrawalSet = "withdrawal_set" { state, withdrawal },
        PayoutEarned = "payout_earned" { account, active, amount, asset, earner, lot, payer, role, under },
        PayoutCut = "payout_cut" { account, asset, by, earner, given, role, under, wanted },
        PayoutAvailable = "payout_available" { account, amount, asset, lot },
        PayoutTakenBack = "payout_taken_back" { account, amount, asset, lot },
        PaymentInstructed = "payment_instructed" { amount, asset, from, to },
    }
}
