//! A tally on the wire: strict, with one text for one tally.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tally::{Cell, CellSum, Tally, TallySide};
use crate::nouns::Reason;
use crate::values::{Day, Id};

/// The version of the wire form of tallies and settlements.
pub(super) const VERSION: u32 = 1;

/// Reads the field `v`.
pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => Err(D::Error::custom(format!("invalid_value: version {other} is not known here, only 1 is"))),
    }
}

/// A sum as a decimal string: it may be past what a JSON number holds exactly.
struct Decimal(i128);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::values::text(deserializer, "a sum as text", |text| {
            match text.parse::<i128>() {
                // One number, one text: `+7` and `07` are not other ways to write `7`.
                Ok(sum) if sum > 0 && sum.to_string() == text => Ok(Self(sum)),
                _ => Err("invalid_amount: a sum is a whole number above 0 in plain decimal digits".to_owned()),
            }
        })
    }
}

#[derive(Serialize)]
struct RowRef<'a> {
    amount: Decimal,
    asset: &'a Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk: Option<&'a Id>,
    credit: &'a TallySide,
    day: Day,
    debit: &'a TallySide,
    period: Day,
    postings: u64,
    reason: Reason,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<&'a Id>,
}

struct Rows<'a>(&'a BTreeMap<Cell, CellSum>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(cell, sum)| RowRef {
            amount: Decimal(sum.amount),
            asset: &cell.asset,
            clerk: cell.clerk.as_ref(),
            credit: &cell.credit,
            day: cell.day,
            debit: &cell.debit,
            period: cell.period,
            postings: sum.postings,
            reason: cell.reason,
            store: cell.store.as_ref(),
        }))
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut table = serializer.serialize_struct("Tally", 3)?;
        table.serialize_field("cells", &Rows(&self.cells))?;
        table.serialize_field("shards", &self.shards)?;
        table.serialize_field("v", &VERSION)?;
        table.end()
    }
}

#[derive(Deserialize)]
struct Row {
    amount: Decimal,
    asset: Id,
    #[serde(default)]
    clerk: Option<Id>,
    credit: TallySide,
    day: Day,
    debit: TallySide,
    period: Day,
    postings: u64,
    reason: Reason,
    #[serde(default)]
    store: Option<Id>,
}

#[derive(Deserialize)]
struct Whole {
    cells: Vec<Row>,
    shards: Vec<Id>,
    #[serde(rename = "v", deserialize_with = "version")]
    _v: u32,
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = Whole::deserialize(deserializer)?;
        let disordered = |what: &str| D::Error::custom(format!("invalid_value: the {what} are not in rising order"));
        let mut tally = Tally::empty();
        for shard in whole.shards {
            if tally.shards.last().is_some_and(|before| *before >= shard) {
                return Err(disordered("shards"));
            }
            tally.shards.insert(shard);
        }
        for row in whole.cells {
            let Row { amount, asset, clerk, credit, day, debit, period, postings, reason, store } = row;
            if postings == 0 {
                return Err(D::Error::custom("invalid_value: a cell sums at least one posting"));
            }
            if !reason.is_of_a_purchase() && (store.is_some() || clerk.is_some()) {
                return Err(D::Error::custom("invalid_value: only what is of a purchase has a store or a clerk"));
            }
            let cell = Cell { period, day, debit, credit, asset, reason, store, clerk };
            if tally.cells.last_key_value().is_some_and(|(before, _)| *before >= cell) {
                return Err(disordered("cells"));
            }
            tally.cells.insert(cell, CellSum { postings, amount: amount.0 });
        }
        Ok(tally)
    }
}
