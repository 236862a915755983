//! The section `commission`: plans, factors, caps, and the guards, each with a code of its own.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::ProblemCode;
use super::super::limits::{
    MAX_CONDITIONS, MAX_DIMENSIONS, MAX_MULTIPLIERS, MAX_PAYOUT_CAPS, MAX_PLANS, MAX_TERM_DAYS,
};
use super::super::problem::{Path, Report};
use super::Declared;
use super::bounds::{BASIS, Bound, CEILING, least_multiple, of_dimension, sum};
use super::conditions::{Asker, Conditions};
use super::earn::given;
use super::seen::Seen;
use crate::commission::{
    Acknowledgement, Availability, CommissionMode, CommissionPlan, CommissionSection, DEFAULT_LEVELS, MAX_LEVELS,
    MAX_WITHDRAWAL_LIMITS, PayoutLimit, PlanEvent, Share, WithdrawalFee,
};
use crate::earn::{Across, Basis, MAX_CONDITION_LIST, Multiplied, Within};
use crate::values::{Fraction, Id, RATE_MAX_DIGITS, Rate};

pub(super) fn section(declared: &Declared<'_>, report: &mut Report) {
    let Some(section) = &declared.book.commission else { return };
    let path = Path::Root.field("commission");
    levels(section, &path, report);
    if let Some(PayoutLimit::Fixed { ratio } | PayoutLimit::Input { ratio }) = &section.payout {
        share_of_one(report, &path.field("payout").field("ratio"), *ratio);
    }
    for (field, what, count, most) in [
        ("dimensions", "dimensions", section.dimensions.len(), MAX_DIMENSIONS),
        ("plans", "plans", section.plans.len(), MAX_PLANS),
        ("multipliers", "multipliers", section.multipliers.len(), MAX_MULTIPLIERS),
        ("caps", "caps", section.caps.len(), MAX_PAYOUT_CAPS),
    ] {
        report.limit(&path.field(field), what, count, most);
    }
    let mut conditions = Conditions::new(declared);
    let mut seen = Seen::in_section("commission");
    for (index, plan) in section.plans.iter().enumerate() {
        let list = path.field("plans");
        let path = list.item(index);
        seen.take(report, &path, &plan.id, ("plans", index));
        one(declared, &mut conditions, report, &path, plan);
    }
    let plans: BTreeSet<&Id> = section.plans.iter().map(|plan| &plan.id).collect();
    for (index, multiplier) in section.multipliers.iter().enumerate() {
        let list = path.field("multipliers");
        let path = list.item(index);
        seen.take(report, &path, &multiplier.id, ("multipliers", index));
        if !section.dimensions.contains_key(&multiplier.dimension) {
            report.unknown(&path.field("dimension"), "dimension", &multiplier.dimension, section.dimensions.keys());
        }
        for plan in multiplier.plans.iter().filter(|plan| !plans.contains(plan)) {
            report.unknown(&path.field("plans"), "plan", plan, plans.iter().copied());
        }
        conditions.check(report, &path.field("when"), &multiplier.when, Asker::Purchase);
    }
    caps(declared, section, &path, report);
    report.limit(&path, "conditions, nested ones counted,", conditions.count(), MAX_CONDITIONS);
    payout_ratio(section, &path, report);
    arithmetic(section, &path, report);
}

/// More than two paid levels only with the writer's own word.
fn levels(section: &CommissionSection, path: &Path<'_>, report: &mut Report) {
    let path = path.field("levels");
    if !(1..=MAX_LEVELS).contains(&section.levels) {
        let detail = format!("1 to {MAX_LEVELS} levels can be paid, not {}", section.levels);
        report.add(ProblemCode::OutOfRange, &path, detail);
    } else if section.levels > DEFAULT_LEVELS && !section.acknowledged.contains(&Acknowledgement::ThreeLevels) {
        let detail = format!(
            "{} paid levels need the word `three_levels` under `acknowledged`: see what the law of the place says of them",
            section.levels
        );
        report.add(ProblemCode::GuardLevels, &path, detail);
    }
}

fn share_of_one(report: &mut Report, path: &Path<'_>, rate: Rate) {
    let rate = rate.fraction();
    if rate.is_zero() || rate.num() > rate.den() {
        report.add(ProblemCode::OutOfRange, path, "a share is above 0 and at most 1");
    }
}

