//! Campaigns and caps, and what rules say of the points that they give.

use super::super::ProblemCode;
use super::super::limits::MAX_TERM_DAYS;
use super::super::problem::{Path, Report};
use super::Declared;
use super::seen::Seen;
use crate::earn::{AwardClass, Cap, CapWindow, Funder, MAX_CONDITION_LIST, Spendable};
use crate::values::{AMOUNT_MAX, FINE_PER_MINOR, Id};

/// What a rule says of its points: whose they are, and until and from when.
pub(super) struct Lot<'a> {
    pub(super) campaign: Option<&'a Id>,
    pub(super) funder: &'a Funder,
    pub(super) expiry: Option<&'a Id>,
    pub(super) spendable: &'a Spendable,
}

/// With a campaign the campaign decides, so that nothing that a rule says is silently passed over.
pub(super) fn lot(declared: &Declared<'_>, report: &mut Report, path: &Path<'_>, lot: &Lot<'_>) {
    declared.campaign(report, &path.field("campaign"), lot.campaign);
    if lot.campaign.is_none() {
        declared.expiry(report, &path.field("expiry"), lot.expiry);
        spendable(report, path, lot.spendable);
        return;
    }
    for (field, says) in [
        ("funder", *lot.funder != Funder::default()),
        ("expiry", lot.expiry.is_some()),
        ("spendable", *lot.spendable != Spendable::default()),
    ] {
        if says {
            let detail = format!("these are a campaign's points; say `{field}` of the campaign, not of the rule");
            report.add(ProblemCode::NotPossible, &path.field(field), detail);
        }
    }
}

fn spendable(report: &mut Report, path: &Path<'_>, spendable: &Spendable) {
    if let Spendable::AfterDays { days } = spendable
        && !(1..=MAX_TERM_DAYS).contains(days)
    {
        let detail = format!("points can wait for 1 to {MAX_TERM_DAYS} days, not {days}");
        report.add(ProblemCode::OutOfRange, &path.field("spendable").field("days"), detail);
    }
}

pub(super) fn campaigns(declared: &Declared<'_>, report: &mut Report, list: &Path<'_>) {
    let mut seen = Seen::in_section("earn");
    // A budget in money is counted in ten-thousandths, which must be an amount as well.
    let most_money = AMOUNT_MAX.checked_div(FINE_PER_MINOR).unwrap_or(0);
    for (index, campaign) in declared.book.earn.campaigns.iter().enumerate() {
        let path = list.item(index);
        seen.take(report, &path, &campaign.id, ("campaigns", index));
        declared.expiry(report, &path.field("expiry"), campaign.expiry.as_ref());
        spendable(report, &path, &campaign.spendable);
        for (field, budget, most) in
            [("budget_points", campaign.budget_points, AMOUNT_MAX), ("budget_money", campaign.budget_money, most_money)]
        {
            if let Some(budget) = budget.filter(|budget| !(0..=most).contains(&budget.get())) {
                let unit = if field == "budget_money" { "minor units" } else { "points" };
                let detail = format!("a budget is 0 to {most} {unit}, not {budget}");
                report.add(ProblemCode::OutOfRange, &path.field(field), detail);
            }
        }
        report.limit(&path.field("spend_at"), "merchants", campaign.spend_at.len(), MAX_CONDITION_LIST);
    }
}

pub(super) fn caps(declared: &Declared<'_>, report: &mut Report, list: &Path<'_>) {
    let mut seen = Seen::in_section("earn");
    for (index, cap) in declared.book.earn.caps.iter().enumerate() {
        let path = list.item(index);
        seen.take(report, &path, &cap.id, ("caps", index));
        declared.is_points(report, &path.field("asset"), &cap.asset);
        if cap.points.get() < 0 {
            let detail = format!("a cap is 0 points or more, not {}", cap.points);
            report.add(ProblemCode::OutOfRange, &path.field("points"), detail);
        }
        for campaign in &cap.campaigns {
            declared.campaign(report, &path.field("campaigns"), Some(campaign));
        }
        for activity in cap.activities.iter().filter(|activity| !declared.activities.contains(activity)) {
            let known = declared.activities.iter().copied();
            report.unknown(&path.field("activities"), "rewarded activity", activity, known);
        }
        idle(report, &path, cap);
    }
}

/// A cap whose filters exclude each other never cuts anything, which its writer does not expect.
fn idle(report: &mut Report, path: &Path<'_>, cap: &Cap) {
    let without = |class: AwardClass| !cap.classes.is_empty() && !cap.classes.contains(&class);
    if !cap.campaigns.is_empty() && without(AwardClass::Campaign) {
        let detail = "it names campaigns, but its classes leave out `campaign`: it would never cut anything";
        report.add(ProblemCode::NotPossible, &path.field("classes"), detail);
    }
    if !cap.activities.is_empty() && without(AwardClass::Activity) && without(AwardClass::Campaign) {
        let detail = "it names activities, but its classes leave out `activity`: it would never cut anything";
        report.add(ProblemCode::NotPossible, &path.field("classes"), detail);
    }
    let only_activities = cap.classes.iter().eq([&AwardClass::Activity]);
    if (!cap.activities.is_empty() || only_activities) && cap.per == CapWindow::Line {
        let detail = "an activity has no lines: a cap of activities is per purchase, day, week, month or year";
        report.add(ProblemCode::NotPossible, &path.field("per"), detail);
    }
}
