//! What may not change from one rulebook of a programme to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::super::problem::{Path, Report};
use super::super::{Problem, ProblemCode, Rulebook};
use crate::earn::{Multiplier, MultiplierTrigger, word};
use crate::values::{Day, Id, Transition, Zone};

/// Everything that keeps `new` from following `previous`: first programme and operator, then currency, assets, caps
/// and limits, campaigns, the multipliers of vouchers, commission, withdrawal and the first day; the settlement window and the past of the zone come
/// before the caps. That each has sense by itself is left to [`check`](super::check()).
///
/// Balances, counters and budgets outlive a rulebook, so what they are counted in and by stays what it was.
pub fn check_against(new: &Rulebook, previous: &Rulebook) -> Vec<Problem> {
    let mut report = Report::default();
    let root = Path::Root;
    for (field, now, before) in
        [("programme", &new.programme, &previous.programme), ("operator", &new.operator, &previous.operator)]
    {
        if now != before {
            let detail = format!("it was `{before}` and stays so; `{now}` would be another programme");
            report.add(ProblemCode::NotPossible, &root.field(field), detail);
        }
    }
    if new.currency != previous.currency {
        let detail = format!("the books are settled in `{}`, and stay so", previous.currency);
        report.add(ProblemCode::AssetChanged, &root.field("currency"), detail);
    }
    let assets = root.field("assets");
    for (id, before) in &previous.assets {
        let path = assets.field(id.as_str());
        match new.assets.get(id) {
            None => {
                let detail =
                    format!("there are balances in `{id}`; it stays declared even if nothing gives it any more");
                report.add(ProblemCode::AssetRemoved, &path, detail);
            }
            Some(now) if now != before => {
                let detail = format!("there are balances in `{id}`; declare a new asset instead of changing this one");
                report.add(ProblemCode::AssetChanged, &path, detail);
            }
            Some(_) => {}
        }
    }
    if new.settlement != previous.settlement {
        let [now, before] = [&new.settlement, &previous.settlement].map(word);
        let detail = format!("the books are closed by {before}; closing by {now} would cut across what is closed");
        report.add(ProblemCode::NotPossible, &root.field("settlement"), detail);
    }
    if history(new, new.effective_from) != history(previous, new.effective_from) {
        let detail = format!("offsets before {} have told local days already, and stay", new.effective_from);
        report.add(ProblemCode::NotPossible, &root.field("zone"), detail);
    }
    caps(new, previous, &mut report);
    let campaigns: BTreeSet<&Id> = new.earn.campaigns.iter().map(|campaign| &campaign.id).collect();
    for campaign in &previous.earn.campaigns {
        if !campaigns.contains(&campaign.id) {
            let detail = format!("`{}` is gone, but members still hold its points; keep it without rules", campaign.id);
            report.add(ProblemCode::CampaignRemoved, &root.field("earn").field("campaigns"), detail);
        }
    }
    let multipliers = &new.earn.multipliers;
    let any: BTreeSet<&Id> = multipliers.iter().map(|one| &one.id).collect();
    let known: BTreeSet<&Id> = multipliers.iter().filter(|one| by_voucher(one)).map(|one| &one.id).collect();
    for gone in previous.earn.multipliers.iter().filter(|one| by_voucher(one) && !known.contains(&one.id)) {
        let there = any.contains(&gone.id);
        let detail = format!(
            "`{}` {}, but members may hold vouchers of it; keep it, with `trigger = \"voucher\"`: without a voucher it \
             does nothing",
            gone.id,
            if there { "has another trigger" } else { "is gone" }
        );
        report.add(ProblemCode::NotPossible, &root.field("earn").field("multipliers"), detail);
    }
    sections(new, previous, &mut report);
    if new.effective_from <= previous.effective_from {
        let detail = format!("the rules in force began on {}; new ones begin later", previous.effective_from);
        report.add(ProblemCode::NotLater, &root.field("effective_from"), detail);
    }
    report.done()
}

