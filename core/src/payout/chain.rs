//! Who is above whom: from the one who brought a customer or a merchant upwards, one record a level.

use std::collections::BTreeSet;

use crate::book::{Halt, View};
use crate::nouns::{Binding, Key};
use crate::organisation::Party;
use crate::values::{Day, Id};

/// Where a chain begins: the one who brought somebody, and the account that it earns into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    pub party: &'a Id,
    pub account: &'a Id,
}

impl<'a> From<&'a Binding> for Start<'a> {
    fn from(binding: &'a Binding) -> Self {
        Self { party: &binding.referrer, account: &binding.account }
    }
}

/// One of a chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub party: &'a Id,
    pub account: &'a Id,
    pub record: &'a Party,
    /// The day of its entry fee.
    pub entry_fee: Option<Day>,
}

/// A chain to be climbed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain<'a> {
    pub start: Option<Start<'a>>,
    /// The alliances of the merchant: bindings in them come first.
    pub alliances: &'a BTreeSet<Id>,
    /// The day of what is paid for: bindings that began later do not count.
    pub day: Day,
    /// Paid levels.
    pub levels: u32,
    /// The customer's account: whoever would earn into it by what the customer spends ends the chain. None for chains above
    /// others.
    pub customer: Option<&'a Id>,
}

impl<'a> Chain<'a> {
    fn keys(start: Start<'_>) -> [Key; 3] {
        let party = || start.party.clone();
        [Key::Account(start.account.clone()), Key::Party(party()), Key::Referral(party())]
    }

    /// What has to be loaded next, as far as it can be told from what is known: one level a round. With the first level
    /// comes the account of the merchant that it works for, which may share its fee.
    pub(crate) fn frontier(&self, view: View<'a>) -> Result<Vec<Key>, Halt> {
        let mut keys = Vec::new();
        if view.is_whole() {
            return Ok(keys);
        }
        let mut next = self.start;
        for level in 0..self.levels {
            let Some(start) = next else { break };
            keys.extend(Self::keys(start));
            let (party, referral) = (Key::Party(start.party.clone()), Key::Referral(start.party.clone()));
            if !view.knows(&party) || !view.knows(&referral) {
                break;
            }
            if level == 0 {
                let employer = view.party(start.party)?.and_then(|record| record.employer(start.party));
                keys.extend(employer.cloned().map(Key::Account));
            }
            next = self.above(view, start)?;
        }
        Ok(keys)
    }

