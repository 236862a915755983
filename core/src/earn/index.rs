//! The index that finds matching rules without asking each: a bit for each rule, a bit set for each value of each
//! attribute. What the sets cannot say (times, amounts, nested parts) is asked of the few rules that are left.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, DayRange, TimeOfDay};
use super::facts::{CategoryTree, Facts, LineFacts};
use crate::values::{Amount, Id, Weekday};

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
    let mut bytes = [0; 16];
    let size = text.len().min(bytes.len());
    if let (Some(bytes), Some(text)) = (bytes.get_mut(..size), text.get(..size)) {
        bytes.copy_from_slice(text);
    }
    u128::from_be_bytes(bytes)
}

/// One attribute: which rules go with a value, and which do not ask.
#[derive(Debug, Clone, Default)]
struct Attribute {
    /// Rules that do not ask for this attribute.
    any: Bits,
    /// The values that some rule names, rising, each behind its head.
    names: Vec<(u128, Id)>,
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
            attribute.names.push((head(&name), name));
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
        let place = self.names.binary_search_by(|(head, name)| head.cmp(&wanted).then_with(|| name.cmp(value))).ok()?;
        let start = place.checked_mul(self.any.len())?;
        self.rows.get(start..start.checked_add(self.any.len())?)
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

/// What a condition asks beyond sets of ids and weekdays.
#[derive(Debug, Clone)]
enum Rest {
    Nothing,
    Bounds(Bounds),
    /// The condition without the sets, which the bits have answered.
    Parts(Box<Condition>),
}

/// Bounds alone, the most common of what the sets cannot say.
#[derive(Debug, Clone)]
struct Bounds {
    days: Option<DayRange>,
    time: Option<TimeOfDay>,
    /// At least, below.
    purchase: (Option<Amount>, Option<Amount>),
    line: (Option<Amount>, Option<Amount>),
}

/// A condition that has nothing but bounds.
fn of_bounds(bounds: Bounds) -> Condition {
    Condition {
        days: bounds.days,
        time: bounds.time,
        purchase_at_least: bounds.purchase.0,
        purchase_below: bounds.purchase.1,
        line_at_least: bounds.line.0,
        line_below: bounds.line.1,
        ..Condition::default()
    }
}

fn is_within(bounds: (Option<Amount>, Option<Amount>), value: Option<Amount>) -> bool {
    bounds.0.is_none_or(|least| value.is_some_and(|value| value >= least))
        && bounds.1.is_none_or(|below| value.is_some_and(|value| value < below))
}

impl Bounds {
    fn hold(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> bool {
        let in_days = |days: &DayRange| {
            days.from.is_none_or(|from| facts.day >= from) && days.until.is_none_or(|until| facts.day < until)
        };
        let in_time = |time: &TimeOfDay| {
            let (begun, open) = (time.from <= facts.time, facts.time < time.until);
            if time.from <= time.until { begun && open } else { begun || open }
        };
        self.time.as_ref().is_none_or(in_time)
            && is_within(self.purchase, facts.total)
            && self.days.as_ref().is_none_or(in_days)
            && is_within(self.line, line.map(|line| line.after_discounts))
    }
}

impl Rest {
    fn new(condition: &Condition) -> Self {
        let bounds = Bounds {
            days: condition.days.clone(),
            time: condition.time.clone(),
            purchase: (condition.purchase_at_least, condition.purchase_below),
            line: (condition.line_at_least, condition.line_below),
        };
        let asked = without_sets(condition);
        if asked.is_always() {
            Rest::Nothing
        } else if asked == of_bounds(bounds.clone()) {
            Rest::Bounds(bounds)
        } else {
            Rest::Parts(Box::new(asked))
        }
    }

    fn holds(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> bool {
        match self {
            Rest::Nothing => true,
            Rest::Bounds(bounds) => bounds.hold(facts, line),
            Rest::Parts(condition) => condition.miss(facts, line).is_none(),
        }
    }
}

/// The index over a list of conditions; the rule's position in that list is its bit.
#[derive(Debug, Clone)]
pub struct RuleIndex {
    /// Every condition.
    all: Bits,
    conditions: Vec<Condition>,
    rests: Vec<Rest>,
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
    /// Rules that ask something of lines; all others match every line of a purchase or none.
    asks_lines: Bits,
    /// Rules with more to ask of the purchase than the sets say.
    rest_of_purchase: Bits,
    /// Rules with more to ask of each line than the sets say.
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

    /// Adds the bits that are set and says where they are.
    fn note(&mut self, bits: &[u64]) -> (usize, usize) {
        let start = self.positions.len();
        let count = bits.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum();
        self.positions.reserve(count);
        for (index, word) in bits.iter().enumerate() {
            let (first, mut left) = (index.saturating_mul(64), *word);
            while left != 0 {
                let low = usize::try_from(left.trailing_zeros()).unwrap_or(0);
                self.positions.push(first.saturating_add(low));
                left &= left.wrapping_sub(1);
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
        let rests: Vec<Rest> = conditions.iter().map(Rest::new).collect();
        let mark = |of: &dyn Fn(&Condition, &Rest) -> bool| {
            let mut bits = vec![0; words];
            for (position, (condition, rest)) in conditions.iter().zip(&rests).enumerate() {
                if of(condition, rest) {
                    set(&mut bits, position);
                }
            }
            bits
        };
        let has_rest = |rest: &Rest| !matches!(rest, Rest::Nothing);
        let on = |weekday: &Weekday| mark(&|c, _| c.weekdays.is_empty() || c.weekdays.contains(weekday));
        Self {
            all: mark(&|_, _| true),
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
            asks_lines: mark(&|c, _| c.asks_lines()),
            rest_of_purchase: mark(&|c, rest| has_rest(rest) && !c.asks_lines()),
            rest_of_line: mark(&|c, rest| has_rest(rest) && c.asks_lines()),
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
        let of_purchase = self.of_purchase(facts);
        let lines_differ = of_purchase.iter().zip(&self.asks_lines).any(|(bits, asks)| bits & asks != 0);
        if !lines_differ {
            let stretch = matches.note(&of_purchase);
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
            self.ask_the_rest(&mut bits, &self.rest_of_line, facts, Some(line));
            let stretch = matches.note(&bits);
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
        self.ask_the_rest(&mut bits, &self.rest_of_line, facts, None);
        let mut matches = Matches::default();
        matches.note(&bits);
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
                if !self.rests.get(position).is_some_and(|rest| rest.holds(facts, line)) {
                    *word &= !1_u64.wrapping_shl(low);
                }
                left &= left.wrapping_sub(1);
            }
        }
    }
}

/// The condition without its sets of ids and weekdays, which the index answers.
fn without_sets(condition: &Condition) -> Condition {
    Condition {
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
        ..condition.clone()
    }
}
