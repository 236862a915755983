//! What is wrong with a rulebook, all of it at once and always in the same order.
//!
//! The order is that of the rulebook's fields: edition, currency, assets, zone, late days, points, categories, holidays, tiers,
//! expiry, refunds, recognition, then `earn`: first its counts, then rules, multipliers, campaigns, activities and caps one by one and
//! field by field, the number of all conditions and the bound of the arithmetic; then `referral`, `commission` and `withdrawal`. Maps go by key.

mod assets;
mod bounds;
mod campaigns;
mod commission;
mod conditions;
mod earn;
mod lists;
mod previous;
mod recognition;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Path, Report};
use super::{EDITION, Problem, ProblemCode, Rulebook};
use crate::earn::Campaign;
use crate::values::{Asset, Id};

pub use previous::check_against;

/// Everything that keeps a rulebook from being used, in the order of its fields; at most
/// [`MAX_PROBLEMS`](super::MAX_PROBLEMS). None: [`compile`](super::compile()) will succeed.
pub fn check(rulebook: &Rulebook) -> Vec<Problem> {
    let mut report = Report::default();
    let root = Path::Root;
    if rulebook.edition != EDITION {
        let detail = format!("this engine works by edition {EDITION}, not by edition {}", rulebook.edition);
        report.add(ProblemCode::UnsupportedEdition, &root.field("edition"), detail);
    }
    let declared = Declared::new(rulebook);
    assets::currency(&declared, &mut report);
    assets::assets(&declared, &mut report);
    if let Some(field) = rulebook.zone.fault() {
        let zone = root.field("zone");
        let detail = if field == "offset_minutes" {
            "an offset lies between -1080 and 1080 minutes"
        } else {
            "changes come in rising order of time, each with an offset between -1080 and 1080 minutes"
        };
        report.add(ProblemCode::InvalidZone, &Path::Inner(&zone, &field), detail);
    }
    lists::late_days(rulebook, &mut report);
    assets::points(&declared, &mut report);
    lists::categories(rulebook, &mut report);
    lists::holidays(rulebook, &mut report);
    lists::tiers(rulebook, &mut report);
    lists::expiry(rulebook, &mut report);
    lists::refunds(rulebook, &mut report);
    recognition::section(rulebook, &mut report);
    earn::section(&declared, &mut report);
    bounds::arithmetic(rulebook, &mut report);
    lists::referral(rulebook, &mut report);
    commission::section(&declared, &mut report);
    commission::withdrawal(&declared, &mut report);
    report.done()
}

/// What the rulebook declares, for looking up.
struct Declared<'a> {
    book: &'a Rulebook,
    categories: BTreeSet<&'a Id>,
    tiers: BTreeSet<&'a Id>,
    campaigns: BTreeMap<&'a Id, &'a Campaign>,
    /// The activities that some rule rewards.
    activities: BTreeSet<&'a Id>,
    /// The points that some rule for purchases gives and that factors apply to.
    multiplied: BTreeSet<&'a Id>,
}

impl<'a> Declared<'a> {
    fn new(book: &'a Rulebook) -> Self {
        Self {
            book,
            categories: book.categories.iter().map(|category| &category.id).collect(),
            tiers: book.tiers.iter().collect(),
            // Backwards, so that of two of one id the first stays: the second is the one that is told as taken.
            campaigns: book.earn.campaigns.iter().rev().map(|campaign| (&campaign.id, campaign)).collect(),
            activities: book.earn.activities.iter().map(|rule| &rule.activity).collect(),
            multiplied: book.earn.rules.iter().filter(|rule| rule.is_multiplied()).map(|rule| &rule.asset).collect(),
        }
    }

    /// Whether a name is that of a points asset; reports it if not.
    fn is_points(&self, report: &mut Report, path: &Path<'_>, asset: &Id) -> bool {
        match self.book.assets.get(asset) {
            Some(Asset::Points {}) => return true,
            None => report.unknown(path, "asset", asset, self.book.assets.keys()),
            Some(other) => {
                let kind = if matches!(other, Asset::Money { .. }) { "money" } else { "stored value" };
                let detail = format!("`{asset}` is {kind}; only points can stand here");
                report.add(ProblemCode::WrongAssetKind, path, detail);
            }
        }
        false
    }

    /// Whether a name is that of a money asset; reports it if not.
    fn is_money(&self, report: &mut Report, path: &Path<'_>, asset: &Id) -> bool {
        match self.book.assets.get(asset) {
            Some(Asset::Money { .. }) => return true,
            None => report.unknown(path, "asset", asset, self.book.assets.keys()),
            Some(_) => {
                let detail = format!("`{asset}` is not money; only money can stand here");
                report.add(ProblemCode::WrongAssetKind, path, detail);
            }
        }
        false
    }

    /// Reports the name of an expiry policy that is not declared.
    fn expiry(&self, report: &mut Report, path: &Path<'_>, name: Option<&Id>) {
        if let Some(name) = name.filter(|name| !self.book.expiry.contains_key(*name)) {
            report.unknown(path, "expiry policy", name, self.book.expiry.keys());
        }
    }

    /// The campaign with a name, if one is named; reports it if it is not declared.
    fn campaign(&self, report: &mut Report, path: &Path<'_>, name: Option<&Id>) -> Option<&'a Campaign> {
        let name = name?;
        let found = self.campaigns.get(name).copied();
        if found.is_none() {
            report.unknown(path, "campaign", name, self.campaigns.keys().copied());
        }
        found
    }
}
