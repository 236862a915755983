//! The arithmetic of an award, step by step: recomputing it gives the points.

use serde::{Deserialize, Serialize};

use super::{Condition, Facts, LineFacts};
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

/// A cut: by which cap, budget or float, from how many to how many points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutTrace {
    /// `cap/<id>`, `budget/<campaign>/points`, `budget/<campaign>/money` or `float/<party>`.
    pub by: String,
    /// Points before.
    pub from: Amount,
    /// Points after.
    pub to: Amount,
}

/// One award from its exact value to its points.
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
    /// The exact value of each line after line caps, in line order.
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

/// A rule and what it missed, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTrace {
    /// The rule, multiplier or activity rule.
    pub rule: Id,
    /// For each line, or once where there are none.
    pub lines: Vec<MissTrace>,
}

impl RuleTrace {
    /// Asks a condition of each line, or once where there are none. What is `by_voucher` misses its `trigger` first, where
    /// no voucher gives it.
    pub fn ask(id: &Id, condition: &Condition, by_voucher: bool, facts: &Facts<'_>) -> Self {
        let given = |line: Option<&LineFacts<'_>>| line.is_some_and(|line| line.by_vouchers.contains(&id));
        let miss = |line: Option<&LineFacts<'_>>| {
            let missed = if by_voucher && !given(line) { Some("trigger") } else { condition.miss(facts, line) };
            MissTrace { line: line.map(|line| line.n), missed: missed.map(str::to_owned) }
        };
        let lines = if facts.lines.is_empty() {
            vec![miss(None)]
        } else {
            facts.lines.iter().map(|line| miss(Some(line))).collect()
        };
        Self { rule: id.clone(), lines }
    }
}

/// Whether a rule matched on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissTrace {
    /// The line; none for an activity.
    #[serde(default)]
    pub line: Option<u32>,
    /// The field of the condition that failed; none if it matched.
    #[serde(default)]
    pub missed: Option<String>,
}
