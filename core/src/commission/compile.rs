//! The section in the form that purchases are rated with.

use std::collections::{BTreeMap, BTreeSet};

use super::section::{CommissionPlan, CommissionSection, PayoutCap, PlanEvent};
use crate::earn::{Across, CategoryTree, Condition, Funder, RuleIndex, Within};
use crate::expiry::Expiry;
use crate::values::{Fraction, Id, Rounding};

/// A plan, and what was looked up for it.
#[derive(Debug, Clone)]
pub struct PlannedCommission {
    /// The plan.
    pub plan: CommissionPlan,
    /// When its points expire.
    pub expiry: Expiry,
}

#[derive(Debug, Clone)]
pub(super) struct PlannedFactor {
    /// Position in `CommissionPlans::within`.
    pub dimension: usize,
    pub factor: Fraction,
    pub plans: BTreeSet<Id>,
}

/// The compiled section.
#[derive(Debug, Clone)]
pub struct CommissionPlans {
    /// The section.
    pub section: CommissionSection,
    pub(super) rounding: Rounding,
    pub(super) within: Vec<Within>,
    pub(super) across: Across,
    /// By (priority, id).
    pub(super) plans: Vec<PlannedCommission>,
    /// By id.
    pub(super) factors: Vec<PlannedFactor>,
    /// Over the plans and, behind them, the factors.
    pub(super) index: RuleIndex,
}

impl CommissionPlans {
    /// `None` if a name is nowhere declared, which a clean check rules out.
    pub(crate) fn compile(
        section: &CommissionSection,
        tree: &CategoryTree,
        expiry: &BTreeMap<Id, Expiry>,
        rounding: Rounding,
    ) -> Option<Self> {
        let dimensions: Vec<&Id> = section.dimensions.keys().collect();
        let mut plans = Vec::with_capacity(section.plans.len());
        for plan in &section.plans {
            let policy = match &plan.expiry {
                None => Expiry::Never {},
                Some(name) => expiry.get(name)?.clone(),
            };
            plans.push(PlannedCommission { plan: plan.clone(), expiry: policy });
        }
        plans.sort_by(|a, b| (a.plan.priority, &a.plan.id).cmp(&(b.plan.priority, &b.plan.id)));
        let mut multipliers: Vec<_> = section.multipliers.iter().collect();
        multipliers.sort_by(|a, b| a.id.cmp(&b.id));
        let mut factors = Vec::with_capacity(multipliers.len());
        for one in &multipliers {
            let dimension = dimensions.iter().position(|known| **known == one.dimension)?;
            factors.push(PlannedFactor { dimension, factor: one.factor.fraction(), plans: one.plans.clone() });
        }
        let conditions = plans.iter().map(|planned| &planned.plan.when).chain(multipliers.iter().map(|one| &one.when));
        let index = RuleIndex::new(conditions.cloned().collect::<Vec<Condition>>(), tree);
        Some(Self {
            section: section.clone(),
            rounding,
            within: section.dimensions.values().copied().collect(),
            across: section.across,
            plans,
            factors,
            index,
        })
    }

    /// Who pays the plans that pay in points, whatever the purchase: what has to be loaded for them.
    pub fn payers_of_points(&self) -> impl Iterator<Item = &Funder> {
        self.plans.iter().filter(|planned| planned.plan.asset.is_some()).map(|planned| &planned.plan.payer)
    }

    /// Whether a plan pays for scans of a purpose.
    pub fn pays_for(&self, purpose: &Id) -> bool {
        self.plans
            .iter()
            .map(|planned| &planned.plan)
            .any(|plan| plan.event == PlanEvent::Scan && (plan.purposes.is_empty() || plan.purposes.contains(purpose)))
    }

    /// The caps that count what is paid in an asset under a plan or stock; `None` is the currency.
    pub fn caps<'s>(&'s self, asset: Option<&'s Id>, under: &'s Id) -> impl Iterator<Item = &'s PayoutCap> {
        let counts =
            move |cap: &&PayoutCap| cap.asset.as_ref() == asset && (cap.under.is_empty() || cap.under.contains(under));
        self.section.caps.iter().filter(counts)
    }
}
