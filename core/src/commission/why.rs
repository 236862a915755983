//! Why a plan or a multiplier of plans pays nothing: the one thing that it missed, line by line. Only `explain` asks.

use std::collections::BTreeSet;

use super::compile::{CommissionPlans, PlannedCommission};
use super::rate::{Present, RatedCommission, bar, first_miss, ladder};
use super::section::{CommissionMode, CommissionMultiplier, CommissionPlan, PlanEvent};
use crate::earn::{Facts, LineFacts, MissTrace, Missed, Multiplied, RuleKind, RuleTrace, Told, listed, word};
use crate::nouns::PayoutRole;
use crate::values::Id;

/// Plans that took a line.
type Takers<'p> = Vec<&'p CommissionPlan>;

/// An event that plans are asked about: who is there for it, and what the plans came to.
#[derive(Debug)]
pub(crate) struct Asked<'s, 'p, 'a> {
    pub event: PlanEvent,
    pub present: &'s Present<'a>,
    pub rated: Vec<RatedCommission<'p, 'a>>,
}

impl<'p, 'a> Asked<'_, 'p, 'a> {
    fn rated(&self, plan: &CommissionPlan) -> Option<&RatedCommission<'p, 'a>> {
        self.rated.iter().find(|rated| rated.planned.plan.id == plan.id)
    }
}

/// What is asked: the events, and the stocks of the vouchers or the purpose of the scan.
#[derive(Debug)]
pub(crate) struct Inquiry<'s, 'p, 'a> {
    pub asked: &'s [Asked<'s, 'p, 'a>],
    pub with: &'s BTreeSet<&'s Id>,
}

impl<'s, 'p, 'a> Inquiry<'s, 'p, 'a> {
    fn event(&self, plan: &CommissionPlan) -> Option<&'s Asked<'s, 'p, 'a>> {
        self.asked.iter().find(|asked| asked.event == plan.event)
    }

    fn is_paid(&self, plan: &CommissionPlan) -> bool {
        let rated = self.event(plan).and_then(|asked| asked.rated(plan));
        rated.is_some_and(|rated| rated.whole.is_positive())
    }

    /// What a plan misses whatever the line.
    fn miss_of_plan(&self, plan: &CommissionPlan) -> Option<Told> {
        let Some(asked) = self.event(plan) else {
            let events = listed(self.asked.iter().map(|asked| word(&asked.event)));
            return Some(Told::new(Missed::Event, Some(word(&plan.event)), events));
        };
        let missed = first_miss(plan, asked.event, asked.present, self.with)?;
        let roles = asked.present.referrers.first().and_then(|direct| direct.roles);
        let (wanted, found) = match missed {
            Missed::Stocks => (&plan.stocks, listed(self.with)),
            Missed::Purposes => (&plan.purposes, listed(self.with)),
            _ => (&plan.roles, listed(roles.into_iter().flatten())),
        };
        Some(Told::new(missed, listed(wanted), found))
    }

    /// What a plan that took a line misses after all: nobody to be paid, or nothing to pay.
    fn miss_of_parts(&self, plans: &CommissionPlans, planned: &PlannedCommission) -> Option<Told> {
        let asked = self.event(&planned.plan)?;
        match asked.rated(&planned.plan) {
            Some(rated) if rated.whole.is_positive() => None,
            Some(rated) => Some(Told::new(Missed::Nothing, None, Some(rated.exact.text()))),
            None => Some(plans.miss_of_people(planned, asked.present)),
        }
    }
}

