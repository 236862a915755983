//! The arithmetic of an award, step by step: recomputing it gives the points.

use serde::{Deserialize, Serialize};

use super::missed::Missed;
use super::told::Told;
use super::{Facts, LineFacts};
use crate::values::{Amount, Id};

/// Base points that a rule gave on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseTrace {
    /// The rule.
    pub rule: Id,
    /// Its exact value before factors: `7` or `15/2`.
    pub value: String,
    /// Whether its group took it.
    pub taken: bool,
    /// Whether factors multiply it, everyday ones and campaigns'.
    #[serde(default)]
    pub multiplied: bool,
}

/// A factor on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorTrace {
    /// The multiplier.
    pub multiplier: Id,
    /// The dimension.
    pub dimension: Id,
    /// Its factor.
    pub factor: String,
    /// The whole factor of the line after it was taken in.
    pub total: String,
    /// The campaign that owns the increment.
    #[serde(default)]
    pub campaign: Option<Id>,
}

/// What happened on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTrace {
    /// The line.
    pub line: u32,
    /// Which points.
    pub asset: Id,
    /// Base points by rule.
    pub base: Vec<BaseTrace>,
    /// Factors in the order in which they were taken in: everyday ones, then campaigns'.
    pub factors: Vec<FactorTrace>,
}

/// A cut: by which cap, budget or float, from how much to how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutTrace {
    /// `cap/<id>`, `budget/<campaign>/points`, `budget/<campaign>/money`, `float/<party>` or, of payouts,
    /// `guard/payout_ratio`.
    pub by: String,
    /// Points, or minor units of a payout in money, before.
    pub from: Amount,
    /// After.
    pub to: Amount,
}

/// What a cap per line cut off the exact value of a line, before it was rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCutTrace {
    /// The line.
    pub line: u32,
    /// `cap/<id>`.
    pub by: String,
    /// The exact value before: `15/2`.
    pub from: String,
    /// The exact value after.
    pub to: String,
}

/// What a rule or a campaign's multiplier gave to an award on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GaveTrace {
    /// The line; none of an activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The rule, activity rule or multiplier.
    pub by: Id,
    /// Exactly: of a rule its value after everyday factors if they multiply it, of a multiplier its increment.
    pub value: String,
}

/// One award from its exact value to its points. One that came to nothing is told too, behind those that did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnTrace {
    /// Which points.
    pub asset: Id,
    /// The rule or multiplier that ranks it.
    pub rank: Id,
    /// The campaign; everyday points, if absent.
    #[serde(default)]
    pub campaign: Option<Id>,
    /// Who pays.
    pub funder: Id,
    /// What rules and multipliers gave to it, line by line, before caps per line; none that gave 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gave: Vec<GaveTrace>,
    /// What caps per line cut, cap by cap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line_cuts: Vec<LineCutTrace>,
    /// The exact value of each line after caps per line, in line order.
    pub lines: Vec<String>,
    /// Their sum.
    pub exact: String,
    /// After R1.
    pub rounded: Amount,
    /// Cuts, in order.
    pub cuts: Vec<CutTrace>,
    /// What was given.
    pub given: Amount,
}

/// What stands in a [`RuleTrace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// A rule of the section `earn`.
    Rule,
    /// A multiplier of the section `earn`.
    Multiplier,
    /// An activity rule.
    Activity,
    /// The referral fee of a voucher, by its stock.
    Fee,
    /// A plan of the section `commission`.
    Plan,
    /// A multiplier of the section `commission`.
    PlanMultiplier,
}

/// A rule and what it missed, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTrace {
    /// What it is: ids of earning and of commission may be the same.
    pub kind: RuleKind,
    /// The rule, multiplier, activity rule, plan or voucher stock.
    pub rule: Id,
    /// For each line, or once where there are none and of a fee.
    pub lines: Vec<MissTrace>,
}

impl RuleTrace {
    /// Asks each line, or once where there are none.
    pub(crate) fn ask(
        kind: RuleKind,
        id: &Id,
        facts: &Facts<'_>,
        miss: impl Fn(Option<&LineFacts<'_>>) -> Option<Told>,
    ) -> Self {
        let lines = if facts.lines.is_empty() {
            vec![MissTrace::new(None, miss(None))]
        } else {
            facts.lines.iter().map(|line| MissTrace::new(Some(line.n), miss(Some(line)))).collect()
        };
        Self { kind, rule: id.clone(), lines }
    }
}

/// Whether a rule matched on a line, or a plan or fee is paid for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissTrace {
    /// The line; none for an activity, scan, top-up or fee.
    #[serde(default)]
    pub line: Option<u32>,
    /// The first thing that was missed; none if it matched, and of a plan or fee if it is paid.
    #[serde(default)]
    pub missed: Option<Missed>,
    /// What was wanted, for people: the values of a condition's field, at most five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// What was there instead, for people; nothing was, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

impl MissTrace {
    pub(crate) fn new(line: Option<u32>, told: Option<Told>) -> Self {
        match told {
            None => Self { line, missed: None, wanted: None, found: None },
            Some(Told { missed, wanted, found }) => Self { line, missed: Some(missed), wanted, found },
        }
    }
}
