//! The index that finds matching rules without asking each: a bit for each rule, a bit set for each value of each
//! attribute. What the sets cannot say (times, amounts, nested parts) is asked of the few rules that are left.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::Condition;
use super::facts::{CategoryTree, Facts, LineFacts};
use crate::values::{Id, Weekday};

type Bits = Vec<u64>;

fn set(bits: &mut Bits, position: usize) {
    if let Some(word) = bits.get_mut(position.div_euclid(64)) {
        *word |= 1_u64.wrapping_shl(u32::try_from(position.rem_euclid(64)).unwrap_or(0));
    }
}

fn clear(bits: &mut Bits, position: usize) {
    if let Some(word) = bits.get_mut(position.div_euclid(64)) {
        *word &= !1_u64.wrapping_shl(u32::try_from(position.rem_euclid(64)).unwrap_or(0));
    }
}

fn keep(bits: &mut Bits, other: &[u64]) {
    for (word, mask) in bits.iter_mut().zip(other) {
        *word &= mask;
    }
}

fn join(bits: &mut Bits, other: &[u64]) {
    for (word, more) in bits.iter_mut().zip(other) {
        *word |= more;
    }
}

/// The positions of the bits that are set, rising.
fn positions(bits: &[u64]) -> impl Iterator<Item = usize> + '_ {
    bits.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        core::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let low = usize::try_from(rest.trailing_zeros()).unwrap_or(0);
            rest &= rest.wrapping_sub(1);
            Some(index.saturating_mul(64).saturating_add(low))
        })
    })
}

/// One attribute: which rules go with a value, and which do not ask.
#[derive(Debug, Clone, Default)]
struct Attribute {
    /// Rules that do not ask for this attribute.
    any: Bits,
    /// For each value that some rule names: the rules that take it, those that do not ask included.
    by: BTreeMap<Id, Bits>,
}

impl Attribute {
    fn new(wanted: &[&BTreeSet<Id>], words: usize) -> Self {
        let mut any = vec![0; words];
        for (position, values) in wanted.iter().enumerate() {
            if values.is_empty() {
                set(&mut any, position);
            }
        }
        let mut by: BTreeMap<Id, Bits> = BTreeMap::new();
        for (position, values) in wanted.iter().enumerate() {
            for value in *values {
                set(by.entry(value.clone()).or_insert_with(|| any.clone()), position);
            }
        }
        Self { any, by }
    }

    /// Whether no rule asks: then nothing is narrowed.
    fn is_idle(&self) -> bool {
        self.by.is_empty()
    }

    fn narrow_one(&self, bits: &mut Bits, value: Option<&Id>) {
        if !self.is_idle() {
            keep(bits, value.and_then(|id| self.by.get(id)).unwrap_or(&self.any));
        }
    }

    fn narrow_some<'a>(&self, bits: &mut Bits, values: impl Iterator<Item = &'a Id>, scratch: &mut Bits) {
        if self.is_idle() {
            return;
        }
        scratch.clone_from(&self.any);
        for value in values {
            if let Some(more) = self.by.get(value) {
                join(scratch, more);
            }
        }
        keep(bits, scratch);
    }
}

/// The index over a list of conditions; the rule's position in that list is its bit.
#[derive(Debug, Clone)]
pub struct RuleIndex {
    words: usize,
    size: usize,
    conditions: Vec<Condition>,
    merchants: Attribute,
    stores: Attribute,
    alliances: Attribute,
    channels: Attribute,
    tiers: Attribute,
    roles: Attribute,
    flags: Attribute,
    member_of: Attribute,
    weekdays: Vec<Bits>,
    products: Attribute,
    tags: Attribute,
    /// By category of a line, those above it taken in.
    categories: Attribute,
    /// Rules with more to ask of the purchase than the sets say.
    rest_of_purchase: Bits,
    /// Rules with more to ask of each line than the sets say.
    rest_of_line: Bits,
}

/// For each line, the positions of the conditions that hold, rising.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Aligned with the lines of the facts.
    pub by_line: Vec<Vec<usize>>,
}

impl RuleIndex {
    /// Builds the index.
    pub fn new(conditions: Vec<Condition>, tree: &CategoryTree) -> Self {
        let size = conditions.len();
        let words = size.div_ceil(64);
        let attribute = |of: fn(&Condition) -> &BTreeSet<Id>| {
            let wanted: Vec<&BTreeSet<Id>> = conditions.iter().map(of).collect();
            Attribute::new(&wanted, words)
        };
        let weekdays = Weekday::ALL
            .iter()
            .map(|weekday| {
                let mut bits = vec![0; words];
                for (position, condition) in conditions.iter().enumerate() {
                    if condition.weekdays.is_empty() || condition.weekdays.contains(weekday) {
                        set(&mut bits, position);
                    }
                }
                bits
            })
            .collect();
        let (mut rest_of_purchase, mut rest_of_line) = (vec![0; words], vec![0; words]);
        for (position, condition) in conditions.iter().enumerate() {
            if has_rest(condition) {
                set(if condition.asks_lines() { &mut rest_of_line } else { &mut rest_of_purchase }, position);
            }
        }
        let mut index = Self {
            words,
            size,
            merchants: attribute(|c| &c.merchants),
            stores: attribute(|c| &c.stores),
            alliances: attribute(|c| &c.alliances),
            channels: attribute(|c| &c.channels),
            tiers: attribute(|c| &c.tiers),
            roles: attribute(|c| &c.roles),
            flags: attribute(|c| &c.flags),
            member_of: attribute(|c| &c.member_of),
            products: attribute(|c| &c.products),
            tags: attribute(|c| &c.tags),
            categories: attribute(|c| &c.categories),
            weekdays,
            rest_of_purchase,
            rest_of_line,
            conditions,
        };
        index.spread_categories(tree);
        index
    }