/// Sections that what was promised under the previous rulebook still needs.
fn sections(new: &Rulebook, previous: &Rulebook, report: &mut Report) {
    if previous.commission.is_some() && new.commission.is_none() {
        let detail = "it is gone, but vouchers still owe their referral fees by it; keep it without plans";
        report.add(ProblemCode::NotPossible, &Path::Root.field("commission"), detail);
    }
    if previous.withdrawal.is_some() && new.withdrawal.is_none() {
        let detail = "it is gone, and what was earned could not be withdrawn any more; keep it";
        report.add(ProblemCode::NotPossible, &Path::Root.field("withdrawal"), detail);
    }
}

fn by_voucher(multiplier: &Multiplier) -> bool {
    multiplier.trigger == MultiplierTrigger::Voucher
}

/// The first offset and the changes before a day, told in UTC.
fn history(rulebook: &Rulebook, before: Day) -> (i32, Vec<Transition>) {
    match &rulebook.zone {
        Zone::Fixed { offset_minutes } => (*offset_minutes, Vec::new()),
        Zone::Table { offset_minutes, changes } => {
            let utc = Zone::Fixed { offset_minutes: 0 };
            let past = changes.iter().copied().filter(|change| utc.day(change.at) < before);
            (*offset_minutes, past.collect())
        }
    }
}

/// A cap or limit. What it counts of an account outlives the rulebook, told by its id and window alone.
struct Counting<'r> {
    list: [&'static str; 2],
    place: usize,
    id: &'r Id,
    per: String,
    /// None of limits, which count requests.
    asset: Option<&'r Id>,
}

fn counting(rulebook: &Rulebook) -> impl Iterator<Item = Counting<'_>> {
    let earn = rulebook.earn.caps.iter().enumerate().map(|(place, cap)| {
        let (list, per) = (["earn", "caps"], word(&cap.per));
        Counting { list, place, id: &cap.id, per, asset: Some(&cap.asset) }
    });
    let payouts = rulebook.commission.iter().flat_map(|section| &section.caps).enumerate().map(|(place, cap)| {
        let (list, per) = (["commission", "caps"], word(&cap.per));
        Counting { list, place, id: &cap.id, per, asset: Some(cap.asset.as_ref().unwrap_or(&rulebook.currency)) }
    });
    let limits = rulebook.withdrawal.iter().flat_map(|section| &section.limits).enumerate().map(|(place, limit)| {
        let (list, per) = (["withdrawal", "limits"], word(&limit.per));
        Counting { list, place, id: &limit.id, per, asset: None }
    });
    earn.chain(payouts).chain(limits)
}

fn caps(new: &Rulebook, previous: &Rulebook, report: &mut Report) {
    let mut before: BTreeMap<&Id, Vec<Counting<'_>>> = BTreeMap::new();
    for one in counting(previous) {
        before.entry(one.id).or_default().push(one);
    }
    for now in counting(new) {
        let [section, list] = now.list;
        let section = Path::Root.field(section);
        let list = section.field(list);
        let path = list.item(now.place);
        let known = || before.get(now.id).into_iter().flatten();
        let here = || known().filter(|known| known.list == now.list);
        if known().any(|known| known.list != now.list) {
            let detail = format!("`{}` has counted something else; give the new one an id of its own", now.id);
            report.add(ProblemCode::NotPossible, &path.field("id"), detail);
        }
        if here().any(|known| known.per != now.per) {
            let detail = format!("`{}` has counted by another window; give the new one an id of its own", now.id);
            report.add(ProblemCode::CapWindowChanged, &path.field("per"), detail);
        }
        if here().any(|known| known.asset != now.asset) {
            let detail = format!("`{}` has counted another asset; give the new one an id of its own", now.id);
            report.add(ProblemCode::AssetChanged, &path.field("asset"), detail);
        }
    }
}