fn one(
    declared: &Declared<'_>,
    conditions: &mut Conditions<'_, '_>,
    report: &mut Report,
    path: &Path<'_>,
    plan: &CommissionPlan,
) {
    let event = path.field("event");
    match plan.event {
        PlanEvent::EntryFee => {
            report.add(ProblemCode::GuardEntryFee, &event, "nobody is paid for the entry fees of others");
        }
        PlanEvent::Recruitment => {
            report.add(ProblemCode::GuardRecruitment, &event, "nobody is paid for how many others join");
        }
        PlanEvent::Purchase | PlanEvent::Turnover | PlanEvent::TopUp | PlanEvent::Scan => {}
    }
    let buys = matches!(plan.event, PlanEvent::Purchase | PlanEvent::Turnover);
    let asker = if buys { Asker::Purchase } else { Asker::Activity };
    conditions.check(report, &path.field("when"), &plan.when, asker);
    let any = plan.event;
    for (field, set, only, detail) in [
        ("stocks", &plan.stocks, PlanEvent::Purchase, "only a purchase is made with vouchers"),
        ("purposes", &plan.purposes, PlanEvent::Scan, "only a scan has a purpose"),
        ("roles", &plan.roles, any, ""),
    ] {
        if !set.is_empty() && plan.event != only {
            report.add(ProblemCode::NotPossible, &path.field(field), detail);
        }
        report.limit(&path.field(field), "values in this list", set.len(), MAX_CONDITION_LIST);
    }
    if !buys && plan.basis != Basis::AfterDiscounts {
        report.add(
            ProblemCode::NotPossible,
            &path.field("basis"),
            "a scan or top-up has no discounts and no points in it",
        );
    }
    if let Some(asset) = &plan.asset {
        given(declared, report, path, asset);
    }
    parts(declared, report, path, plan);
    if let Availability::AfterDays { days } = plan.available
        && !(1..=MAX_TERM_DAYS).contains(&days)
    {
        let detail = format!("it can wait for 1 to {MAX_TERM_DAYS} days, not {days}");
        report.add(ProblemCode::OutOfRange, &path.field("available").field("days"), detail);
    }
    declared.expiry(report, &path.field("expiry"), plan.expiry.as_ref());
    if plan.asset.is_none() && plan.expiry.is_some() {
        report.add(ProblemCode::NotPossible, &path.field("expiry"), "money does not expire");
    }
}

/// Who is paid: nothing that is said may be without effect.
fn parts(declared: &Declared<'_>, report: &mut Report, path: &Path<'_>, plan: &CommissionPlan) {
    let not_possible = |report: &mut Report, field: &str, asked: bool, detail: &str| {
        if asked {
            report.add(ProblemCode::NotPossible, &path.field(field), detail);
        }
    };
    let differential = plan.mode == CommissionMode::Differential;
    let no_sale = matches!(plan.event, PlanEvent::Turnover | PlanEvent::TopUp);
    not_possible(report, "referral", differential && plan.referral.is_some(), "in differential mode `grades` say it");
    share(report, &path.field("referral"), plan, plan.referral.as_ref());
    not_possible(report, "sale", no_sale && plan.sale.is_some(), "only who brought the merchant is paid for this");
    share(report, &path.field("sale"), plan, plan.sale.as_ref());
    let uplines = path.field("uplines");
    not_possible(report, "uplines", differential && !plan.uplines.is_empty(), "in differential mode `grades` say it");
    let section = declared.book.commission.as_ref();
    let above = section.map_or(0, |section| section.levels.saturating_sub(1));
    if plan.uplines.len() > usize::try_from(above).unwrap_or(usize::MAX) {
        let detail = format!("`levels` lets {above} above the referrer be paid, not {}", plan.uplines.len());
        report.add(ProblemCode::GuardLevels, &uplines, detail);
    }
    for (index, upline) in plan.uplines.iter().enumerate() {
        share(report, &uplines.item(index), plan, Some(upline));
    }
    not_possible(report, "grades", !differential && !plan.grades.is_empty(), "only differential mode goes by roles");
    for (role, rate) in &plan.grades {
        let rate = Share::Rate { rate: *rate };
        share(report, &path.field("grades").field(role.as_str()), plan, Some(&rate));
    }
    let pays = plan.referral.is_some() || plan.sale.is_some() || !plan.uplines.is_empty() || !plan.grades.is_empty();
    if !pays {
        report.add(
            ProblemCode::NotPossible,
            path,
            "this plan pays nobody: say `referral`, `sale`, `uplines` or `grades`",
        );
    }
}

fn share(report: &mut Report, path: &Path<'_>, plan: &CommissionPlan, share: Option<&Share>) {
    match share {
        Some(Share::Rate { .. }) if plan.event == PlanEvent::Scan => {
            report.add(ProblemCode::NotPossible, path, "a scan has no amount to take a part of; give a fixed amount");
        }
        Some(Share::Rate { rate }) if plan.asset.is_none() => share_of_one(report, path, *rate),
        Some(Share::Rate { rate }) if rate.fraction().is_zero() => {
            report.add(ProblemCode::NotPositive, path, "a rate is above 0");
        }
        Some(Share::Fixed { amount }) if !amount.is_positive() => {
            report.add(ProblemCode::NotPositive, path, format!("an amount is 1 or more, not {amount}"));
        }
        Some(Share::Rate { .. } | Share::Fixed { .. }) | None => {}
    }
}

