//! The records of a book or a slice: found by a hash of their key, listed in the order of their keys.
//!
//! A decision looks up some twenty keys, and a tree of a whole book compares fifteen for each. The hash has no seed, and
//! nothing shows in what order records lie: what is listed or written is put in the order of the keys. Keys that share
//! a place, be it that somebody chose them so, are kept in a tree: then a look-up costs what it costs there.

use core::fmt;
use core::hash::{Hash, Hasher};
use std::collections::BTreeMap;

use super::record::Entry;
use crate::nouns::Key;

/// How many slots a key may lie in, from the one that its hash names.
const REACH: usize = 16;

/// The fewest slots that hashes name.
const LEAST: usize = 16;

/// A slot that was never used.
const FREE: u64 = 0;

/// A slot whose record was removed.
const GONE: u64 = LOW;

/// The half of a slot that tells where its record lies, counted from 1; the other half is the hash's.
const LOW: u64 = 0xffff_ffff;

/// Records by key, as a map: what is listed comes in the order of the keys.
///
/// ```
/// use coalition::book::{Entry, Records};
/// let mut records = Records::default();
/// for party in ["b", "a"] {
///     records.insert(format!("party/{party}").parse().unwrap(), Entry::default());
/// }
/// assert_eq!(records.keys().map(|key| key.to_string()).collect::<Vec<_>>(), ["party/a", "party/b"]);
/// assert!(records.get(&"party/c".parse().unwrap()).is_none());
/// ```
#[derive(Clone, Default)]
pub struct Records {
    /// In no order that means anything.
    entries: Vec<(Key, Entry)>,
    /// As many as hashes name, a power of two, and `REACH` more.
    slots: Vec<u64>,
    /// Slots that are `GONE`.
    gone: usize,
    /// Where the records lie whose slots were all taken.
    crowded: BTreeMap<Key, usize>,
}

impl Records {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The record of a key.
    pub fn get(&self, key: &Key) -> Option<&Entry> {
        self.find(key).and_then(|place| self.entries.get(place)).map(|(_, entry)| entry)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Entry> {
        self.find(key).and_then(|place| self.entries.get_mut(place)).map(|(_, entry)| entry)
    }

    /// Whether there is one.
    pub fn contains_key(&self, key: &Key) -> bool {
        self.find(key).is_some()
    }

    /// Sets a record; the one before, if there was one.
    pub fn insert(&mut self, key: Key, entry: Entry) -> Option<Entry> {
        if let Some(known) = self.get_mut(&key) {
            return Some(core::mem::replace(known, entry));
        }
        self.insert_new(key, entry);
        None
    }

    /// Sets a record that is known not to be there.
    pub(super) fn insert_new(&mut self, key: Key, entry: Entry) {
        self.make_room();
        self.entries.push((key, entry));
        self.link(self.entries.len().saturating_sub(1));
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: &Key) -> Option<Entry> {
        let place = self.find(key)?;
        self.relink(place, None);
        let last = self.entries.len().saturating_sub(1);
        if place != last {
            self.relink(last, Some(place));
        }
        Some(self.entries.swap_remove(place).1)
    }

    /// Keeps the records that `keep` says, which is asked in no particular order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Key, &mut Entry) -> bool) {
        self.entries.retain_mut(|(key, entry)| keep(key, entry));
        self.link_all();
    }

    /// Keys and records, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Entry)> + DoubleEndedIterator {
        self.into_iter()
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + DoubleEndedIterator {
        self.iter().map(|(key, _)| key)
    }