impl CommissionPlans {
    /// Asks every plan and multiplier one by one what each line of a purchase, or a scan or top-up, misses.
    pub(crate) fn why_not(&self, facts: &Facts<'_>, inquiry: &Inquiry<'_, '_, '_>) -> Vec<RuleTrace> {
        let conditions = self.index.conditions();
        let (of_plans, of_factors) = conditions.split_at_checked(self.plans.len()).unwrap_or((conditions, &[]));
        // Of each line the plans that took it, in their order.
        let mut takers: Vec<Takers<'_>> = Vec::new();
        takers.resize_with(facts.lines.len().max(1), Vec::new);
        let mut traces = Vec::with_capacity(conditions.len());
        for (planned, condition) in self.plans.iter().zip(of_plans) {
            let plan = &planned.plan;
            let before = inquiry.miss_of_plan(plan);
            let after = inquiry.miss_of_parts(self, planned);
            let lines = places(facts).zip(&mut takers).map(|(line, takers)| {
                let told = before.clone().or_else(|| condition.missing(facts, line));
                let told = told.or_else(|| miss_of_group(plan, takers));
                if told.is_none() {
                    takers.push(plan);
                }
                MissTrace::new(line.map(|line| line.n), told.or_else(|| after.clone()))
            });
            traces.push(RuleTrace { kind: RuleKind::Plan, rule: plan.id.clone(), lines: lines.collect() });
        }
        takers.iter_mut().for_each(|takers| takers.retain(|plan| inquiry.is_paid(plan)));
        let mut multipliers: Vec<&CommissionMultiplier> = self.section.multipliers.iter().collect();
        multipliers.sort_by(|a, b| a.id.cmp(&b.id));
        for (one, condition) in multipliers.into_iter().zip(of_factors) {
            let lines = places(facts).zip(&takers).map(|(line, takers)| {
                let told = condition.missing(facts, line).or_else(|| miss_of_factor(one, takers));
                MissTrace::new(line.map(|line| line.n), told)
            });
            traces.push(RuleTrace { kind: RuleKind::PlanMultiplier, rule: one.id.clone(), lines: lines.collect() });
        }
        traces
    }

    /// Why none of those present has a part of a plan.
    fn miss_of_people(&self, planned: &PlannedCommission, present: &Present<'_>) -> Told {
        let plan = &planned.plan;
        let is_graded = plan.mode == CommissionMode::Differential;
        let has_part = |role: PayoutRole| match role {
            PayoutRole::Referral if !is_graded => plan.referral.is_some(),
            PayoutRole::Upline2 if !is_graded => !plan.uplines.is_empty(),
            PayoutRole::Upline3 if !is_graded => plan.uplines.len() > 1,
            PayoutRole::Sale => plan.sale.is_some(),
            PayoutRole::Subsidy => false,
            PayoutRole::Referral | PayoutRole::Upline2 | PayoutRole::Upline3 => true,
        };
        let sale = present.sale.iter().map(|earner| (earner, PayoutRole::Sale));
        let there = ladder(present, self.section.levels).chain(sale).filter(|(_, role)| has_part(*role));
        let barred = there.clone().find_map(|(earner, role)| Some((bar(plan, present, earner, role)?, earner)));
        if let Some((missed, earner)) = barred {
            return Told::new(missed, None, Some(earner.party.to_string()));
        }
        if let (true, Some((earner, _))) = (is_graded, there.clone().next()) {
            return Told::new(Missed::Grades, listed(plan.grades.keys()), listed(earner.roles.into_iter().flatten()));
        }
        let all = [PayoutRole::Referral, PayoutRole::Upline2, PayoutRole::Upline3, PayoutRole::Sale];
        let wanted = listed(all.iter().filter(|role| has_part(**role)).map(word));
        Told::new(Missed::Nobody, wanted, None)
    }
}

fn places<'f, 'l>(facts: &'f Facts<'l>) -> impl Iterator<Item = Option<&'f LineFacts<'l>>> {
    facts.lines.iter().map(Some).chain(facts.lines.is_empty().then_some(None))
}

/// The first plan of the group takes a line, whether it is paid or not.
fn miss_of_group(plan: &CommissionPlan, takers: &Takers<'_>) -> Option<Told> {
    let first = takers.iter().find(|other| other.event == plan.event && other.group == plan.group)?;
    Some(Told::new(Missed::Group, Some(format!("the first of {}", plan.group)), Some(first.id.to_string())))
}

/// `paid`: the plans that took the line and are paid.
fn miss_of_factor(one: &CommissionMultiplier, paid: &Takers<'_>) -> Option<Told> {
    let ids = |plans: &Takers<'_>| listed(plans.iter().map(|plan| &plan.id));
    let named: Takers<'_> =
        paid.iter().filter(|plan| one.plans.is_empty() || one.plans.contains(&plan.id)).copied().collect();
    if named.is_empty() {
        return Some(Told::new(Missed::Plans, listed(&one.plans), ids(paid)));
    }
    let fixed = named.iter().all(|plan| plan.multiplied == Multiplied::No);
    fixed.then(|| Told::new(Missed::Multiplied, Some("yes".to_owned()), ids(&named)))
}