fn caps(declared: &Declared<'_>, section: &CommissionSection, path: &Path<'_>, report: &mut Report) {
    let mut ids: BTreeSet<&Id> = declared.book.earn.caps.iter().map(|cap| &cap.id).collect();
    for (index, cap) in section.caps.iter().enumerate() {
        let list = path.field("caps");
        let path = list.item(index);
        if !ids.insert(&cap.id) {
            let detail = format!("there is a cap `{}` already, of earning or of payouts; counters go by it", cap.id);
            report.add(ProblemCode::DuplicateId, &path.field("id"), detail);
        }
        if let Some(asset) = &cap.asset {
            declared.is_points(report, &path.field("asset"), asset);
        }
        if cap.amount.get() < 0 {
            report.add(ProblemCode::OutOfRange, &path.field("amount"), "a cap is 0 or more");
        }
        report.limit(&path.field("under"), "values in this list", cap.under.len(), MAX_CONDITION_LIST);
    }
}

/// The section `withdrawal`.
pub(super) fn withdrawal(declared: &Declared<'_>, report: &mut Report) {
    let Some(section) = &declared.book.withdrawal else { return };
    let path = Path::Root.field("withdrawal");
    if !section.minimum.is_positive() {
        report.add(ProblemCode::NotPositive, &path.field("minimum"), "the least withdrawal is 1 or more");
    }
    let fee = path.field("fee");
    match &section.fee {
        Some(WithdrawalFee::Fixed { amount }) if !amount.is_positive() => {
            report.add(ProblemCode::NotPositive, &fee.field("amount"), "a fee is 1 or more; leave it out for none");
        }
        Some(WithdrawalFee::Rate { rate }) if rate.fraction().is_zero() || !rate.is_below_one() => {
            report.add(ProblemCode::OutOfRange, &fee.field("rate"), "a fee is above 0 and below 1");
        }
        Some(WithdrawalFee::Fixed { .. } | WithdrawalFee::Rate { .. }) | None => {}
    }
    report.limit(&path.field("limits"), "limits", section.limits.len(), MAX_WITHDRAWAL_LIMITS);
    let payouts = declared.book.commission.iter().flat_map(|section| &section.caps).map(|cap| &cap.id);
    let mut ids: BTreeSet<&Id> = declared.book.earn.caps.iter().map(|cap| &cap.id).chain(payouts).collect();
    for (index, limit) in section.limits.iter().enumerate() {
        let list = path.field("limits");
        let path = list.item(index);
        if !ids.insert(&limit.id) {
            let detail = format!("there is a cap or limit `{}` already; counters go by it", limit.id);
            report.add(ProblemCode::DuplicateId, &path.field("id"), detail);
        }
        if limit.count == 0 {
            report.add(ProblemCode::NotPositive, &path.field("count"), "a limit is 1 or more");
        }
    }
}

/// The most that one purchase could pay by rates, with the largest factors, must be within a fixed ratio.
fn payout_ratio(section: &CommissionSection, path: &Path<'_>, report: &mut Report) {
    let Some(PayoutLimit::Fixed { ratio }) = &section.payout else { return };
    let most = largest(section);
    let within = most.zip(bound(ratio.fraction())).is_some_and(|(most, limit)| {
        let (ours, theirs) = (most.num.checked_mul(limit.den), limit.num.checked_mul(most.den));
        ours.zip(theirs).is_some_and(|(ours, theirs)| ours <= theirs)
    });
    if !within {
        let figure = most.and_then(rounded_up).map_or_else(String::new, |figure| format!("{figure}, "));
        let detail = format!(
            "the plans of all groups together, with their largest factors, can pay {figure}more than this ratio"
        );
        report.add(ProblemCode::GuardPayoutRatio, &path.field("payout"), detail);
    }
}

/// With as many digits as the ratio may have: what is above it stays so.
fn rounded_up(most: Bound) -> Option<Decimal> {
    let units = most.num.checked_mul(10_u128.checked_pow(RATE_MAX_DIGITS)?)?;
    let millionths = units.checked_add(most.den.checked_sub(1)?)?.checked_div(most.den)?;
    let figure = Decimal::try_from_i128_with_scale(i128::try_from(millionths).ok()?, RATE_MAX_DIGITS);
    Some(figure.ok()?.normalize())
}

fn bound(value: Fraction) -> Option<Bound> {
    Some(Bound { num: u128::try_from(value.num()).ok()?, den: u128::try_from(value.den()).ok()? })
}

