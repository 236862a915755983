//! The index that finds matching rules without asking each: a bit for each rule, a bit set for each value of each
//! attribute and for each stretch of a measure. What the sets cannot say (nested parts, holidays, counts) is asked of
//! the few rules that are left.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, TimeOfDay};
use super::facts::{CategoryTree, Facts, LineFacts};
use crate::values::{Amount, Day, Id, LocalTime, Weekday};

type Bits = Vec<u64>;

fn set(bits: &mut Bits, position: usize) {
    if let Some(word) = bits.get_mut(position.div_euclid(64)) {
        *word |= 1_u64.wrapping_shl(u32::try_from(position.rem_euclid(64)).unwrap_or(0));
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

/// The first sixteen bytes of an id as a number. Numbers are ordered as the texts are, and most ids differ in them, so
/// that a search compares numbers and looks at one text.
fn head(id: &Id) -> u128 {
    let text = id.as_str().as_bytes();
    if let Some(bytes) = text.first_chunk() {
        return u128::from_be_bytes(*bytes);
    }
    // Two pieces of a fixed size that overlap: faster than a copy of any size.
    let missing = u32::try_from(16_usize.saturating_sub(text.len())).unwrap_or(0);
    let end = |bytes: u128| bytes.wrapping_shl(missing.saturating_mul(8));
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return u128::from(u64::from_be_bytes(*first)).wrapping_shl(64) | end(u64::from_be_bytes(*last).into());
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return u128::from(u32::from_be_bytes(*first)).wrapping_shl(96) | end(u32::from_be_bytes(*last).into());
    }
    end(text.iter().fold(0, |bytes, byte| bytes.wrapping_shl(8) | u128::from(*byte)))
}

/// The row at a place among rows of so many words.
fn row_at(rows: &[u64], words: usize, place: usize) -> Option<&[u64]> {
    let start = place.checked_mul(words)?;
    rows.get(start..start.checked_add(words)?)
}

/// One attribute: which rules go with a value, and which do not ask.
#[derive(Debug, Clone, Default)]
struct Attribute {
    /// Rules that do not ask for this attribute.
    any: Bits,
    /// The values that some rule names, rising.
    names: Vec<Id>,
    /// Their heads.
    heads: Vec<u128>,
    /// For each name, one after the other: the rules that take it, those that do not ask included.
    rows: Bits,
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
        Self::of_rows(any, by)
    }

    fn of_rows(any: Bits, by: BTreeMap<Id, Bits>) -> Self {
        let mut attribute = Self { any, ..Self::default() };
        for (name, row) in by {
            attribute.heads.push(head(&name));
            attribute.names.push(name);
            attribute.rows.extend(row);
        }
        attribute
    }

    /// Lets a rule for `food` be found under `dairy` as well, so that a line is one look-up.
    fn spread(self, tree: &CategoryTree) -> Self {
        if self.is_idle() {
            return self;
        }
        let mut by = BTreeMap::new();
        for (category, chain) in tree.all() {
            let mut bits = self.any.clone();
            for above in chain {
                if let Some(more) = self.row(above) {
                    join(&mut bits, more);
                }
            }
            by.insert(category.clone(), bits);
        }
        Self::of_rows(self.any, by)
    }

    /// Whether no rule asks: then nothing is narrowed.
    fn is_idle(&self) -> bool {
        self.names.is_empty()
    }

    fn row(&self, value: &Id) -> Option<&[u64]> {
        let wanted = head(value);
        let mut place = self.heads.partition_point(|head| *head < wanted);
        // A head that ends in zero is the whole text, as no id has that byte; others may share theirs.
        let is_whole = wanted.trailing_zeros() >= 8;
        while *self.heads.get(place)? == wanted {
            if is_whole || self.names.get(place)? == value {
                return row_at(&self.rows, self.any.len(), place);
            }
            place = place.checked_add(1)?;
        }
        None
    }

    fn narrow_one(&self, bits: &mut Bits, value: Option<&Id>) {
        if !self.is_idle() {
            keep(bits, value.and_then(|id| self.row(id)).unwrap_or(&self.any));
        }
    }

    fn narrow_some<'a>(&self, bits: &mut Bits, values: impl Iterator<Item = &'a Id>) {
        if self.is_idle() {
            return;
        }
        let mut rows = values.filter_map(|value| self.row(value));
        let Some(first) = rows.next() else { return keep(bits, &self.any) };
        let Some(second) = rows.next() else { return keep(bits, first) };
        let mut joined = first.to_vec();
        join(&mut joined, second);
        rows.for_each(|row| join(&mut joined, row));
        keep(bits, &joined);
    }
}

