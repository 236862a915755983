//! Ids that are unique in a section.

use std::collections::BTreeMap;

use super::super::ProblemCode;
use super::super::problem::{Path, Report};
use crate::values::Id;

/// Where in a section an id was first used, for those that must be unique.
pub(super) struct Seen<'a> {
    section: &'static str,
    ids: BTreeMap<&'a Id, (&'static str, usize)>,
}

impl<'a> Seen<'a> {
    pub(super) fn in_section(section: &'static str) -> Self {
        Self { section, ids: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, report: &mut Report, path: &Path<'_>, id: &'a Id, place: (&'static str, usize)) {
        if let Some((list, index)) = self.ids.get(id) {
            let section = self.section;
            let detail = format!("the id `{id}` is taken by {section}.{list}[{index}]; give this one an id of its own");
            report.add(ProblemCode::DuplicateId, &path.field("id"), detail);
        } else {
            self.ids.insert(id, place);
        }
    }
}
