//! A slice of the book, or the whole book: what a decision is made against, and what its changes are applied to.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::change::{AccountPatch, After, Change};
use super::record::{Books, Entry, Record};
use super::records::Records;
use crate::nouns::{Key, MemberAccount};
use crate::organisation::Party;
use crate::values::Id;
use crate::wire::{self, Mode, TreeLimits, WireError};

/// The version of a snapshot's wire form; version N reads N − 1.
pub const SNAPSHOT_VERSION: u32 = 1;

/// Whether keys that are not listed are absent or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// A slice: a key that is not listed is unknown, and needing it is `needs`.
    #[default]
    Slice,
    /// The whole book: a key that is not listed is absent.
    Whole,
}

/// Records by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// A slice, or the whole book.
    pub extent: Extent,
    /// The records.
    pub records: Records,
}

/// A change expects another version than the snapshot has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stale_snapshot at {key}: the change expects version {expected}, the book has {found}")]
pub struct StaleSnapshot {
    /// The record.
    pub key: Key,
    /// The version that the decision saw.
    pub expected: u64,
    /// The version that is there.
    pub found: u64,
}

impl Snapshot {
    /// An empty book.
    pub fn new_book() -> Self {
        Self { extent: Extent::Whole, records: Records::default() }
    }

    /// Reads what an engine wrote, up to some limits: fields that this version does not know are passed over, another version
    /// is refused.
    ///
    /// ```
    /// use coalition::book::Snapshot;
    /// use coalition::wire::TreeLimits;
    /// let text = br#"{"extent":"slice","records":{"books":{"version":0}},"v":1}"#;
    /// let slice = Snapshot::from_json(text, TreeLimits::STORED).unwrap();
    /// assert_eq!(slice.version(&"books".parse().unwrap()), Some(0));
    /// let newer = Snapshot::from_json(br#"{"v":2}"#, TreeLimits::STORED).unwrap_err();
    /// assert_eq!((newer.code.as_str(), newer.path.as_str()), ("unsupported_version", "v"));
    /// ```
    ///
    /// # Errors
    ///
    /// `unsupported_version` at `v` before all that is in it; what has no place on the wire.
    pub fn from_json(source: &[u8], limits: TreeLimits) -> Result<Self, WireError> {
        let tree = wire::parse_json(source, limits)?;
        wire::version(&tree, source, Mode::Stored, SNAPSHOT_VERSION, "snapshots")?;
        let SnapshotWire { extent, records, .. } = wire::decode(&tree, source, Mode::Stored)?;
        Ok(Self { extent, records })
    }

    /// The version of a key, 0 if it is absent; `None` if a slice does not list it.
    pub fn version(&self, key: &Key) -> Option<u64> {
        match (self.records.get(key), self.extent) {
            (Some(entry), _) => Some(entry.version),
            (None, Extent::Whole) => Some(0),
            (None, Extent::Slice) => None,
        }
    }

    /// The record of a key.
    pub fn record(&self, key: &Key) -> Option<&Record> {
        self.records.get(key).and_then(|entry| entry.record.as_ref())
    }

    /// Every party that is there.
    pub fn parties(&self) -> impl Iterator<Item = (Id, &Party)> {
        let mut parties = self.records.pick(|key, entry| match (key, &entry.record) {
            (Key::Party(id), Some(Record::Party(record))) => Some((id, &record.party)),
            _ => None,
        });
        parties.sort_unstable_by_key(|(id, _)| *id);
        parties.into_iter().map(|(id, party)| (id.clone(), party))
    }

    /// How far the books are closed, if they ever were.
    pub fn books(&self) -> Option<&Books> {
        match self.record(&Key::Books) {
            Some(Record::Books(books)) => Some(books),
            _ => None,
        }
    }

