//! The accounts that postings move between: `<party>/<kind>`, a closed list of kinds.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::{Id, Letters};
use crate::wire::{Canonical, Out};

macro_rules! account_kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What an account holds. A new kind should stop every build that ignores it, so the list is exhaustive.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AccountKind { $($(#[$doc])* $name,)* }

        impl AccountKind {
            /// Every kind.
            pub const ALL: &'static [AccountKind] = &[$(AccountKind::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(AccountKind::$name => $word,)* }
            }
        }
    };
}

account_kinds! {
    /// Points: where they come from; the only points account that goes below zero. The operator's.
    Mint = "mint",
    /// Points: minted or bought and not yet passed on, of the operator or a branch.
    Stock = "stock",
    /// Points: prepaid by a merchant or a store, to be awarded.
    Float = "float",
    /// Points: awarded, not yet spendable. A member account's.
    Pending = "pending",
    /// Points: a member account's own, to be spent.
    Spendable = "spendable",
    /// Points set aside by a hold, or money by a withdrawal. A member account's.
    Held = "held",
    /// Points: accepted in payment; the party is the one that accepted them.
    Redeemed = "redeemed",
    /// Points: out of date, or burned. The operator's.
    Expired = "expired",
    /// Money: a party's position towards the programme; below zero it owes. Minor and fine units are separate assets.
    Settlement = "settlement",
    /// Money (fine): what the operator holds against points that are outstanding.
    Backing = "backing",
    /// Money (fine): cost less reimbursement, the operator's.
    Margin = "margin",
    /// Money (fine): reimbursement above cost, the operator's expense; never above zero.
    Subsidy = "subsidy",
    /// Money (fine): backing of points that expired, the operator's.
    Breakage = "breakage",
    /// Money: fees charged at the close of a period, the operator's.
    Fee = "fee",
    /// Money: instructed at a close, to be paid outside the programme.
    Outside = "outside",
    /// Money: commission and cash subsidies that cannot be withdrawn yet. A member account's.
    CommissionPending = "commission_pending",
    /// Money: commission and cash subsidies that may be withdrawn. A member account's.
    CommissionAvailable = "commission_available",
    /// Money: commission that was taken back after it had been withdrawn.
    Debt = "debt",
    /// Memo: what a merchant sold.
    Sales = "sales",
    /// Memo: the other side of sales and discounts.
    Customers = "customers",
    /// Memo: discounts by the party that bears them.
    Discount = "discount",
}

impl AccountKind {
    /// Memo accounts describe sales; they are left out of net positions.
    pub const fn is_memo(self) -> bool {
        matches!(self, AccountKind::Sales | AccountKind::Customers | AccountKind::Discount)
    }

    /// Kinds that belong to a member account; a tally adds them up over all member accounts.
    pub const fn is_member(self) -> bool {
        matches!(
            self,
            AccountKind::Pending
                | AccountKind::Spendable
                | AccountKind::Held
                | AccountKind::CommissionPending
                | AccountKind::CommissionAvailable
        )
    }
}

/// One account: a party (or member account) and a kind, `<party>/<kind>` on the wire.
///
/// ```
/// use coalition::nouns::{Account, AccountKind};
/// let float: Account = "shop-7/float".parse().unwrap();
/// assert_eq!(float.kind, AccountKind::Float);
/// assert!("shop-7/pocket".parse::<Account>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// Whose it is.
    pub party: Id,
    /// What it holds.
    pub kind: AccountKind,
}

impl Account {
    /// The account of a party.
    pub fn new(party: &Id, kind: AccountKind) -> Self {
        Self { party: party.clone(), kind }
    }

    fn letters(&self) -> Letters {
        let mut letters = Letters::new();
        letters.push(self.party.as_str());
        letters.push("/");
        letters.push(self.kind.as_str());
        letters
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letters().as_str())
    }
}

impl FromStr for Account {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_id: `{text}` is not an account of the form <party>/<kind>");
        let (party, word) = text.split_once('/').ok_or_else(wrong)?;
        let kind = AccountKind::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(wrong)?;
        Ok(Self { party: Id::new(party).map_err(|_| wrong())?, kind })
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters().as_str())
    }
}

impl Canonical for Account {
    fn write(&self, out: &mut Out) {
        out.put_bytes(b"\"");
        out.put(self.party.as_str());
        out.put_bytes(b"/");
        out.put(self.kind.as_str());
        out.put_bytes(b"\"");
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::values::text(deserializer, "an account", str::parse)
    }
}
