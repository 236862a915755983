//! What a check reports: a stable code, the path in the rulebook and a sentence for whoever wrote it.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_PROBLEMS;
use super::near;
use crate::values::Id;
use crate::wire::is_plain;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What is wrong with a rulebook. Codes are only ever appended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
        pub enum ProblemCode { $($(#[$doc])* $name,)* }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(ProblemCode::$name => $word,)* }
            }
        }
    };
}

codes! {
    /// The rulebook follows an edition of the arithmetic that this engine does not know.
    UnsupportedEdition = "unsupported_edition",
    /// A name is used and nowhere declared.
    UnknownName = "unknown_name",
    /// Points are wanted and the asset is something else, or money is.
    WrongAssetKind = "wrong_asset_kind",
    /// An id is used twice where it must be unique.
    DuplicateId = "duplicate_id",
    /// A category lies below itself.
    Cycle = "cycle",
    /// There are too many of something.
    Limit = "limit",
    /// A number, day or name lies outside what its place allows.
    OutOfRange = "out_of_range",
    /// A number must be above zero.
    NotPositive = "not_positive",
    /// The zone's offsets are out of range or its changes out of order.
    InvalidZone = "invalid_zone",
    /// A campaign's factor takes away instead of giving.
    CampaignFactorBelowOne = "campaign_factor_below_one",
    /// What is asked for contradicts itself or can never happen.
    NotPossible = "not_possible",
    /// Conditions, or categories, are nested too deep.
    TooDeep = "too_deep",
    /// The points of one line may need more than 128 bits on their way.
    MayOverflow = "may_overflow",
    /// An asset of the previous rulebook is gone.
    AssetRemoved = "asset_removed",
    /// An asset of the previous rulebook means something else now, or a cap counts another one.
    AssetChanged = "asset_changed",
    /// A cap or limit counts in another window than in the previous rulebook.
    CapWindowChanged = "cap_window_changed",
    /// A campaign of the previous rulebook is gone.
    CampaignRemoved = "campaign_removed",
    /// The rulebook does not begin after the previous one.
    NotLater = "not_later",
    /// More levels would be paid than are declared or acknowledged.
    GuardLevels = "guard_levels",
    /// Plans can pay out more than the fixed ratio.
    GuardPayoutRatio = "guard_payout_ratio",
    /// A plan would pay for entry fees.
    GuardEntryFee = "guard_entry_fee",
    /// A plan would pay for recruiting.
    GuardRecruitment = "guard_recruitment",
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with a rulebook.
///
/// The path follows the grammar of the wire: fields joined by `.`, list items as `[n]`, keys that are not plain words as
/// `["key"]`. Sets have no order, so the path of a name in a set is that of the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} at {path}: {detail}")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Problem {
    /// What kind, for a program.
    pub code: ProblemCode,
    /// Where: `earn.rules[3].when.categories`.
    pub path: String,
    /// What is wrong and what would be right, for a person.
    pub detail: String,
}

/// How many problems are told with a near name.
const ADVISED: usize = 50;

/// A place in the rulebook, as a chain through the callers: it becomes a text only where there is a problem.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
    /// What another module names as a path of its own, starting with a field.
    Inner(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    pub(super) fn field<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path::Field(self, name)
    }

    pub(super) fn item(&self, index: usize) -> Path<'_> {
        Path::Item(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Item(above, index) => write!(f, "{above}[{index}]"),
            Path::Inner(above, path) => write!(f, "{above}.{path}"),
            // Keys are ids, which hold nothing that needs an escape.
            Path::Field(above, name) if !is_plain(name) => write!(f, "{above}[\"{name}\"]"),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(above, name) => write!(f, "{above}.{name}"),
        }
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(super) struct Report {
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn add(&mut self, code: ProblemCode, path: &Path<'_>, detail: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { code, path: path.to_string(), detail: detail.into() });
        }
    }

    /// A name that is used and not declared, with the declared one that is probably meant.
    pub(super) fn unknown<'k>(
        &mut self,
        path: &Path<'_>,
        what: &str,
        name: &Id,
        declared: impl Iterator<Item = &'k Id>,
    ) {
        if self.problems.len() < MAX_PROBLEMS {
            // Looking for near names among thousands costs; who has so many problems begins with the first ones.
            let advised = self.problems.len() < ADVISED;
            let advice = if advised { near::advice(name.as_str(), declared.map(Id::as_str)) } else { String::new() };
            self.add(ProblemCode::UnknownName, path, format!("there is no {what} `{name}`{advice}"));
        }
    }

    /// A list that is longer than its limit.
    pub(super) fn limit(&mut self, path: &Path<'_>, what: &str, count: usize, most: usize) {
        if count > most {
            self.add(ProblemCode::Limit, path, format!("there are {count} {what}; at most {most} are possible"));
        }
    }

    pub(super) fn done(self) -> Vec<Problem> {
        self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{WireCode, WireError};

    #[test]
    fn paths_are_those_of_the_wire() {
        for key in ["plain", "with-dash", "_x", "with.dot", "7up", "-x"] {
            let wire = WireError::new(WireCode::InvalidId, "x").in_field("tender").in_field(key).in_item(2);
            let wire = wire.in_field("points");
            let path = Path::Root.field("points").item(2).field(key).field("tender").to_string();
            assert_eq!(path, wire.path);
        }
        assert_eq!(Path::Root.field("7up").to_string(), WireError::new(WireCode::InvalidId, "").in_field("7up").path);
    }

    #[test]
    fn the_first_50_problems_are_told_with_a_near_name() {
        let (mut report, tea) = (Report::default(), "tea".parse::<Id>().unwrap());
        let slip = "tee".parse::<Id>().unwrap();
        (0..51).for_each(|_| report.unknown(&Path::Root, "category", &slip, [&tea].into_iter()));
        let words: Vec<String> = report.done().into_iter().map(|problem| problem.detail).collect();
        assert_eq!(words[49], "there is no category `tee`; did you mean `tea`?");
        assert_eq!(words[50], "there is no category `tee`");
    }

    #[test]
    fn words_are_those_of_serde() {
        for code in ProblemCode::ALL {
            assert_eq!(crate::wire::encode(code).unwrap(), format!("\"{code}\""));
        }
    }
}