    /// Lets a rule for `food` be found under `dairy` as well, so that a line is one look-up.
    fn spread_categories(&mut self, tree: &CategoryTree) {
        if self.categories.is_idle() {
            return;
        }
        let mut spread = BTreeMap::new();
        for (category, chain) in tree.all() {
            let mut bits = self.categories.any.clone();
            for above in chain {
                if let Some(more) = self.categories.by.get(above) {
                    join(&mut bits, more);
                }
            }
            spread.insert(category.clone(), bits);
        }
        self.categories.by = spread;
    }

    /// How many conditions there are.
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The conditions, by position.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Finds what holds for each line.
    pub fn matches(&self, facts: &Facts<'_>) -> Matches {
        if self.is_empty() {
            return Matches { by_line: vec![Vec::new(); facts.lines.len()] };
        }
        let mut scratch = vec![0; self.words];
        let of_purchase = self.of_purchase(facts, &mut scratch);
        let mut bits = vec![0; self.words];
        let by_line = facts
            .lines
            .iter()
            .map(|line| {
                bits.clone_from(&of_purchase);
                self.narrow_to_line(&mut bits, line, &mut scratch);
                self.ask_the_rest(&mut bits, &self.rest_of_line, facts, Some(line));
                positions(&bits).collect()
            })
            .collect();
        Matches { by_line }
    }

    /// Finds what holds for an activity, which has no lines.
    pub fn matches_without_lines(&self, facts: &Facts<'_>) -> Vec<usize> {
        let mut scratch = vec![0; self.words];
        let mut bits = self.of_purchase(facts, &mut scratch);
        self.products.narrow_one(&mut bits, None);
        self.categories.narrow_one(&mut bits, None);
        self.tags.narrow_one(&mut bits, None);
        self.ask_the_rest(&mut bits, &self.rest_of_line, facts, None);
        positions(&bits).collect()
    }

    fn of_purchase(&self, facts: &Facts<'_>, scratch: &mut Bits) -> Bits {
        let mut bits = vec![0; self.words];
        for position in 0..self.size {
            set(&mut bits, position);
        }
        let member = facts.member.as_ref();
        self.merchants.narrow_one(&mut bits, facts.merchant);
        self.stores.narrow_one(&mut bits, facts.store);
        self.alliances.narrow_some(&mut bits, facts.alliances.into_iter().flatten(), scratch);
        self.channels.narrow_one(&mut bits, facts.channel);
        self.tiers.narrow_one(&mut bits, member.and_then(|member| member.tier));
        self.roles.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.roles), scratch);
        self.flags.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.flags), scratch);
        self.member_of.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.member_of), scratch);
        let weekday = Weekday::ALL.iter().position(|weekday| *weekday == facts.day.weekday());
        if let Some(mask) = weekday.and_then(|index| self.weekdays.get(index)) {
            keep(&mut bits, mask);
        }
        self.ask_the_rest(&mut bits, &self.rest_of_purchase, facts, None);
        bits
    }

    fn narrow_to_line(&self, bits: &mut Bits, line: &LineFacts<'_>, scratch: &mut Bits) {
        self.products.narrow_one(bits, Some(line.product));
        self.categories.narrow_one(bits, line.categories.first());
        self.tags.narrow_some(bits, line.tags.iter(), scratch);
    }

    fn ask_the_rest(&self, bits: &mut Bits, rest: &[u64], facts: &Facts<'_>, line: Option<&LineFacts<'_>>) {
        for index in 0..self.words {
            let (Some(word), Some(mask)) = (bits.get(index).copied(), rest.get(index).copied()) else { continue };
            for low in positions(&[word & mask]) {
                let position = index.saturating_mul(64).saturating_add(low);
                let holds =
                    self.conditions.get(position).is_some_and(|condition| condition.miss(facts, line).is_none());
                if !holds {
                    clear(bits, position);
                }
            }
        }
    }
}

/// Whether the condition asks for more than sets of ids and weekdays.
fn has_rest(condition: &Condition) -> bool {
    condition.days.is_some()
        || condition.time.is_some()
        || !condition.holidays.is_empty()
        || condition.birthday.is_some()
        || condition.purchase_at_least.is_some()
        || condition.purchase_below.is_some()
        || condition.line_at_least.is_some()
        || condition.line_below.is_some()
        || condition.first_purchase.is_some()
        || condition.every_nth.is_some()
        || !condition.all.is_empty()
        || !condition.any.is_empty()
        || condition.not.is_some()
}
