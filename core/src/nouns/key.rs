//! Keys of records: one grammar in read sets, expected versions and error paths.

use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::values::{Id, ItemId, Letters};
use crate::wire::{Canonical, Out};

/// The lane that stock and budgets use unless a command names another.
pub const MAIN_LANE: &str = "main";

/// The name of a record, compared as its text.
///
/// ```
/// use coalition::nouns::Key;
/// let key: Key = "stock/shop-7/main".parse().unwrap();
/// assert!(matches!(&key, Key::Stock { party, .. } if party.as_str() == "shop-7"));
/// assert_eq!(key.to_string(), "stock/shop-7/main");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// `account/<id>`: a member account: lots, holds, counters, debts.
    Account(Id),
    /// `books`: how far the books are closed, and residues.
    Books,
    /// `budget/<campaign>/<lane>`: what a campaign has used.
    Budget {
        /// The campaign.
        campaign: Id,
        /// The lane.
        lane: Id,
    },
    /// `command/<uuid>`: that a command was decided.
    Command(Uuid),
    /// `pack/<owner>`: the vouchers that an alliance, or the platform, hands out.
    Pack(Id),
    /// `party/<id>`: a party and its terms.
    Party(Id),
    /// `purchase/<id>`: what a refund needs.
    Purchase(Id),
    /// `referral/<party>`: who brought it.
    Referral(Id),
    /// `scan/<purpose>/<code>`: that a code was scanned.
    Scan {
        /// What for.
        purpose: Id,
        /// The code.
        code: Id,
    },
    /// `stock/<party>/<lane>`: blocks of points that a party holds.
    Stock {
        /// The holder.
        party: Id,
        /// The lane.
        lane: Id,
    },
    /// `till/<merchant>/<till>`: what the operator bears of what a till loses.
    Till {
        /// The merchant.
        merchant: Id,
        /// The till.
        till: Id,
    },
    /// `voucher/<command>.<n>`: a voucher.
    Voucher(ItemId),
    /// `voucher_stock/<id>`: the stock that vouchers come from.
    VoucherStock(Id),
    /// `withdrawal/<command>.1`: money on its way out.
    Withdrawal(ItemId),
}

impl Key {
    const fn rank(&self) -> u8 {
        match self {
            Key::Account(_) => 0,
            Key::Books => 1,
            Key::Budget { .. } => 2,
            Key::Command(_) => 3,
            Key::Pack(_) => 4,
            Key::Party(_) => 5,
            Key::Purchase(_) => 6,
            Key::Referral(_) => 7,
            Key::Scan { .. } => 8,
            Key::Stock { .. } => 9,
            Key::Till { .. } => 10,
            Key::Voucher(_) => 11,
            Key::VoucherStock(_) => 12,
            Key::Withdrawal(_) => 13,
        }
    }

    fn letters(&self) -> Letters {
        let mut letters = Letters::new();
        let mut push = |texts: [&str; 4]| texts.into_iter().for_each(|text| letters.push(text));
        match self {
            Key::Account(id) => push(["account/", id.as_str(), "", ""]),
            Key::Books => push(["books", "", "", ""]),
            Key::Budget { campaign, lane } => push(["budget/", campaign.as_str(), "/", lane.as_str()]),
            Key::Command(id) => {
                push(["command/", id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()), "", ""]);
            }
            Key::Pack(id) => push(["pack/", id.as_str(), "", ""]),
            Key::Party(id) => push(["party/", id.as_str(), "", ""]),
            Key::Purchase(id) => push(["purchase/", id.as_str(), "", ""]),
            Key::Referral(id) => push(["referral/", id.as_str(), "", ""]),
            Key::Scan { purpose, code } => push(["scan/", purpose.as_str(), "/", code.as_str()]),
            Key::Stock { party, lane } => push(["stock/", party.as_str(), "/", lane.as_str()]),
            Key::Till { merchant, till } => push(["till/", merchant.as_str(), "/", till.as_str()]),
            Key::Voucher(id) => push(["voucher/", id.letters().as_str(), "", ""]),
            Key::VoucherStock(id) => push(["voucher_stock/", id.as_str(), "", ""]),
            Key::Withdrawal(id) => push(["withdrawal/", id.letters().as_str(), "", ""]),
        }
        letters
    }
}

/// Compares `a/b` texts without making them.
fn compare_pairs(left: (&Id, &Id), right: (&Id, &Id)) -> Ordering {
    if left.0 == right.0 {
        return left.1.cmp(right.1);
    }
    // The firsts differ, so the slash decides at the latest: what follows it is never reached.
    let (a, b) = (left.0.as_str().as_bytes(), right.0.as_str().as_bytes());
    let shared = a.len().min(b.len());
    let next = |text: &[u8]| text.get(shared).copied().unwrap_or(b'/');
    a.get(..shared).cmp(&b.get(..shared)).then_with(|| next(a).cmp(&next(b)))
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let ranks = self.rank().cmp(&other.rank());
        if ranks != Ordering::Equal {
            return ranks;
        }
        match (self, other) {
            (Key::Account(a), Key::Account(b))
            | (Key::Pack(a), Key::Pack(b))
            | (Key::Party(a), Key::Party(b))
            | (Key::Purchase(a), Key::Purchase(b))
            | (Key::Referral(a), Key::Referral(b))
            | (Key::VoucherStock(a), Key::VoucherStock(b)) => a.cmp(b),
            // As texts: the tenth comes before the second.
            (Key::Voucher(a), Key::Voucher(b)) | (Key::Withdrawal(a), Key::Withdrawal(b)) => {
                a.command.cmp(&b.command).then_with(|| a.n.to_string().cmp(&b.n.to_string()))
            }
            (Key::Command(a), Key::Command(b)) => a.cmp(b),
            (Key::Budget { campaign: a, lane: la }, Key::Budget { campaign: b, lane: lb })
            | (Key::Scan { purpose: a, code: la }, Key::Scan { purpose: b, code: lb })
            | (Key::Stock { party: a, lane: la }, Key::Stock { party: b, lane: lb })
            | (Key::Till { merchant: a, till: la }, Key::Till { merchant: b, till: lb }) => {
                compare_pairs((a, la), (b, lb))
            }
            _ => Ordering::Equal,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letters().as_str())
    }
}

