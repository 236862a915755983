//! Tallies: postings added up by booked period, value day, accounts, asset, reason, store and clerk.

use core::fmt;
use core::str::FromStr;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::nouns::{Account, AccountKind, Event, Posting, Reason};
use crate::values::{Day, Id, Overflow};

/// One side of a cell: an account, except that kinds of member accounts are added up over all members.
///
/// On the wire `<party>/<kind>`; of member accounts `*` stands for the party: so that a tally grows with the
/// merchants and not with the members, and names no member.
///
/// ```
/// use coalition::nouns::Account;
/// use coalition::periods::TallySide;
/// let wallet: Account = "m-1/spendable".parse().unwrap();
/// assert_eq!(TallySide::from(&wallet).to_string(), "*/spendable");
/// let float: Account = "shop-7/float".parse().unwrap();
/// assert_eq!(TallySide::from(&float).to_string(), "shop-7/float");
/// assert!("m-1/spendable".parse::<TallySide>().is_err());
/// assert!("*/float".parse::<TallySide>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TallySide {
    // `None` exactly for the kinds of member accounts.
    party: Option<Id>,
    kind: AccountKind,
}

impl TallySide {
    /// Whose account it is; none for the kinds of member accounts.
    pub fn party(&self) -> Option<&Id> {
        self.party.as_ref()
    }

    /// What the account holds.
    pub const fn kind(&self) -> AccountKind {
        self.kind
    }
}

impl From<&Account> for TallySide {
    fn from(account: &Account) -> Self {
        let party = (!account.kind.is_member()).then(|| account.party.clone());
        Self { party, kind: account.kind }
    }
}

impl fmt::Display for TallySide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = self.party.as_ref().map_or("*", Id::as_str);
        write!(f, "{party}/{}", self.kind.as_str())
    }
}

impl FromStr for TallySide {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_id: `{text}` is not <party>/<kind>, or */<kind> for member accounts");
        if let Some(word) = text.strip_prefix("*/") {
            let members = |kind: &AccountKind| kind.is_member() && kind.as_str() == word;
            let kind = AccountKind::ALL.iter().copied().find(members).ok_or_else(wrong)?;
            return Ok(Self { party: None, kind });
        }
        let account: Account = text.parse().map_err(|_| wrong())?;
        if account.kind.is_member() {
            return Err(wrong());
        }
        Ok(Self { party: Some(account.party), kind: account.kind })
    }
}

impl Serialize for TallySide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TallySide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::values::text(deserializer, "an account of a tally", str::parse)
    }
}

/// The store and the clerk of a purchase, as its events name them: where and by whom something was sold (M10).
///
/// ```
/// use coalition::nouns::Event;
/// use coalition::periods::Place;
/// use coalition::values::Amount;
/// let (north, cash) = ("shop-7-north".parse().unwrap(), Amount::new(100).unwrap());
/// let refunded = Event::PurchaseRefunded {
///     purchase: "r1".parse().unwrap(),
///     store: Some(north),
///     clerk: None,
///     net: cash,
///     cash,
///     points: Amount::ZERO,
/// };
/// let events = [refunded];
/// let place = Place::of(&events);
/// assert_eq!((place.store.unwrap().as_str(), place.clerk), ("shop-7-north", None));
/// assert_eq!(Place::of(&[]), Place::NONE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place<'a> {
    /// In which store of the merchant.
    pub store: Option<&'a Id>,
    /// Who of the merchant's staff closed the sale.
    pub clerk: Option<&'a Id>,
}

impl<'a> Place<'a> {
    /// No store and no clerk: what is not of a purchase, or of one that names neither.
    pub const NONE: Self = Self { store: None, clerk: None };

    /// Of the purchase that a decision recorded, or of which it took something back.
    pub fn of(events: &'a [Event]) -> Self {
        let place = |event: &'a Event| match event {
            Event::PurchaseRecorded { store, clerk, .. } | Event::PurchaseRefunded { store, clerk, .. } => {
                Some(Self { store: store.as_ref(), clerk: clerk.as_ref() })
            }
            _ => None,
        };
        events.iter().find_map(place).unwrap_or(Self::NONE)
    }
}

/// What postings are added up by; ordered by these fields as they stand here (kinds and reasons in the order of their
/// lists).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The first day of the settlement window that holds the day on which the command was booked.
    pub period: Day,
    /// The value day: the local day that terms go by.
    pub day: Day,
    /// What gave.
    pub debit: TallySide,
    /// What got.
    pub credit: TallySide,
    /// What moved.
    pub asset: Id,
    /// Why.
    pub reason: Reason,
    /// The store of the purchase; none where the purchase names none, and for reasons that are not of a purchase
    /// ([`Reason::is_of_a_purchase`]).
    pub store: Option<Id>,
    /// The clerk who closed the sale; none likewise.
    pub clerk: Option<Id>,
}

/// The sum of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSum {
    /// How many postings.
    pub postings: u64,
    /// Their sum, in units of the cell's asset, above zero.
    pub amount: i128,
}

impl CellSum {
    pub(super) fn plus(self, other: Self) -> Result<Self, Overflow> {
        let postings = self.postings.checked_add(other.postings).ok_or(Overflow)?;
        let amount = self.amount.checked_add(other.amount).ok_or(Overflow)?;
        Ok(Self { postings, amount })
    }
}

