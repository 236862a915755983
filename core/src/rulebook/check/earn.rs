//! The section `earn`: its counts, its rules, multipliers and rules for activities.

use super::super::ProblemCode;
use super::super::limits::{
    MAX_ACTIVITIES, MAX_CAMPAIGNS, MAX_CAPS, MAX_CONDITIONS, MAX_DIMENSIONS, MAX_GROUPS, MAX_MULTIPLIERS, MAX_RULES,
};
use super::super::problem::{Path, Report};
use super::Declared;
use super::campaigns::{self, Lot};
use super::conditions::{Asker, Conditions};
use super::seen::Seen;
use crate::earn::{ActivityRule, EarnSection, Effect, Multiplier, Rule, Spendable};
use crate::values::{Amount, Id};

pub(super) fn section(declared: &Declared<'_>, report: &mut Report) {
    let earn = &declared.book.earn;
    let path = Path::Root.field("earn");
    counts(earn, &path, report);
    let mut conditions = Conditions::new(declared);
    // Rules, multipliers and activities share one namespace: traces and ties name them by id alone.
    let mut seen = Seen::in_section("earn");
    for (index, one) in earn.rules.iter().enumerate() {
        let list = path.field("rules");
        let path = list.item(index);
        seen.take(report, &path, &one.id, ("rules", index));
        rule(declared, &mut conditions, report, &path, one);
    }
    for (index, one) in earn.multipliers.iter().enumerate() {
        let list = path.field("multipliers");
        let path = list.item(index);
        seen.take(report, &path, &one.id, ("multipliers", index));
        multiplier(declared, &mut conditions, report, &path, one);
    }
    campaigns::campaigns(declared, report, &path.field("campaigns"));
    for (index, one) in earn.activities.iter().enumerate() {
        let list = path.field("activities");
        let path = list.item(index);
        seen.take(report, &path, &one.id, ("activities", index));
        activity(declared, &mut conditions, report, &path, one);
    }
    campaigns::caps(declared, report, &path.field("caps"));
    report.limit(&path, "conditions (nested ones counted)", conditions.count(), MAX_CONDITIONS);
}

fn counts(earn: &EarnSection, path: &Path<'_>, report: &mut Report) {
    for (field, what, count, most) in [
        ("groups", "groups", earn.groups.len(), MAX_GROUPS),
        ("dimensions", "dimensions", earn.dimensions.len(), MAX_DIMENSIONS),
        ("rules", "rules", earn.rules.len(), MAX_RULES),
        ("multipliers", "multipliers", earn.multipliers.len(), MAX_MULTIPLIERS),
        ("campaigns", "campaigns", earn.campaigns.len(), MAX_CAMPAIGNS),
        ("activities", "rules for activities", earn.activities.len(), MAX_ACTIVITIES),
        ("caps", "caps", earn.caps.len(), MAX_CAPS),
    ] {
        report.limit(&path.field(field), what, count, most);
    }
}

/// Points that are given must be points of which is known what they are worth to whoever accepts them.
pub(super) fn given(declared: &Declared<'_>, report: &mut Report, path: &Path<'_>, asset: &Id) {
    let path = path.field("asset");
    if declared.is_points(report, &path, asset) && !declared.book.points.contains_key(asset) {
        let detail = format!("`{asset}` has no terms: the section `points` must say what is paid for an accepted one");
        report.add(ProblemCode::UnknownName, &path, detail);
    }
}

fn positive(report: &mut Report, path: &Path<'_>, field: &str, amount: Amount) {
    if !amount.is_positive() {
        report.add(ProblemCode::NotPositive, &path.field(field), format!("`{field}` is 1 or more, not {amount}"));
    }
}

fn rule(
    declared: &Declared<'_>,
    conditions: &mut Conditions<'_, '_>,
    report: &mut Report,
    path: &Path<'_>,
    rule: &Rule,
) {
    given(declared, report, path, &rule.asset);
    if !declared.book.earn.groups.contains_key(&rule.group) {
        report.unknown(&path.field("group"), "group", &rule.group, declared.book.earn.groups.keys());
    }
    conditions.check(report, &path.field("when"), &rule.when, Asker::Purchase);
    let effect = path.field("effect");
    match &rule.effect {
        Effect::PerAmount { points, per } => {
            positive(report, &effect, "points", *points);
            positive(report, &effect, "per", *per);
        }
        Effect::PerPurchase { points } | Effect::PerUnit { points } => positive(report, &effect, "points", *points),
        Effect::MerchantRatio {} => {}
    }
    let lot = Lot {
        campaign: rule.campaign.as_ref(),
        funder: &rule.funder,
        expiry: rule.expiry.as_ref(),
        spendable: &rule.spendable,
    };
    campaigns::lot(declared, report, path, &lot);
}

fn multiplier(
    declared: &Declared<'_>,
    conditions: &mut Conditions<'_, '_>,
    report: &mut Report,
    path: &Path<'_>,
    multiplier: &Multiplier,
) {
    let dimensions = &declared.book.earn.dimensions;
    if !dimensions.contains_key(&multiplier.dimension) {
        report.unknown(&path.field("dimension"), "dimension", &multiplier.dimension, dimensions.keys());
    }
    if multiplier.campaign.is_some() && multiplier.factor.is_below_one() {
        let detail = format!("a campaign's factor gives more points, so it is 1 or more, not {}", multiplier.factor);
        report.add(ProblemCode::CampaignFactorBelowOne, &path.field("factor"), detail);
    }
    if let Some(asset) = &multiplier.asset {
        let path = path.field("asset");
        if declared.is_points(report, &path, asset) && !declared.multiplied.contains(asset) {
            let detail = format!(
                "no rule of `earn.rules` gives `{asset}` so that there is something to multiply: one of a campaign, or with \
                 `multiplied = \"no\"`, does not"
            );
            report.add(ProblemCode::NotPossible, &path, detail);
        }
    }
    conditions.check(report, &path.field("when"), &multiplier.when, Asker::Purchase);
    declared.campaign(report, &path.field("campaign"), multiplier.campaign.as_ref());
}

fn activity(
    declared: &Declared<'_>,
    conditions: &mut Conditions<'_, '_>,
    report: &mut Report,
    path: &Path<'_>,
    rule: &ActivityRule,
) {
    given(declared, report, path, &rule.asset);
    positive(report, path, "points", rule.points);
    conditions.check(report, &path.field("when"), &rule.when, Asker::Activity);
    let lot = Lot {
        campaign: rule.campaign.as_ref(),
        funder: &rule.funder,
        expiry: rule.expiry.as_ref(),
        spendable: &rule.spendable,
    };
    campaigns::lot(declared, report, path, &lot);
    let waits = |spendable: &Spendable| *spendable == Spendable::OnConfirmation {};
    let detail = "an activity is never confirmed; let its points be spendable `at_once` or `after_days`";
    match rule.campaign.as_ref().and_then(|id| declared.campaigns.get(id)) {
        Some(campaign) if waits(&campaign.spendable) => {
            let detail = format!("the points of `{}` wait for a confirmation, and {detail}", campaign.id);
            report.add(ProblemCode::NotPossible, &path.field("campaign"), detail);
        }
        None if rule.campaign.is_none() && waits(&rule.spendable) => {
            report.add(ProblemCode::NotPossible, &path.field("spendable"), detail);
        }
        _ => {}
    }
}