/// What a rule takes of a measure (a time, a day, an amount): from, below.
#[derive(Debug, Clone, Copy)]
struct Span<V> {
    from: Option<V>,
    until: Option<V>,
    /// Whether it runs over the end of the measure: then one of the two is enough.
    wraps: bool,
}

impl<V: Ord + Copy> Span<V> {
    fn new(from: Option<V>, until: Option<V>) -> Self {
        Self { from, until, wraps: false }
    }

    /// Whether it takes a value; `None` is less than all.
    fn takes(&self, value: Option<V>) -> bool {
        let (begun, open) = (self.from <= value, self.until.is_none_or(|until| value < Some(until)));
        if self.wraps { begun || open } else { begun && open }
    }
}

fn span_of_time(time: &TimeOfDay) -> Span<LocalTime> {
    Span { from: Some(time.from), until: Some(time.until), wraps: time.from > time.until }
}

/// A measure, cut wherever a rule's span begins or ends: between two cuts the same rules hold.
#[derive(Debug, Clone)]
struct Scale<V> {
    /// Rules that do not ask for this measure.
    any: Bits,
    /// Where some span begins or ends, rising.
    cuts: Vec<V>,
    /// For what is below the first cut, then from each cut on: the rules that take it.
    rows: Bits,
}

impl<V: Ord + Copy> Scale<V> {
    fn new(spans: &[Span<V>], words: usize) -> Self {
        let bits = |of: &dyn Fn(&Span<V>) -> bool| {
            let mut bits = vec![0; words];
            for (position, _) in spans.iter().enumerate().filter(|(_, span)| of(span)) {
                set(&mut bits, position);
            }
            bits
        };
        let cuts: BTreeSet<V> = spans.iter().flat_map(|span| [span.from, span.until]).flatten().collect();
        let stretches = core::iter::once(None).chain(cuts.iter().copied().map(Some));
        let rows = stretches.flat_map(|begin| bits(&|span| span.takes(begin))).collect();
        Self { any: bits(&|span| span.from.is_none() && span.until.is_none()), cuts: cuts.into_iter().collect(), rows }
    }

    fn narrow(&self, bits: &mut Bits, value: Option<V>) {
        if self.cuts.is_empty() {
            return;
        }
        let place = |value: V| self.cuts.partition_point(|cut| *cut <= value);
        let row = value.and_then(|value| row_at(&self.rows, self.any.len(), place(value)));
        keep(bits, row.unwrap_or(&self.any));
    }
}

/// The index over a list of conditions; the rule's position in that list is its bit.
#[derive(Debug, Clone)]
pub struct RuleIndex {
    /// Every condition.
    all: Bits,
    conditions: Vec<Condition>,
    /// For each condition what the sets and scales cannot say, if anything.
    rests: Vec<Option<Box<Condition>>>,
    merchants: Attribute,
    stores: Attribute,
    alliances: Attribute,
    channels: Attribute,
    tiers: Attribute,
    roles: Attribute,
    flags: Attribute,
    member_of: Attribute,
    weekdays: Vec<Bits>,
    days: Scale<Day>,
    times: Scale<LocalTime>,
    purchases: Scale<Amount>,
    line_amounts: Scale<Amount>,
    products: Attribute,
    tags: Attribute,
    /// By category of a line, those above it taken in.
    categories: Attribute,
    /// Rules that ask something of lines; all others match every line of a purchase or none.
    asks_lines: Bits,
    /// Rules with a rest to ask of the purchase; empty if there are none.
    rest_of_purchase: Bits,
    /// Rules with a rest to ask of each line; empty if there are none.
    rest_of_line: Bits,
}

/// For each line, the positions of the conditions that hold, rising.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    positions: Vec<usize>,
    /// Aligned with the lines of the facts: from where to where in `positions`. Lines may share a stretch.
    lines: Vec<(usize, usize)>,
}

impl Matches {
    /// The positions of the conditions that hold for the line at a place, rising.
    pub fn of_line(&self, place: usize) -> &[usize] {
        self.lines.get(place).and_then(|(start, end)| self.positions.get(*start..*end)).unwrap_or_default()
    }

