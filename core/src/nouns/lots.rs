//! The lots of an account: found by id, and by the first day on which one of them falls due.

use core::cmp::Ordering;
use core::ops::Deref;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

use super::Lot;
use crate::values::{Day, ItemId};
use crate::wire::{Canonical, Out};

/// The lots of one account, sorted by id; a slice of them is borrowed as from a list.
///
/// Every command that loads an account asks what is due in it, so the first day is kept at hand: an account of many lots
/// is looked through only on a day on which one falls due.
///
/// ```
/// use coalition::nouns::{Lot, LotState, Lots};
/// use coalition::values::Amount;
/// let lot = |id: &str, points: i64| Lot {
///     id: id.parse().unwrap(),
///     asset: "coin".parse().unwrap(),
///     funder: "shop-7".parse().unwrap(),
///     unit_cost: Amount::new(10_000).unwrap(),
///     reimbursement: Amount::new(8_000).unwrap(),
///     active: "2024-05-01".parse().unwrap(),
///     expires: None,
///     campaign: None,
///     state: LotState::Spendable,
///     awaits: None,
///     points: Amount::new(points).unwrap(),
/// };
/// let second = "00000000-0000-0000-0000-000000000001.2";
/// let lots: Lots = [lot(second, 20), lot("00000000-0000-0000-0000-000000000001.1", 10)].into_iter().collect();
/// assert_eq!(lots.iter().map(|lot| lot.points.get()).collect::<Vec<_>>(), [10, 20]);
/// assert_eq!(lots.get(second.parse().unwrap()).map(|lot| lot.points.get()), Some(20));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lots {
    by_id: Vec<Lot>,
    first_due: Option<Day>,
}

impl Lots {
    /// The lot with an id.
    pub fn get(&self, id: ItemId) -> Option<&Lot> {
        self.place(id).ok().and_then(|place| self.by_id.get(place))
    }

    /// Where the lot with an id is, or would be.
    pub(crate) fn place(&self, id: ItemId) -> Result<usize, usize> {
        self.by_id.binary_search_by(|known| known.id.cmp(&id))
    }

    /// The first day on which a lot becomes spendable or expires.
    pub(crate) fn first_due(&self) -> Option<Day> {
        self.first_due
    }

    /// Sets lots, each in the place of the one that had its id, and takes others out.
    pub(crate) fn set(&mut self, lots: Vec<Lot>, gone: &[ItemId]) {
        let mut gone_first = false;
        for lot in lots {
            let due = lot.due();
            let was = match self.place(lot.id) {
                Ok(place) => self.by_id.get_mut(place).and_then(|known| core::mem::replace(known, lot).due()),
                Err(place) => {
                    self.by_id.insert(place, lot);
                    None
                }
            };
            gone_first |= was.is_some() && was == self.first_due && was != due;
            self.first_due = [self.first_due, due].into_iter().flatten().min();
        }
        for id in gone {
            if let Ok(place) = self.place(*id) {
                let was = self.by_id.remove(place).due();
                gone_first |= was.is_some() && was == self.first_due;
            }
        }
        if gone_first {
            self.first_due = first_due(&self.by_id);
        }
    }
}

fn first_due(lots: &[Lot]) -> Option<Day> {
    lots.iter().filter_map(Lot::due).min()
}

impl Deref for Lots {
    type Target = [Lot];

    fn deref(&self) -> &[Lot] {
        &self.by_id
    }
}

impl<'a> IntoIterator for &'a Lots {
    type Item = &'a Lot;
    type IntoIter = core::slice::Iter<'a, Lot>;

    fn into_iter(self) -> Self::IntoIter {
        self.by_id.iter()
    }
}

/// Of two lots with one id the later one is taken.
impl FromIterator<Lot> for Lots {
    fn from_iter<I: IntoIterator<Item = Lot>>(lots: I) -> Self {
        let mut all = Self::default();
        all.set(lots.into_iter().collect(), &[]);
        all
    }
}

impl Serialize for Lots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_id.serialize(serializer)
    }
}

impl Canonical for Lots {
    fn write(&self, out: &mut Out) {
        self.by_id.write(out);
    }
}

impl<'de> Deserialize<'de> for Lots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let by_id = each_once(deserializer, |a: &Lot, b| a.id.cmp(&b.id))?;
        let first_due = first_due(&by_id);
        Ok(Self { by_id, first_due })
    }
}