impl FromStr for Key {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_id: `{text}` is not a key like account/<id>");
        let id = |text: &str| Id::new(text).map_err(|_| wrong());
        if text == "books" {
            return Ok(Key::Books);
        }
        let (kind, rest) = text.split_once('/').ok_or_else(wrong)?;
        let pair = || -> Result<(Id, Id), String> {
            let (first, second) = rest.split_once('/').ok_or_else(wrong)?;
            Ok((id(first)?, id(second)?))
        };
        let key = match kind {
            "account" => Key::Account(id(rest)?),
            "pack" => Key::Pack(id(rest)?),
            "party" => Key::Party(id(rest)?),
            "purchase" => Key::Purchase(id(rest)?),
            "referral" => Key::Referral(id(rest)?),
            "voucher" => Key::Voucher(rest.parse().map_err(|_| wrong())?),
            "voucher_stock" => Key::VoucherStock(id(rest)?),
            "command" => Key::Command(rest.parse().map_err(|_| wrong())?),
            "budget" => pair().map(|(campaign, lane)| Key::Budget { campaign, lane })?,
            "scan" => pair().map(|(purpose, code)| Key::Scan { purpose, code })?,
            "withdrawal" => Key::Withdrawal(rest.parse().map_err(|_| wrong())?),
            "stock" => pair().map(|(party, lane)| Key::Stock { party, lane })?,
            "till" => pair().map(|(merchant, till)| Key::Till { merchant, till })?,
            _ => return Err(wrong()),
        };
        if key.to_string() == text { Ok(key) } else { Err(wrong()) }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters().as_str())
    }
}

impl Canonical for Key {
    fn write(&self, out: &mut Out) {
        let one = |kind: &str, id: &Id, out: &mut Out| {
            out.put(kind);
            out.put(id.as_str());
        };
        let two = |kind: &str, (first, second): (&Id, &Id), out: &mut Out| {
            one(kind, first, out);
            out.put_bytes(b"/");
            out.put(second.as_str());
        };
        match self {
            Key::Account(id) => one("\"account/", id, out),
            Key::Books => out.put("\"books"),
            Key::Budget { campaign, lane } => two("\"budget/", (campaign, lane), out),
            Key::Command(id) => {
                out.put("\"command/");
                out.put_uuid(*id);
            }
            Key::Pack(id) => one("\"pack/", id, out),
            Key::Party(id) => one("\"party/", id, out),
            Key::Purchase(id) => one("\"purchase/", id, out),
            Key::Referral(id) => one("\"referral/", id, out),
            Key::Scan { purpose, code } => two("\"scan/", (purpose, code), out),
            Key::Stock { party, lane } => two("\"stock/", (party, lane), out),
            Key::Till { merchant, till } => two("\"till/", (merchant, till), out),
            Key::Voucher(id) => {
                out.put("\"voucher/");
                id.write_inside(out);
            }
            Key::VoucherStock(id) => one("\"voucher_stock/", id, out),
            Key::Withdrawal(id) => {
                out.put("\"withdrawal/");
                id.write_inside(out);
            }
        }
        out.put_bytes(b"\"");
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::values::text(deserializer, "a key", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_texts() {
        let texts = [
            "account/a",
            "account/a-b",
            "books",
            "budget/a-b/main",
            "budget/a/main",
            "command/00000000-0000-0000-0000-000000000001",
            "pack/x",
            "party/x",
            "purchase/x",
            "referral/x",
            "scan/sold/4711",
            "stock/a-b/main",
            "stock/a/lane2",
            "stock/a/main",
            "till/a-b/1",
            "till/a/1",
            "voucher/00000000-0000-0000-0000-000000000001.1",
            "voucher/00000000-0000-0000-0000-000000000001.10",
            "voucher/00000000-0000-0000-0000-000000000001.2",
            "voucher_stock/summer",
            "withdrawal/00000000-0000-0000-0000-000000000001.1",
        ];
        let mut keys: Vec<Key> = texts.iter().rev().map(|text| text.parse().unwrap()).collect();
        keys.sort();
        assert_eq!(keys.iter().map(Key::to_string).collect::<Vec<_>>(), texts);
    }

    #[test]
    fn other_texts_are_no_keys() {
        for bad in ["", "account", "account/", "account/a/b", "stock/a", "command/1", "lot/a", "books/"] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
    }
}