/// Postings of some shards, added up. Debits and credits stay apart, so any account's flow can be read off it.
///
/// The shard ids say whose postings are in it, so that the same postings are never merged in twice. On the wire
/// `{"cells":[{"amount":"123","asset","clerk"?,"credit","day","debit","period","postings":3,"reason","store"?}, …],
/// "shards":[…],"v":1}` with the cells in their order.
///
/// ```
/// use coalition::nouns::{Posting, Reason};
/// use coalition::periods::{Place, Tally};
/// use coalition::values::{Amount, Day};
/// let may: Day = "2016-05-01".parse().unwrap();
/// let posting = Posting {
///     debit: "shop-7/float".parse().unwrap(),
///     credit: "m-1/pending".parse().unwrap(),
///     asset: "coin".parse().unwrap(),
///     amount: Amount::new(200).unwrap(),
///     day: "2016-05-31".parse().unwrap(),
///     reason: Reason::Award,
/// };
/// let (mut north, mut south) = (Tally::of_shard("north".parse().unwrap()), Tally::of_shard("south".parse().unwrap()));
/// north.add(may, &posting, Place::NONE).unwrap();
/// south.add(may, &posting, Place::NONE).unwrap();
/// let both = north.clone().merge(south).unwrap();
/// assert_eq!(both.cells.values().map(|sum| (sum.postings, sum.amount)).collect::<Vec<_>>(), [(2, 400)]);
/// assert_eq!(
///     both.merge(north).unwrap_err().to_string(),
///     "overlapping_shards: the postings of shard `north` are in both tallies",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The shards whose postings are in it.
    pub shards: BTreeSet<Id>,
    /// The sums.
    pub cells: BTreeMap<Cell, CellSum>,
}

/// Two tallies cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// A shard is in both.
    #[error("overlapping_shards: the postings of shard `{shard}` are in both tallies")]
    OverlappingShards {
        /// The first such shard.
        shard: Id,
    },
    /// A sum would not fit.
    #[error("amount_overflow: a sum does not fit 128 bits")]
    Overflow(#[from] Overflow),
}

impl Tally {
    /// Nothing of no shard: the identity of [`Tally::merge`].
    pub fn empty() -> Self {
        Self::default()
    }

    /// Nothing yet, of one shard.
    pub fn of_shard(shard: Id) -> Self {
        Self { shards: BTreeSet::from([shard]), cells: BTreeMap::new() }
    }

    /// Adds a posting that was booked in the settlement window with the first day `period`
    /// (`booked_day.start_of(window)`); the place is that of its decision, and is kept for reasons of a purchase only.
    ///
    /// # Errors
    ///
    /// [`Overflow`] if a sum would not fit, or if the posting's amount is not above zero (no engine writes such a one).
    /// The tally is unchanged then.
    pub fn add(&mut self, period: Day, posting: &Posting, place: Place<'_>) -> Result<(), Overflow> {
        if !posting.amount.is_positive() {
            return Err(Overflow);
        }
        put(&mut self.cells, cell_of(period, posting, place), CellSum { postings: 1, amount: posting.amount.wide() })
    }

    /// All of them, or none if one does not fit.
    pub(crate) fn add_all(&mut self, period: Day, postings: &[Posting], place: Place<'_>) -> Result<(), Overflow> {
        for (before, posting) in postings.iter().enumerate() {
            if let Err(overflow) = self.add(period, posting, place) {
                postings.iter().take(before).for_each(|added| self.take_out(period, added, place));
                return Err(overflow);
            }
        }
        Ok(())
    }

    /// Takes out a posting that was just added.
    fn take_out(&mut self, period: Day, posting: &Posting, place: Place<'_>) {
        if let Entry::Occupied(mut known) = self.cells.entry(cell_of(period, posting, place)) {
            let sum = known.get_mut();
            sum.postings = sum.postings.saturating_sub(1);
            sum.amount = sum.amount.saturating_sub(posting.amount.wide());
            if sum.amount == 0 {
                known.remove();
            }
        }
    }

    /// Both together.
    ///
    /// # Errors
    ///
    /// [`TallyError::OverlappingShards`] if a shard is in both, [`TallyError::Overflow`] if a sum would not fit.
    pub fn merge(self, other: Self) -> Result<Self, TallyError> {
        if let Some(shard) = self.shards.intersection(&other.shards).next() {
            return Err(TallyError::OverlappingShards { shard: shard.clone() });
        }
        let (mut into, from) = if self.cells.len() < other.cells.len() { (other, self) } else { (self, other) };
        into.shards.extend(from.shards);
        for (cell, sum) in from.cells {
            put(&mut into.cells, cell, sum)?;
        }
        Ok(into)
    }
}

fn cell_of(period: Day, posting: &Posting, place: Place<'_>) -> Cell {
    let place = if posting.reason.is_of_a_purchase() { place } else { Place::NONE };
    // Copying ids of up to 23 bytes is cheaper than a look-up by borrowed parts: 185 against 240 ns (1.5 million
    // postings into 411,000 cells).
    Cell {
        period,
        day: posting.day,
        debit: TallySide::from(&posting.debit),
        credit: TallySide::from(&posting.credit),
        asset: posting.asset.clone(),
        reason: posting.reason,
        store: place.store.cloned(),
        clerk: place.clerk.cloned(),
    }
}

/// Adds a sum to its cell; leaves the cells as they are if it would not fit.
fn put(cells: &mut BTreeMap<Cell, CellSum>, cell: Cell, sum: CellSum) -> Result<(), Overflow> {
    match cells.entry(cell) {
        Entry::Vacant(place) => {
            place.insert(sum);
        }
        Entry::Occupied(mut place) => {
            let both = place.get().plus(sum)?;
            place.insert(both);
        }
    }
    Ok(())
}
