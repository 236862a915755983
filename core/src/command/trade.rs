//! Commands about purchases, activities, refunds and the books.

use serde::{Deserialize, Serialize};

use crate::nouns::PurchaseLine;
use crate::periods::Settlement;
use crate::values::{Amount, Id, ItemId, Period, Rate};
use crate::wire::{Hash, written_by_serde};

written_by_serde!(Tender, RefundWhat);

/// Points that pay part of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Tender {
    /// Points of the account.
    Points {
        /// Which.
        asset: Id,
        /// How many, above zero.
        points: Amount,
    },
    /// Points that are held; what is held above `points` is released.
    Hold {
        /// The hold.
        hold: ItemId,
        /// How many, above zero.
        points: Amount,
    },
}

/// A purchase that happened. `type: record_purchase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RecordPurchase {
    /// The receipt's id, unique in the programme.
    pub purchase: Id,
    /// Where.
    pub merchant: Id,
    /// In which of its stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub store: Option<Id>,
    /// Who bought; nobody known, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub member: Option<Id>,
    /// Through which channel, for rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub channel: Option<Id>,
    /// The lines, 1 to 500.
    pub lines: Vec<PurchaseLine>,
    /// Vouchers that the member redeems, at most 16, worked on in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub vouchers: Vec<ItemId>,
    /// The merchant's till that accepted the vouchers while it was offline; none did, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub offline_till: Option<Id>,
    /// Points that paid part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub tender: Option<Tender>,
    /// Who brought the customer, where nobody is bound: the sharer of a link, say (O2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub referrer: Option<Id>,
    /// Who of the merchant's staff closed the sale (O2, M5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub clerk: Option<Id>,
    /// The largest part of what the customer pays that may be paid out, where the rulebook lets purchases say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub payout_ratio: Option<Rate>,
    /// The lane of stock and budgets; `main`, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub lane: Option<Id>,
}

/// Something a member did that earns (O4). `type: record_activity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RecordActivity {
    /// The member.
    pub member: Id,
    /// The activity, one that some rule rewards.
    pub activity: Id,
    /// How many times, 1 or more.
    pub count: Amount,
    /// The merchant that it was done for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub merchant: Option<Id>,
    /// Through which channel, for rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub channel: Option<Id>,
    /// The lane of stock and budgets; `main`, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub lane: Option<Id>,
}

/// Makes the points of a purchase spendable that await a confirmation. `type: confirm_purchase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ConfirmPurchase {
    /// The purchase.
    pub purchase: Id,
}

/// What is returned of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum RefundWhat {
    /// All that remains.
    Whole {},
    /// An amount over the whole purchase, minor units, divided over the lines by what remains of each.
    Amount {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// Units of a line.
    Quantity {
        /// The line's number.
        line: u32,
        /// Units, above zero.
        quantity: Amount,
    },
    /// An amount of a line, minor units; its units stay.
    LineAmount {
        /// The line's number.
        line: u32,
        /// Minor units, above zero.
        amount: Amount,
    },
}

/// Goods were returned. `type: refund_purchase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RefundPurchase {
    /// The purchase.
    pub purchase: Id,
    /// What is returned, 1 to 500 entries, worked on in order; each line at most once, and `whole` or `amount` alone.
    pub returned: Vec<RefundWhat>,
}

/// Closes the books of a period: books its fees and instructions once. `type: close_books`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CloseBooks {
    /// The period; it must begin where the books are closed to.
    pub period: Period,
    /// What `settle` gave for it.
    pub settlement: Settlement,
    /// Its hash, as the operator approved it.
    pub statement_hash: Hash,
}
