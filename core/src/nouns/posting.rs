//! Postings: the only way in which points and money move.

use serde::{Deserialize, Serialize};

use super::Account;
use crate::values::{Amount, Day, Id};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(Reason);

/// Why something moved; statements are grouped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Reason {
    /// The operator made points.
    Mint,
    /// Points were sold to a party, or what it owes for them.
    PointsSold,
    /// Points were passed on for nothing.
    PointsGranted,
    /// A store gave points to a member that it enrolled.
    Gift,
    /// A merchant without float was awarded on account: points from the operator's stock, or what it owes for them.
    Postpaid,
    /// Points were earned.
    Award,
    /// Pending points became spendable.
    Activation,
    /// Points went out of date.
    Expiry,
    /// The backing of points that went out of date, or were burned, became the operator's.
    Breakage,
    /// Points were set aside.
    Hold,
    /// Points that were set aside came back.
    Release,
    /// Points were accepted in payment.
    Redemption,
    /// The accepting party's money for them, up to what they cost.
    Reimbursement,
    /// What the points had cost above the reimbursement.
    Margin,
    /// What the reimbursement is above their cost.
    Subsidy,
    /// Earned points were taken back after a refund.
    Clawback,
    /// Points that had paid for returned goods came back; their money is posted in reverse under its own reason.
    RedemptionRefund,
    /// Memo: turnover with a member.
    Sale,
    /// Memo: turnover with a member, returned.
    SaleRefund,
    /// Memo: turnover with somebody who is no member.
    OtherSale,
    /// Memo: turnover with somebody who is no member, returned.
    OtherSaleRefund,
    /// Memo: a discount, by the party that bears it.
    Discount,
    /// Memo: a discount on goods that were returned.
    DiscountRefund,
    /// What the funder of a discount owes the merchant for it; posted in reverse for returned goods.
    DiscountFunding,
    /// A fee of a period's settlement.
    Fee,
    /// A position was turned into a payment instruction at the close of a period.
    Instruction,
    /// Commission: money that the payer owes, or points out of its stock.
    Commission,
    /// Commission that was taken back after a refund, or later out of what the earner got since.
    CommissionRefund,
    /// A cash subsidy of a voucher.
    CashSubsidy,
    /// A cash subsidy that was taken back after a refund.
    CashSubsidyRefund,
    /// A merchant paid money in.
    TopUp,
    /// Somebody paid an entry fee.
    EntryFee,
    /// Money of a person was paid out.
    Withdrawal,
    /// What the operator keeps of it.
    WithdrawalFee,
    /// What one merchant owes another for vouchers that were worth more than those it gave.
    VoucherSwap,
}

impl Reason {
    /// Whether it tells what customers bought, got, paid with and gave back, or what was paid out for it, one way each: what
    /// a tally adds up by store and clerk.
    pub const fn is_of_a_purchase(self) -> bool {
        matches!(
            self,
            Reason::Award
                | Reason::Redemption
                | Reason::Clawback
                | Reason::RedemptionRefund
                | Reason::Sale
                | Reason::SaleRefund
                | Reason::OtherSale
                | Reason::OtherSaleRefund
                | Reason::Discount
                | Reason::DiscountRefund
                | Reason::Commission
                | Reason::CommissionRefund
                | Reason::CashSubsidy
                | Reason::CashSubsidyRefund
        )
    }
}

/// One movement: the debit account gives, the credit account gets. The amount is above zero, so an imbalance cannot be
/// written down. The n-th posting of a command has the id `<command>.<n>`, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Posting {
    /// The account that gives.
    pub debit: Account,
    /// The account that gets.
    pub credit: Account,
    /// What moves: points, money in minor units, or `<money>.fine`.
    pub asset: Id,
    /// How much, above zero.
    pub amount: Amount,
    /// The value day: the local day that terms go by.
    pub day: Day,
    /// Why.
    pub reason: Reason,
}

written_in_order! { Posting { amount, asset, credit, day, debit, reason } }
