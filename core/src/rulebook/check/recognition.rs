//! The section `recognition`.

use std::collections::BTreeMap;

use super::super::limits::MAX_RECOGNITIONS;
use super::super::problem::{Path, Report};
use super::super::{ProblemCode, Rulebook};
use crate::organisation::{MAX_SCOPE_IDS, MerchantScope};
use crate::values::Id;

pub(super) fn section(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("recognition");
    report.limit(&path, "recognitions", rulebook.recognition.len(), MAX_RECOGNITIONS);
    let mut places: BTreeMap<&Id, usize> = BTreeMap::new();
    for (index, row) in rulebook.recognition.iter().enumerate() {
        let path = path.item(index);
        if let Some(first) = places.get(&row.id) {
            let detail = format!("`{}` is declared twice: as recognition[{first}] already", row.id);
            report.add(ProblemCode::DuplicateId, &path.field("id"), detail);
        } else {
            places.insert(&row.id, index);
        }
        side(report, &path.field("of"), &row.of);
        side(report, &path.field("at"), &row.at);
    }
}

/// A side that names nobody recognises nobody, which its writer does not expect. Merchants and alliances are parties, which
/// a rulebook does not know.
fn side(report: &mut Report, path: &Path<'_>, scope: &MerchantScope) {
    if scope.is_empty() {
        let detail = "it names neither a merchant nor an alliance: nobody would ever be recognised";
        report.add(ProblemCode::NotPossible, path, detail);
    }
    report.limit(&path.field("merchants"), "merchants", scope.merchants.len(), MAX_SCOPE_IDS);
    report.limit(&path.field("alliances"), "alliances", scope.alliances.len(), MAX_SCOPE_IDS);
}