    /// Applies changes: checks every expected version first, then sets. No arithmetic; on an error nothing is changed.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), StaleSnapshot> {
        self.check_versions(changes)?;
        for change in changes {
            let Some(after) = &change.after else { continue };
            self.write(change.key.clone(), change.expects, |entry| match after {
                After::Record { record } => entry.record = Some(record.clone()),
                After::Account(patch) => entry.patch((**patch).clone()),
            });
        }
        Ok(())
    }

    /// [`Snapshot::apply`] for a host that needs the changes no longer: records are moved in, not copied.
    ///
    /// ```
    /// # use coalition::{Detail, book::Snapshot, json};
    /// # let engine = json::compile(include_bytes!("../../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../../tests/quickstart/setup.json")).unwrap();
    /// let (mut moved, mut copied) = (Snapshot::new_book(), Snapshot::new_book());
    /// let mut outcome = engine.decide(&setup[0], &moved, Detail::Plain);
    /// copied.apply(outcome.changes()).unwrap();
    /// moved.absorb(outcome.take_changes()).unwrap();
    /// assert_eq!(moved, copied);
    /// assert!(outcome.changes().is_empty());
    /// ```
    pub fn absorb(&mut self, changes: Vec<Change>) -> Result<(), StaleSnapshot> {
        self.check_versions(&changes)?;
        for change in changes {
            let Some(after) = change.after else { continue };
            self.write(change.key, change.expects, |entry| match after {
                After::Record { record } => entry.record = Some(record),
                After::Account(patch) => entry.patch(*patch),
            });
        }
        Ok(())
    }

    fn check_versions(&self, changes: &[Change]) -> Result<(), StaleSnapshot> {
        for change in changes {
            let found = self.version(&change.key).unwrap_or(0);
            if found != change.expects {
                return Err(StaleSnapshot { key: change.key.clone(), expected: change.expects, found });
            }
        }
        Ok(())
    }

    /// Makes the next version of a record.
    fn write(&mut self, key: Key, expects: u64, set: impl FnOnce(&mut Entry)) {
        let version = expects.saturating_add(1);
        if let Some(entry) = self.records.get_mut(&key) {
            entry.version = version;
            return set(entry);
        }
        let mut entry = Entry { version, record: None };
        set(&mut entry);
        self.records.insert_new(key, entry);
    }
}

impl Entry {
    fn patch(&mut self, patch: AccountPatch) {
        if let Some(Record::Account(account)) = &mut self.record {
            return patch.move_into(account);
        }
        let mut account = Box::<MemberAccount>::default();
        patch.move_into(&mut account);
        self.record = Some(Record::Account(account));
    }
}

#[derive(Deserialize)]
struct SnapshotWire {
    #[expect(dead_code, reason = "asked before all else; the types of other languages come from this struct")]
    v: u32,
    #[serde(default)]
    extent: Extent,
    #[serde(deserialize_with = "records_by_key")]
    records: Records,
}

/// Reads records each of which is what its key names.
fn records_by_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Records, D::Error> {
    struct ByKey;
    struct Under<'k>(&'k Key);

    impl<'de> DeserializeSeed<'de> for Under<'_> {
        type Value = Entry;
        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
            let entry = Entry::deserialize(deserializer)?;
            if entry.record.as_ref().is_some_and(|record| !record.is_under(self.0)) {
                return Err(serde::de::Error::custom("invalid_value: the record is of another type than its key"));
            }
            Ok(entry)
        }
    }

    impl<'de> Visitor<'de> for ByKey {
        type Value = Records;
        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("a table of records by key")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut records = Records::default();
            while let Some(key) = map.next_key::<Key>()? {
                let entry = map.next_value_seed(Under(&key))?;
                records.insert(key, entry);
            }
            Ok(records)
        }
    }

    deserializer.deserialize_map(ByKey)
}

impl Serialize for Snapshot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Borrowed<'a> {
            extent: Extent,
            records: &'a Records,
            v: u32,
        }
        Borrowed { v: SNAPSHOT_VERSION, extent: self.extent, records: &self.records }.serialize(serializer)
    }
}
