//! What conditions are asked of: a purchase (or activity), its lines and its member, by reference.

use std::collections::{BTreeMap, BTreeSet};

use crate::values::{Amount, Birthday, Day, Id, LocalTime};

/// For each category itself and the categories above it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryTree {
    chains: BTreeMap<Id, Vec<Id>>,
}

impl CategoryTree {
    /// From the chains that the rulebook's check has found to be without cycles.
    pub(crate) fn new(chains: BTreeMap<Id, Vec<Id>>) -> Self {
        Self { chains }
    }

    /// Every declared category with itself and those above it.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Id, &[Id])> {
        self.chains.iter().map(|(category, chain)| (category, chain.as_slice()))
    }

    /// The category and those above it, nearest first; `None` if it is not declared.
    pub fn chain(&self, category: &Id) -> Option<&[Id]> {
        self.chains.get(category).map(Vec::as_slice)
    }
}

/// A line as conditions and effects see it.
#[derive(Debug, Clone)]
pub struct LineFacts<'a> {
    /// Its number.
    pub n: u32,
    /// The product.
    pub product: &'a Id,
    /// Its category and those above it.
    pub categories: &'a [Id],
    /// Its tags.
    pub tags: &'a BTreeSet<Id>,
    /// Units.
    pub quantity: Amount,
    /// Gross price, minor units.
    pub before_discounts: Amount,
    /// Gross less all discounts, at least 0, minor units.
    pub after_discounts: Amount,
    /// That, less the part paid with points, at least 0, minor units.
    pub after_tender: Amount,
    /// The multipliers that vouchers of the purchase give this line.
    pub by_vouchers: Vec<&'a Id>,
}

/// The member as conditions see it.
#[derive(Debug, Clone)]
pub struct MemberFacts<'a> {
    /// The tier.
    pub tier: Option<&'a Id>,
    /// Roles.
    pub roles: &'a BTreeSet<Id>,
    /// Flags.
    pub flags: &'a BTreeSet<Id>,
    /// Memberships.
    pub member_of: &'a BTreeSet<Id>,
    /// Birthday.
    pub birthday: Option<Birthday>,
    /// Which purchase of the account this is, from 1; 0 for activities.
    pub nth_purchase: i64,
    /// Which purchase of the account at this merchant this is, from 1; 0 for activities.
    pub nth_at_merchant: i64,
}

/// A purchase or activity as conditions see it.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The merchant, if one is named.
    pub merchant: Option<&'a Id>,
    /// The store.
    pub store: Option<&'a Id>,
    /// The merchant's alliances.
    pub alliances: Option<&'a BTreeSet<Id>>,
    /// The channel.
    pub channel: Option<&'a Id>,
    /// The local day of `at`.
    pub day: Day,
    /// The local time of `at`.
    pub time: LocalTime,
    /// The member, if one bought.
    pub member: Option<MemberFacts<'a>>,
    /// The sum of the lines after discounts; `None` for activities.
    pub total: Option<Amount>,
    /// The lines, by rising number.
    pub lines: Vec<LineFacts<'a>>,
    /// The rulebook's holiday lists.
    pub holidays: &'a BTreeMap<Id, BTreeSet<Day>>,
}

impl Facts<'_> {
    /// Whether the local day is in a holiday list.
    pub fn is_holiday(&self, list: &Id) -> bool {
        self.holidays.get(list).is_some_and(|days| days.contains(&self.day))
    }
}
