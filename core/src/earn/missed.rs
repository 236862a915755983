//! What a rule or plan missed: a closed list of words, the same as in `docs/wire.md`, 6.1.

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The first thing that a rule, multiplier, plan or fee missed. Words are only ever appended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Missed { $($(#[$doc])* $name,)* }

        impl Missed {
            /// Every word.
            pub const ALL: &'static [Missed] = &[$(Missed::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Missed::$name => $word,)* }
            }
        }
    };
}

words! {
    /// The condition's field: the merchant is none of these.
    Merchants = "merchants",
    /// The condition's field: no store, or none of these.
    Stores = "stores",
    /// The condition's field: the merchant is in none of these alliances.
    Alliances = "alliances",
    /// The condition's field: the line's category is none of these, nor below one.
    Categories = "categories",
    /// The condition's field: the line's product is none of these.
    Products = "products",
    /// The condition's field: the line has none of these tags.
    Tags = "tags",
    /// The condition's field: no channel, or none of these.
    Channels = "channels",
    /// The condition's field: no member, or of none of these tiers.
    Tiers = "tiers",
    /// The condition's field: no member, or with none of these roles.
    Roles = "roles",
    /// The condition's field: no member, or with none of these flags.
    Flags = "flags",
    /// The condition's field: no member, or of none of these merchants.
    MemberOf = "member_of",
    /// The condition's field: the local day is outside.
    Days = "days",
    /// The condition's field: another day of the week.
    Weekdays = "weekdays",
    /// The condition's field: the local time is outside.
    Time = "time",
    /// The condition's field: no holiday of these lists.
    Holidays = "holidays",
    /// The condition's field: not the member's birthday.
    Birthday = "birthday",
    /// The condition's field: the purchase is below.
    PurchaseAtLeast = "purchase_at_least",
    /// The condition's field: the purchase is not below.
    PurchaseBelow = "purchase_below",
    /// The condition's field: the line is below.
    LineAtLeast = "line_at_least",
    /// The condition's field: the line is not below.
    LineBelow = "line_below",
    /// The condition's field: not the first purchase.
    FirstPurchase = "first_purchase",
    /// The condition's field: not the n-th purchase.
    EveryNth = "every_nth",
    /// The condition's field: one of the parts does not hold.
    All = "all",
    /// The condition's field: none of the parts holds.
    Any = "any",
    /// The condition's field: the part holds.
    Not = "not",
    /// A multiplier of vouchers: no voucher gives it to the line.
    Trigger = "trigger",
    /// An activity rule: it is for another activity.
    Activity = "activity",
    /// A rule by the merchant's own ratio: its terms set none for these points.
    Ratio = "ratio",
    /// A plan: it pays for another event.
    Event = "event",
    /// A plan: no voucher of one of its stocks was redeemed.
    Stocks = "stocks",
    /// A plan: the scan was for another purpose.
    Purposes = "purposes",
    /// A plan: who stands directly above has none of its roles, or nobody does.
    ReferrerRoles = "referrer_roles",
    /// A plan: an earlier one of its group took the line.
    Group = "group",
    /// A plan or fee: who would be paid is, or works for, the merchant of the sale.
    OwnBrand = "own_brand",
    /// A plan: a voucher's referral fee stands for the referral part.
    VoucherFee = "voucher_fee",
    /// A plan: who would be paid has paid no entry fee, on the day or before.
    EntryFee = "entry_fee",
    /// A differential plan: nobody there has a role with a grade above what is paid below.
    Grades = "grades",
    /// A plan or fee: nobody is there for any of its parts.
    Nobody = "nobody",
    /// A plan or fee: it comes to 0 once it is rounded.
    Nothing = "nothing",
    /// A multiplier of plans: no plan that it is for took the line and is paid.
    Plans = "plans",
    /// A multiplier of plans: those plans are not multiplied.
    Multiplied = "multiplied",
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Missed;

    #[test]
    fn the_word_is_what_stands_on_the_wire() {
        for missed in Missed::ALL {
            assert_eq!(crate::wire::encode(missed).unwrap(), format!("\"{missed}\""));
        }
    }
}