    /// Adds the bits that are set and says where they are; clears them.
    fn note(&mut self, bits: &mut [u64]) -> (usize, usize) {
        let start = self.positions.len();
        let count = bits.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum();
        self.positions.reserve(count);
        for (part, words) in bits.chunks_mut(64).enumerate() {
            let first = part.saturating_mul(64 * 64);
            // One loop over all bits, without a branch where a word ends: where that is cannot be guessed.
            let mut filled = 0_u64;
            for (place, word) in (0_u32..).zip(&*words) {
                filled |= u64::from(*word != 0).wrapping_shl(place);
            }
            while filled != 0 {
                let place = usize::try_from(filled.trailing_zeros()).unwrap_or(0);
                let Some(word) = words.get_mut(place) else { break };
                let low = usize::try_from(word.trailing_zeros()).unwrap_or(0);
                self.positions.push(first.saturating_add(place.saturating_mul(64)).saturating_add(low));
                *word &= word.wrapping_sub(1);
                filled &= filled.wrapping_sub(u64::from(*word == 0));
            }
        }
        (start, self.positions.len())
    }
}

impl RuleIndex {
    /// Builds the index.
    pub fn new(conditions: Vec<Condition>, tree: &CategoryTree) -> Self {
        let words = conditions.len().div_ceil(64);
        let attribute = |of: fn(&Condition) -> &BTreeSet<Id>| {
            let wanted: Vec<&BTreeSet<Id>> = conditions.iter().map(of).collect();
            Attribute::new(&wanted, words)
        };
        let amounts = |of: fn(&Condition) -> (Option<Amount>, Option<Amount>)| {
            let spans: Vec<_> = conditions.iter().map(of).map(|(from, until)| Span::new(from, until)).collect();
            Scale::new(&spans, words)
        };
        let days = conditions.iter().map(|c| c.days.as_ref().map_or((None, None), |days| (days.from, days.until)));
        let days: Vec<_> = days.map(|(from, until)| Span::new(from, until)).collect();
        let time = |c: &Condition| c.time.as_ref().map_or(Span::new(None, None), span_of_time);
        let times: Vec<_> = conditions.iter().map(time).collect();
        let rests: Vec<Option<Box<Condition>>> = conditions.iter().map(rest).collect();
        let mark = |of: &dyn Fn(&Condition) -> bool| {
            let mut bits = vec![0; words];
            for (position, _) in conditions.iter().enumerate().filter(|(_, condition)| of(condition)) {
                set(&mut bits, position);
            }
            bits
        };
        let with_rest = |asks_lines: bool| {
            let mut bits = vec![0; words];
            for (position, (condition, rest)) in conditions.iter().zip(&rests).enumerate() {
                if rest.is_some() && condition.asks_lines() == asks_lines {
                    set(&mut bits, position);
                }
            }
            if bits.iter().all(|word| *word == 0) { Bits::new() } else { bits }
        };
        let on = |weekday: &Weekday| mark(&|c| c.weekdays.is_empty() || c.weekdays.contains(weekday));
        Self {
            all: mark(&|_| true),
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
            categories: attribute(|c| &c.categories).spread(tree),
            weekdays: Weekday::ALL.iter().map(on).collect(),
            days: Scale::new(&days, words),
            times: Scale::new(&times, words),
            purchases: amounts(|c| (c.purchase_at_least, c.purchase_below)),
            line_amounts: amounts(|c| (c.line_at_least, c.line_below)),
            asks_lines: mark(&Condition::asks_lines),
            rest_of_purchase: with_rest(false),
            rest_of_line: with_rest(true),
            rests,
            conditions,
        }
    }