    /// Records, by key.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Entry> + DoubleEndedIterator {
        self.iter().map(|(_, entry)| entry)
    }

    /// What `pick` takes of the records, which is asked in no particular order: the caller puts it in order.
    pub(super) fn pick<'a, T>(&'a self, pick: impl Fn(&'a Key, &'a Entry) -> Option<T>) -> Vec<T> {
        self.entries.iter().filter_map(|(key, entry)| pick(key, entry)).collect()
    }

    fn is_at(&self, slot: u64, key: &Key) -> Option<usize> {
        let place = usize::try_from((slot & LOW).checked_sub(1)?).ok()?;
        self.entries.get(place).is_some_and(|(known, _)| known == key).then_some(place)
    }

    /// The first of the slots of a hash.
    fn home(&self, hash: u64) -> usize {
        let named = self.slots.len().saturating_sub(REACH);
        usize::try_from(hash & LOW).unwrap_or(0) & named.saturating_sub(1)
    }

    fn find(&self, key: &Key) -> Option<usize> {
        let hash = hash_of(key);
        let home = self.home(hash);
        for slot in self.slots.get(home..home.saturating_add(REACH))? {
            if *slot == FREE {
                return None;
            }
            if (slot ^ hash) & !LOW == 0
                && let Some(place) = self.is_at(*slot, key)
            {
                return Some(place);
            }
        }
        self.crowded.get(key).copied()
    }

    /// At most half of the slots that hashes name are used.
    fn make_room(&mut self) {
        let used = self.entries.len().saturating_add(self.gone).saturating_add(1);
        if used.saturating_mul(2) > self.slots.len().saturating_sub(REACH) {
            self.link_all();
        }
    }

    /// Gives every record a slot, with room for as many more.
    fn link_all(&mut self) {
        let named = self.entries.len().saturating_mul(4).next_power_of_two().max(LEAST);
        self.slots.clear();
        self.slots.resize(named.saturating_add(REACH), FREE);
        self.gone = 0;
        self.crowded.clear();
        for place in 0..self.entries.len() {
            self.link(place);
        }
    }

    /// Gives a record its slot.
    fn link(&mut self, place: usize) {
        let Some((key, _)) = self.entries.get(place) else { return };
        let hash = hash_of(key);
        let home = self.home(hash);
        let slots = self.slots.get_mut(home..home.saturating_add(REACH)).unwrap_or_default();
        match (slots.iter_mut().find(|slot| **slot == FREE || **slot == GONE), slot_of(hash, place)) {
            (Some(slot), Some(named)) => {
                self.gone = self.gone.saturating_sub(usize::from(*slot == GONE));
                *slot = named;
            }
            _ => {
                self.crowded.insert(key.clone(), place);
            }
        }
    }

    /// Tells the slot of a record that it lies somewhere else from now on, or nowhere.
    fn relink(&mut self, place: usize, now: Option<usize>) {
        let Some((key, _)) = self.entries.get(place) else { return };
        let hash = hash_of(key);
        let home = self.home(hash);
        let slots = self.slots.get_mut(home..home.saturating_add(REACH)).unwrap_or_default();
        let named = slot_of(hash, place);
        match (slots.iter_mut().find(|slot| Some(**slot) == named), now) {
            (Some(slot), Some(now)) => *slot = slot_of(hash, now).unwrap_or(*slot),
            (Some(slot), None) => {
                *slot = GONE;
                self.gone = self.gone.saturating_add(1);
            }
            (None, Some(now)) => {
                self.crowded.insert(key.clone(), now);
            }
            (None, None) => {
                self.crowded.remove(key);
            }
        }
    }
}

/// What a slot says of a record; `None` of places that it has no room for.
fn slot_of(hash: u64, place: usize) -> Option<u64> {
    let from_one = u64::try_from(place).ok()?.checked_add(1)?;
    (from_one < LOW).then_some((hash & !LOW) | from_one)
}

fn hash_of(key: &Key) -> u64 {
    let mut hasher = Folded(0);
    key.hash(&mut hasher);
    hasher.finish()
}

/// A product of 128 bits for every eight bytes, its halves folded into one: the same on every machine and in every run.
struct Folded(u64);

impl Folded {
    #[inline]
    fn fold(&mut self, word: u64) {
        const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15;
        let product = u128::from(self.0 ^ word).wrapping_mul(FACTOR);
        let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
        self.0 = half(product) ^ half(product.wrapping_shr(64));
    }
}