/// Reads a list in any order and puts it in its own; what is given twice is refused.
pub(super) fn each_once<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    order: fn(&T, &T) -> Ordering,
) -> Result<Vec<T>, D::Error> {
    let mut list = Vec::<T>::deserialize(deserializer)?;
    list.sort_by(order);
    if list.array_windows().any(|[a, b]| order(a, b).is_eq()) {
        return Err(D::Error::custom("invalid_value: one is given twice"));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::nouns::LotState;
    use crate::nouns::samples::{self, day, item};

    fn lot(n: u32, expires: &str) -> Lot {
        Lot { expires: Some(day(expires)), ..samples::lot(n, 1) }
    }

    fn ids(lots: &Lots) -> Vec<u32> {
        lots.iter().map(|lot| lot.id.n).collect()
    }

    #[test]
    fn lots_are_sorted_by_id_and_the_first_day_is_that_of_those_that_are_there() {
        let mut lots: Lots = [lot(3, "2024-05-01"), lot(1, "2024-06-01"), lot(2, "2024-04-01")].into_iter().collect();
        assert_eq!((ids(&lots), lots.first_due()), (vec![1, 2, 3], Some(day("2024-04-01"))));
        lots.set(vec![lot(2, "2024-07-01"), lot(4, "2024-05-02")], &[]);
        assert_eq!((ids(&lots), lots.first_due()), (vec![1, 2, 3, 4], Some(day("2024-05-01"))));
        lots.set(vec![lot(3, "2024-05-03")], &[item(4)]);
        assert_eq!((ids(&lots), lots.first_due()), (vec![1, 2, 3], Some(day("2024-05-03"))));
        // Of those that go, one alone was the first.
        lots.set(vec![], &[item(1)]);
        assert_eq!((ids(&lots), lots.first_due()), (vec![2, 3], Some(day("2024-05-03"))));
        assert_eq!((lots.get(item(2)).map(|lot| lot.id.n), lots.get(item(1))), (Some(2), None));
        lots.set(vec![], &[item(2), item(3), item(9)]);
        assert_eq!((ids(&lots), lots.first_due()), (vec![], None));
        let twice: Lots = [lot(1, "2024-04-01"), lot(1, "2024-05-01")].into_iter().collect();
        assert_eq!((ids(&twice), twice.first_due()), (vec![1], Some(day("2024-05-01"))));
    }

    /// Does the same to a tree, and looks for the first day in all of it. What comes next is a plain sequence of numbers.
    #[test]
    fn lots_answer_as_a_tree_does() {
        let (mut lots, mut tree, mut state) = (Lots::default(), BTreeMap::new(), 3_usize);
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((state >> 33) % below).unwrap()
        };
        for _ in 0..3_000 {
            let changed: BTreeMap<ItemId, Lot> = (0..next(3))
                .map(|_| {
                    let lot = lot(next(40), &format!("2024-0{}-1{}", 1 + next(4), next(5)));
                    (lot.id, if next(5) == 0 { Lot { expires: None, ..lot } } else { lot })
                })
                .collect();
            let gone: Vec<ItemId> =
                (0..next(3)).map(|_| item(next(40))).filter(|id| !changed.contains_key(id)).collect();
            tree.extend(changed.clone());
            tree.retain(|id, _| !gone.contains(id));
            lots.set(changed.into_values().collect(), &gone);
            assert!(lots.iter().eq(tree.values()));
            assert_eq!(lots.first_due(), tree.values().filter_map(Lot::due).min());
        }
        assert!(lots.len() > 5, "{}", lots.len());
    }

    #[test]
    fn points_that_await_a_confirmation_are_not_due_before_they_expire() {
        let pending = Lot { state: LotState::Pending, active: day("2024-03-01"), ..lot(1, "2024-06-01") };
        assert_eq!(pending.due(), Some(day("2024-03-01")));
        let awaiting = Lot { awaits: Some(samples::id("p-1")), ..pending.clone() };
        assert_eq!(awaiting.due(), Some(day("2024-06-01")));
        assert_eq!(Lot { expires: None, ..awaiting }.due(), None);
        assert_eq!(Lot { state: LotState::Spendable, ..pending }.due(), Some(day("2024-06-01")));
    }
}