    /// How many conditions there are.
    pub fn len(&self) -> usize {
        self.conditions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The conditions, by position.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Finds what holds for each line.
    pub fn matches(&self, facts: &Facts<'_>) -> Matches {
        let mut matches = Matches::default();
        let mut of_purchase = self.of_purchase(facts);
        let lines_differ = of_purchase.iter().zip(&self.asks_lines).any(|(bits, asks)| bits & asks != 0);
        if !lines_differ {
            let stretch = matches.note(&mut of_purchase);
            matches.lines = vec![stretch; facts.lines.len()];
            return matches;
        }
        matches.lines.reserve(facts.lines.len());
        let mut bits = of_purchase.clone();
        for line in &facts.lines {
            bits.copy_from_slice(&of_purchase);
            self.products.narrow_one(&mut bits, Some(line.product));
            self.categories.narrow_one(&mut bits, line.categories.first());
            self.tags.narrow_some(&mut bits, line.tags.iter());
            self.line_amounts.narrow(&mut bits, Some(line.after_discounts));
            self.ask_the_rest(&mut bits, &self.rest_of_line, facts, Some(line));
            let stretch = matches.note(&mut bits);
            matches.lines.push(stretch);
        }
        matches
    }

    /// Finds what holds for an activity, which has no lines.
    pub fn matches_without_lines(&self, facts: &Facts<'_>) -> Vec<usize> {
        let mut bits = self.of_purchase(facts);
        self.products.narrow_one(&mut bits, None);
        self.categories.narrow_one(&mut bits, None);
        self.tags.narrow_one(&mut bits, None);
        self.line_amounts.narrow(&mut bits, None);
        self.ask_the_rest(&mut bits, &self.rest_of_line, facts, None);
        let mut matches = Matches::default();
        matches.note(&mut bits);
        matches.positions
    }

    /// The rules that hold as far as the purchase is asked.
    fn of_purchase(&self, facts: &Facts<'_>) -> Bits {
        let mut bits = self.all.clone();
        let member = facts.member.as_ref();
        self.merchants.narrow_one(&mut bits, facts.merchant);
        self.stores.narrow_one(&mut bits, facts.store);
        self.alliances.narrow_some(&mut bits, facts.alliances.into_iter().flatten());
        self.channels.narrow_one(&mut bits, facts.channel);
        self.tiers.narrow_one(&mut bits, member.and_then(|member| member.tier));
        self.roles.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.roles));
        self.flags.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.flags));
        self.member_of.narrow_some(&mut bits, member.into_iter().flat_map(|member| member.member_of));
        let weekday = facts.day.weekday();
        let mask = Weekday::ALL.iter().zip(&self.weekdays).find(|(known, _)| **known == weekday);
        if let Some((_, mask)) = mask {
            keep(&mut bits, mask);
        }
        self.days.narrow(&mut bits, Some(facts.day));
        self.times.narrow(&mut bits, Some(facts.time));
        self.purchases.narrow(&mut bits, facts.total);
        self.ask_the_rest(&mut bits, &self.rest_of_purchase, facts, None);
        bits
    }

    fn ask_the_rest(&self, bits: &mut Bits, rest: &[u64], facts: &Facts<'_>, line: Option<&LineFacts<'_>>) {
        for (index, (word, mask)) in bits.iter_mut().zip(rest).enumerate() {
            let first = index.saturating_mul(64);
            let mut left = *word & mask;
            while left != 0 {
                let low = left.trailing_zeros();
                let position = first.saturating_add(usize::try_from(low).unwrap_or(0));
                let rest = self.rests.get(position).and_then(Option::as_deref);
                if rest.is_some_and(|rest| rest.miss(facts, line).is_some()) {
                    *word &= !1_u64.wrapping_shl(low);
                }
                left &= left.wrapping_sub(1);
            }
        }
    }
}

/// The condition without what sets and scales answer; `None` if nothing is left.
fn rest(condition: &Condition) -> Option<Box<Condition>> {
    let rest = Condition {
        merchants: BTreeSet::new(),
        stores: BTreeSet::new(),
        alliances: BTreeSet::new(),
        categories: BTreeSet::new(),
        products: BTreeSet::new(),
        tags: BTreeSet::new(),
        channels: BTreeSet::new(),
        tiers: BTreeSet::new(),
        roles: BTreeSet::new(),
        flags: BTreeSet::new(),
        member_of: BTreeSet::new(),
        weekdays: BTreeSet::new(),
        days: None,
        time: None,
        purchase_at_least: None,
        purchase_below: None,
        line_at_least: None,
        line_below: None,
        ..condition.clone()
    };
    (!rest.is_always()).then(|| Box::new(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_length_are_told_apart() {
        let text = "abcdefghij".repeat(7);
        let mut ids: Vec<Id> = (1..=64).map(|size| Id::new(text.get(..size).unwrap()).unwrap()).collect();
        ids.push(Id::new("abcdefghijabcdef-").unwrap());
        ids.sort();
        assert!(ids.iter().map(head).is_sorted());
        let sets: Vec<BTreeSet<Id>> = ids.iter().map(|id| [id.clone()].into()).collect();
        let attribute = Attribute::new(&sets.iter().collect::<Vec<_>>(), 2);
        for (position, id) in ids.iter().enumerate() {
            let mut found = Matches::default();
            found.note(&mut attribute.row(id).unwrap().to_vec());
            assert_eq!(found.positions, [position], "{id}");
        }
        assert!(attribute.row(&Id::new("abcdefghijabcdef.").unwrap()).is_none());
    }

    #[test]
    fn bits_beyond_one_part_are_noted() {
        let wanted = [0, 63, 64, 4_095, 4_096, 4_479];
        let mut bits = vec![0; 70];
        wanted.iter().for_each(|position| set(&mut bits, *position));
        let mut found = Matches::default();
        assert_eq!(found.note(&mut bits), (0, 6));
        assert_eq!(found.positions, wanted);
    }
}
