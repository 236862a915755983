//! A checked rulebook in the form that the engine keeps.

use std::collections::BTreeMap;

use super::limits::MAX_CATEGORY_DEPTH;
use super::{PointsTerms, Problem, ProblemCode, Rulebook, check};
use crate::commission::CommissionPlans;
use crate::earn::{CategoryTree, EarnContext, EarnPlan};
use crate::expiry::Expiry;
use crate::values::{Amount, Asset, Day, Id, Instant, LocalTime, fine_asset};
use crate::wire::{Hash, WireCode};

/// The policy of points for which none is named.
static NEVER: Expiry = Expiry::Never {};

/// A rulebook without problems, its hash and what was computed from it once. Only [`compile`] makes one.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub(crate) rulebook: Rulebook,
    pub(crate) hash: Hash,
    pub(crate) plan: EarnPlan,
    pub(crate) commission: Option<CommissionPlans>,
    pub(crate) fine: Id,
}

/// Checks a rulebook and compiles it.
///
/// # Errors
///
/// Everything that [`check`](super::check()) reports.
pub fn compile(rulebook: Rulebook) -> Result<Compiled, Vec<Problem>> {
    let problems = check(&rulebook);
    if !problems.is_empty() {
        return Err(problems);
    }
    // Neither can happen after a clean check; a problem is still better than a silent wrong.
    let one = |code: ProblemCode, path: &str, detail: &str| {
        vec![Problem { code, path: path.to_owned(), detail: detail.to_owned() }]
    };
    let hash = rulebook.hash().map_err(|error| {
        let deep = error.code == WireCode::TooDeep;
        one(if deep { ProblemCode::TooDeep } else { ProblemCode::OutOfRange }, &error.path, &error.detail)
    })?;
    let context = EarnContext {
        tree: CategoryTree::new(chains(&rulebook)),
        expiry: &rulebook.expiry,
        rounding: rulebook.rounding.award,
    };
    let Some(plan) = EarnPlan::compile(&rulebook.earn, context) else {
        return Err(one(ProblemCode::UnknownName, "earn", "a name is used here that is nowhere declared"));
    };
    let commission = rulebook.commission.as_ref().map(|section| {
        CommissionPlans::compile(section, &plan.tree, &rulebook.expiry, rulebook.rounding.commission)
            .ok_or_else(|| one(ProblemCode::UnknownName, "commission", "a name is used here that is nowhere declared"))
    });
    let commission = commission.transpose()?;
    let fine = fine_asset(&rulebook.currency);
    Ok(Compiled { rulebook, hash, plan, commission, fine })
}

/// Each category followed by those above it, nearest first.
fn chains(rulebook: &Rulebook) -> BTreeMap<Id, Vec<Id>> {
    let parents: BTreeMap<&Id, Option<&Id>> =
        rulebook.categories.iter().map(|category| (&category.id, category.parent.as_ref())).collect();
    let chain = |start: &Id| {
        let above = |id: &&Id| parents.get(*id).copied().flatten();
        let chain = core::iter::successors(parents.get_key_value(start).map(|(id, _)| *id), above);
        chain.take(MAX_CATEGORY_DEPTH).cloned().collect()
    };
    rulebook.categories.iter().map(|category| (category.id.clone(), chain(&category.id))).collect()
}

impl Compiled {
    /// The rulebook itself.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// How points are earned.
    pub fn plan(&self) -> &EarnPlan {
        &self.plan
    }

    /// How commission is paid, if it is.
    pub fn commission(&self) -> Option<&CommissionPlans> {
        self.commission.as_ref()
    }

    /// The asset in which money between parties for points is posted.
    pub fn fine(&self) -> &Id {
        &self.fine
    }

    /// The programme's local day at a moment.
    pub fn day(&self, at: Instant) -> Day {
        self.rulebook.zone.day(at)
    }

    /// The programme's local day and time at a moment.
    pub fn local(&self, at: Instant) -> (Day, LocalTime) {
        self.rulebook.zone.local(at)
    }

    /// The terms of a points asset; `None` for points without terms and for what is not points.
    pub fn points_terms(&self, asset: &Id) -> Option<&PointsTerms> {
        self.rulebook.points.get(asset)
    }

    /// What a party that accepts one point gets, fine units; 0 for what has no terms.
    pub fn reimbursement(&self, asset: &Id) -> Amount {
        self.points_terms(asset).map_or(Amount::ZERO, |terms| terms.reimbursement)
    }

    /// Whether the asset is declared as points.
    pub fn is_points(&self, asset: &Id) -> bool {
        matches!(self.rulebook.assets.get(asset), Some(Asset::Points {}))
    }

    /// The policy with a name; without a name "never". `None` if it is not declared.
    pub fn expiry(&self, name: Option<&Id>) -> Option<&Expiry> {
        match name {
            None => Some(&NEVER),
            Some(name) => self.rulebook.expiry.get(name),
        }
    }
}
