//! The sections `currency`, `assets` and `points`.

use super::super::limits::{MAX_ASSETS, MAX_MONEY_ID_BYTES, MAX_MONEY_SCALE};
use super::super::problem::{Path, Report};
use super::super::{ProblemCode, TenderTerms};
use super::Declared;
use crate::values::{Asset, Id, Rate, is_fine};

pub(super) fn currency(declared: &Declared<'_>, report: &mut Report) {
    declared.is_money(report, &Path::Root.field("currency"), &declared.book.currency);
}

pub(super) fn assets(declared: &Declared<'_>, report: &mut Report) {
    let path = Path::Root.field("assets");
    report.limit(&path, "assets", declared.book.assets.len(), MAX_ASSETS);
    for (id, asset) in &declared.book.assets {
        let path = path.field(id.as_str());
        if is_fine(id) {
            let detail = "ids that end in `.fine` are kept for the engine's own ten-thousandths of money";
            report.add(ProblemCode::OutOfRange, &path, detail);
        }
        match asset {
            Asset::Points {} => {}
            Asset::Money { code, scale } => money(report, &path, id, code, *scale),
            Asset::StoredValue { money } => {
                declared.is_money(report, &path.field("money"), money);
            }
        }
    }
}

fn money(report: &mut Report, path: &Path<'_>, id: &Id, code: &str, scale: u8) {
    if id.as_str().len() > MAX_MONEY_ID_BYTES {
        let detail = format!("the id of money has at most {MAX_MONEY_ID_BYTES} characters");
        report.add(ProblemCode::OutOfRange, path, detail);
    }
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let detail = "a currency code is three capital letters, such as `EUR`";
        report.add(ProblemCode::OutOfRange, &path.field("code"), detail);
    }
    if scale > MAX_MONEY_SCALE {
        let detail = format!("money has 0 to {MAX_MONEY_SCALE} digits after the point (2: cents), not {scale}");
        report.add(ProblemCode::OutOfRange, &path.field("scale"), detail);
    }
}

pub(super) fn points(declared: &Declared<'_>, report: &mut Report) {
    let path = Path::Root.field("points");
    for (id, terms) in &declared.book.points {
        let path = path.field(id.as_str());
        declared.is_points(report, &path, id);
        if terms.reimbursement.get() < 0 {
            let detail = "what is paid for an accepted point is 0 or more";
            report.add(ProblemCode::OutOfRange, &path.field("reimbursement"), detail);
        }
        if let Some(terms) = &terms.tender {
            tender(report, &path.field("tender"), terms);
        }
        declared.expiry(report, &path.field("gift_expiry"), terms.gift_expiry.as_ref());
    }
}

fn tender(report: &mut Report, path: &Path<'_>, terms: &TenderTerms) {
    for (field, amount) in [("points", terms.points), ("value", terms.value)] {
        if !amount.is_positive() {
            let detail = "so many points pay so much money: both are 1 or more";
            report.add(ProblemCode::NotPositive, &path.field(field), detail);
        }
    }
    if terms.max_share != Rate::ONE && !terms.max_share.is_below_one() {
        let detail = format!("points can pay at most all of a purchase, \"1\"; not \"{}\"", terms.max_share);
        report.add(ProblemCode::OutOfRange, &path.field("max_share"), detail);
    }
}