    fn above(&self, view: View<'a>, start: Start<'_>) -> Result<Option<Start<'a>>, Halt> {
        let known = view.referral(start.party)?;
        let above = known.and_then(|known| known.binding_at(self.alliances, self.day)).map(Start::from);
        Ok(above.filter(|above| Some(above.account) != self.customer))
    }

    /// The chain, nearest first; halts with what lacks.
    pub(crate) fn climb(&self, view: View<'a>) -> Result<Vec<Link<'a>>, Halt> {
        view.want(self.frontier(view)?)?;
        let mut links = Vec::new();
        let mut next = self.start;
        for _ in 0..self.levels {
            let Some(start) = next else { break };
            let Some(record) = view.party(start.party)? else { break };
            let entry_fee = view.referral(start.party)?.and_then(|known| known.entry_fee);
            links.push(Link { party: start.party, account: start.account, record, entry_fee });
            next = self.above(view, start)?;
        }
        Ok(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Entry, Extent, PartyRecord, Record, Snapshot};
    use crate::nouns::{Referral, Via};

    fn id(text: &str) -> Id {
        text.parse().unwrap()
    }

    /// The day on which everybody was bound.
    fn may() -> Day {
        "2024-05-01".parse().unwrap()
    }

    fn binding(referrer: &str) -> Binding {
        Binding { referrer: id(referrer), account: id(referrer), since: may(), via: Via::Scan }
    }

    fn write(book: &mut Snapshot, key: Key, record: Record) {
        book.records.insert(key, Entry { version: 1, record: Some(record) });
    }

    /// `a` was brought by `b`, that by `c`, `d`, `e`; in the alliance `ring` `a` was brought by `e`. `e` works for `m`.
    fn book() -> Snapshot {
        let mut book = Snapshot::new_book();
        for (party, above) in [("a", Some("b")), ("b", Some("c")), ("c", Some("d")), ("d", Some("e")), ("e", None)] {
            let record = match party {
                "e" => Party::Staff { merchant: id("m"), roles: BTreeSet::new(), account: None, alliance: None },
                _ => Party::Partner { roles: BTreeSet::new(), terms: Vec::new() },
            };
            write(&mut book, Key::Party(id(party)), Record::Party(Box::new(PartyRecord { party: record })));
            let mut referral = Referral { programme: above.map(binding), ..Referral::default() };
            if party == "a" {
                referral.alliances.insert(id("ring"), binding("e"));
            }
            write(&mut book, Key::Referral(id(party)), Record::Referral(Box::new(referral)));
        }
        book
    }

    fn climbed(book: &Snapshot, alliances: &BTreeSet<Id>, levels: u32) -> Vec<String> {
        let (view, first, day) = (View::new(book), id("a"), may());
        let above = view.referral(&first).unwrap().unwrap().binding_at(alliances, day).map(Start::from);
        let chain = Chain { start: above, alliances, day, levels, customer: None };
        chain.climb(view).unwrap().iter().map(|link| link.party.to_string()).collect()
    }

    #[test]
    fn a_chain_goes_up_to_its_end_or_to_the_paid_levels() {
        let (book, none, ring) = (book(), BTreeSet::new(), BTreeSet::from([id("ring"), id("other")]));
        assert_eq!(climbed(&book, &none, 3), ["b", "c", "d"]);
        assert_eq!(climbed(&book, &none, 1), ["b"]);
        assert_eq!(climbed(&book, &none, 9), ["b", "c", "d", "e"]);
        assert_eq!(climbed(&book, &ring, 3), ["e"]);
    }

    #[test]
    fn a_binding_counts_from_its_day_on() {
        let mut book = book();
        let late = Binding { since: may().plus_days(1).unwrap(), ..binding("c") };
        let bound = |alliance: Binding| Referral {
            programme: Some(binding("b")),
            alliances: [(id("ring"), alliance)].into(),
            ..Referral::default()
        };
        let (ring, known) = (BTreeSet::from([id("ring")]), bound(late.clone()));
        let at = |day: Day| known.binding_at(&ring, day).map(|binding| binding.referrer.to_string());
        assert_eq!(at(may()), Some("b".to_owned()));
        assert_eq!(at(may().plus_days(1).unwrap()), Some("c".to_owned()));
        assert_eq!(at(may().plus_days(-1).unwrap()), None);
        // Above others, too: `c` was not bound above `b` yet.
        let referral = Referral { programme: Some(late), ..Referral::default() };
        write(&mut book, Key::Referral(id("b")), Record::Referral(Box::new(referral)));
        assert_eq!(climbed(&book, &BTreeSet::new(), 3), ["b"]);
    }

    #[test]
    fn even_a_circle_is_only_climbed_as_far_as_is_paid() {
        let mut book = book();
        let referral = Referral { programme: Some(binding("a")), ..Referral::default() };
        write(&mut book, Key::Referral(id("b")), Record::Referral(Box::new(referral)));
        assert_eq!(climbed(&book, &BTreeSet::new(), 3), ["b", "a", "b"]);
    }

    #[test]
    fn a_chain_ends_before_who_earns_into_the_customers_account() {
        let (book, none, [b, c, d]) = (book(), BTreeSet::new(), ["b", "c", "d"].map(id));
        let climbed = |customer| {
            let start = Some(Start { party: &b, account: &b });
            let chain = Chain { start, alliances: &none, day: may(), levels: 3, customer };
            chain.climb(View::new(&book)).unwrap().iter().map(|link| link.party.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(climbed(None), ["b", "c", "d"]);
        assert_eq!(climbed(Some(&d)), ["b", "c"]);
        assert_eq!(climbed(Some(&c)), ["b"]);
    }

    #[test]
    fn a_slice_asks_for_a_level_a_round_and_for_the_employer_of_the_first() {
        let (whole, none) = (book(), BTreeSet::new());
        let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
        let (first, account) = (id("d"), id("d"));
        let chain = Chain {
            start: Some(Start { party: &first, account: &account }),
            alliances: &none,
            day: may(),
            levels: 2,
            customer: None,
        };
        let asked = |slice: &Snapshot| {
            let keys = chain.frontier(View::new(slice)).unwrap();
            keys.iter().filter(|key| slice.version(key).is_none()).map(Key::to_string).collect::<Vec<_>>()
        };
        let mut rounds = Vec::new();
        loop {
            let keys = asked(&slice);
            if keys.is_empty() {
                break;
            }
            for key in &keys {
                let key: Key = key.parse().unwrap();
                let entry = whole.records.get(&key).cloned().unwrap_or_default();
                slice.records.insert(key, entry);
            }
            rounds.push(keys);
        }
        assert_eq!(rounds, [["account/d", "party/d", "referral/d"], ["account/e", "party/e", "referral/e"]]);
        // From `e`: the merchant that it works for has an account, too.
        let staff = id("e");
        let chain = Chain { start: Some(Start { party: &staff, account: &staff }), ..chain };
        let keys: Vec<String> = chain.frontier(View::new(&slice)).unwrap().iter().map(Key::to_string).collect();
        assert_eq!(keys, ["account/e", "party/e", "referral/e", "account/m"]);
    }
}