impl Hasher for Folded {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            self.fold(u64::from_le_bytes(*eight));
        }
        let word = |word: u64, byte: &u8| word.wrapping_shl(8) | u64::from(*byte);
        self.fold(rest.iter().fold(1, word));
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.fold(u64::from(byte));
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.fold(u64::from(number));
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.fold(u64::try_from(number).unwrap_or(0));
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.fold(u64::try_from(number).unwrap_or(0));
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

impl<'a> IntoIterator for &'a Records {
    type Item = (&'a Key, &'a Entry);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        let mut listed = self.pick(|key, entry| Some((key, entry)));
        listed.sort_unstable_by_key(|(key, _)| *key);
        listed.into_iter()
    }
}

impl Extend<(Key, Entry)> for Records {
    fn extend<I: IntoIterator<Item = (Key, Entry)>>(&mut self, entries: I) {
        for (key, entry) in entries {
            self.insert(key, entry);
        }
    }
}

impl FromIterator<(Key, Entry)> for Records {
    fn from_iter<I: IntoIterator<Item = (Key, Entry)>>(entries: I) -> Self {
        let mut records = Self::default();
        records.extend(entries);
        records
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.entries.iter().all(|(key, entry)| other.get(key) == Some(entry))
    }
}

impl Eq for Records {}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl serde::Serialize for Records {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        format!("purchase/p-{number}").parse().unwrap()
    }

    fn entry(version: u64) -> Entry {
        Entry { version, record: None }
    }

    fn listed(records: &Records) -> Vec<(Key, Entry)> {
        records.iter().map(|(key, entry)| (key.clone(), entry.clone())).collect()
    }

    /// Does the same to a tree, and compares all that can be asked. What comes next is a plain sequence of numbers.
    #[test]
    fn records_answer_as_a_tree_does() {
        let (mut records, mut tree, mut state) = (Records::default(), BTreeMap::new(), 7_usize);
        for step in 0..6_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = key(state.wrapping_shr(40) % 700);
            if state.wrapping_shr(20) % 3 == 0 {
                assert_eq!(records.remove(&key), tree.remove(&key));
            } else {
                assert_eq!(records.insert(key.clone(), entry(step)), tree.insert(key.clone(), entry(step)));
            }
            assert_eq!((records.get(&key), records.len()), (tree.get(&key), tree.len()));
            assert_eq!(records.contains_key(&key), tree.contains_key(&key));
        }
        assert_eq!(listed(&records), tree.clone().into_iter().collect::<Vec<_>>());
        records.retain(|_, entry| entry.version % 2 == 0);
        tree.retain(|_, entry| entry.version % 2 == 0);
        assert_eq!(listed(&records), tree.clone().into_iter().collect::<Vec<_>>());
        let again: Records = tree.into_iter().rev().collect();
        assert_eq!((&again, format!("{again:?}")), (&records, format!("{records:?}")));
    }

    #[test]
    fn keys_that_share_their_slots_are_found_all_the_same() {
        let mut records = Records::default();
        for number in 0..40 {
            records.insert(key(number), entry(1));
        }
        // As if every hash named the same place: all slots of all keys are taken by others.
        records.slots.fill(GONE ^ !LOW);
        for number in 40..50 {
            records.entries.push((key(number), entry(2)));
            records.link(records.entries.len() - 1);
        }
        assert_eq!(records.crowded.len(), 10);
        let versions =
            |records: &Records| (40..50).filter_map(|n| records.get(&key(n))).map(|e| e.version).sum::<u64>();
        assert_eq!(versions(&records), 20);
        assert_eq!(records.remove(&key(45)), Some(entry(2)));
        assert_eq!((versions(&records), records.crowded.len()), (18, 9));
        // With room, everything has its slot again.
        records.link_all();
        assert_eq!((versions(&records), records.crowded.len(), records.len()), (18, 0, 49));
    }
}