/// All that a plan's parts come to for one of its basis; fixed amounts are cut when they are paid.
fn rates(plan: &CommissionPlan) -> Option<Bound> {
    let shares = plan.referral.iter().chain(&plan.sale).chain(&plan.uplines);
    let rates = shares.filter_map(|share| match share {
        Share::Rate { rate } => Some(rate.fraction()),
        Share::Fixed { .. } => None,
    });
    // By grades the whole chain gets the largest of them.
    let graded = plan.grades.values().map(|rate| rate.fraction()).try_fold(Fraction::ZERO, Fraction::max).ok()?;
    bound(rates.chain([graded]).try_fold(Fraction::ZERO, Fraction::plus).ok()?.reduced())
}

fn factors(section: &CommissionSection) -> Option<Bound> {
    let mut dimensions = Vec::new();
    for (dimension, within) in &section.dimensions {
        let matching = section.multipliers.iter().filter(|one| one.dimension == *dimension);
        let factors = matching.map(|one| bound(one.factor.fraction())).collect::<Option<Vec<_>>>()?;
        dimensions.push(of_dimension(*within, &factors)?);
    }
    match section.across {
        Across::Multiply => dimensions.into_iter().try_fold(Bound::ONE, Bound::times),
        Across::Add => sum(&dimensions),
    }
}

/// The most that the factors of a plan can come to, none of them below 1: unlike the bound of the arithmetic it is exact,
/// and takes only those that the plan can have.
fn largest_factor(section: &CommissionSection, plan: &CommissionPlan) -> Option<Bound> {
    if plan.multiplied == Multiplied::No {
        return Some(Bound::ONE);
    }
    let above = |value: Bound| Bound { num: value.num.saturating_sub(value.den), den: value.den };
    let mut lists: BTreeMap<&Id, Vec<Bound>> = BTreeMap::new();
    for one in section.multipliers.iter().filter(|one| one.plans.is_empty() || one.plans.contains(&plan.id)) {
        if section.dimensions.contains_key(&one.dimension) {
            lists.entry(&one.dimension).or_default().push(bound(one.factor.fraction())?);
        }
    }
    let mut dimensions = Vec::with_capacity(section.dimensions.len());
    for (dimension, within) in &section.dimensions {
        let factors = lists.remove(dimension).unwrap_or_default();
        dimensions.push(match within {
            Within::Add => sum(&factors.into_iter().map(above).collect::<Vec<_>>())?,
            Within::Max | Within::Multiply => of_dimension(*within, &factors)?,
        });
    }
    match section.across {
        Across::Multiply => dimensions.into_iter().try_fold(Bound::ONE, Bound::times),
        Across::Add => sum(&dimensions.into_iter().map(above).collect::<Vec<_>>()),
    }
}

/// The most that plans of purchases pay in money for one of the basis: of each group the plan that can pay most.
fn largest(section: &CommissionSection) -> Option<Bound> {
    let paying = section.plans.iter().filter(|plan| plan.event == PlanEvent::Purchase && plan.asset.is_none());
    let bounds = paying.map(|plan| Some((&plan.group, rates(plan)?.times(largest_factor(section, plan)?)?)));
    let bounds = bounds.collect::<Option<Vec<_>>>()?;
    let den = least_multiple(bounds.iter().map(|(_, bound)| bound.den))?;
    let mut groups: BTreeMap<&Id, u128> = BTreeMap::new();
    for (group, bound) in bounds {
        let most = groups.entry(group).or_default();
        *most = bound.over(den)?.max(*most);
    }
    let num = groups.into_values().try_fold(0_u128, u128::checked_add)?;
    Some(Bound { num, den })
}

/// Exact values must stay below 2^120 on their way, as those of earning.
fn arithmetic(section: &CommissionSection, path: &Path<'_>, report: &mut Report) {
    let fits = || {
        let rates = section.plans.iter().map(rates).collect::<Option<Vec<_>>>()?;
        let den = least_multiple(rates.iter().map(|rate| rate.den))?;
        let most = rates.iter().map(|rate| rate.over(den)).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        let fixed = section.plans.iter().any(|plan| {
            plan.referral.iter().chain(&plan.sale).chain(&plan.uplines).any(|s| matches!(s, Share::Fixed { .. }))
        });
        let most = if fixed { most.max(den.checked_mul(4)?) } else { most };
        let bound = Bound { num: BASIS.checked_mul(most)?, den }.times(factors(section)?)?;
        Some(bound.num < CEILING && bound.den < CEILING)
    };
    if !section.plans.is_empty() && fits() != Some(true) {
        let detail = "rates and factors have so many digits that one line could leave the range of exact arithmetic";
        report.add(ProblemCode::MayOverflow, path, detail);
    }
}
