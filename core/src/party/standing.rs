//! Whether a member has a merchant's member or staff terms: by itself, or because the rulebook recognises it (M8).

use std::collections::BTreeSet;

use crate::book::Halt;
use crate::decision::Decision;
use crate::nouns::Key;
use crate::organisation::{Party, Recognition, TermsHolder};
use crate::values::Id;

/// How a member comes by a merchant's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing<'a> {
    /// The recognition; its own membership or employment, if absent.
    pub by: Option<&'a Id>,
}

/// The merchants that a member is a member of, or is employed by.
fn own(member: &Party, holder: TermsHolder) -> Option<&BTreeSet<Id>> {
    match (member, holder) {
        (Party::Member { member_of, .. }, TermsHolder::Member) => Some(member_of),
        (Party::Member { employee_of, .. }, TermsHolder::Staff) => Some(employee_of),
        _ => None,
    }
}

/// The recognitions that hold for a merchant's terms, in the order of the rulebook.
fn rows<'a>(
    decision: &Decision<'a>,
    merchant: (&Id, &Party),
    holder: TermsHolder,
) -> impl Iterator<Item = &'a Recognition> {
    let rows = decision.rules.rulebook().recognition.iter();
    rows.filter(move |row| row.holder == holder && row.at.holds(merchant.0, Some(merchant.1)))
}

/// The parties whose alliances decide whether a member is recognised: its other merchants, where it is not the merchant's
/// own and a recognition of alliances could apply. The same whatever the command goes on to ask, so that a quote and a
/// decision read alike.
pub(crate) fn standing_keys(
    decision: &Decision<'_>,
    merchant: (&Id, &Party),
    member: &Party,
    holder: TermsHolder,
) -> Vec<Key> {
    let Some(own) = own(member, holder).filter(|own| !own.contains(merchant.0)) else { return Vec::new() };
    let by_alliance = rows(decision, merchant, holder).any(|row| !row.of.alliances.is_empty());
    if by_alliance { own.iter().cloned().map(Key::Party).collect() } else { Vec::new() }
}

/// How a member comes by the terms of a merchant; `None` if it does not. Of several recognitions the one with the lowest
/// id. What `standing_keys` names is in the slice.
pub(crate) fn standing<'a>(
    decision: &Decision<'a>,
    merchant: (&Id, &Party),
    member: &Party,
    holder: TermsHolder,
) -> Result<Option<Standing<'a>>, Halt> {
    let Some(own) = own(member, holder) else { return Ok(None) };
    if own.contains(merchant.0) {
        return Ok(Some(Standing { by: None }));
    }
    let mut by: Option<&Id> = None;
    for row in rows(decision, merchant, holder) {
        if by.is_none_or(|by| row.id < *by) && is_recognised(decision, row, own)? {
            by = Some(&row.id);
        }
    }
    Ok(by.map(|by| Standing { by: Some(by) }))
}

fn is_recognised(decision: &Decision<'_>, row: &Recognition, own: &BTreeSet<Id>) -> Result<bool, Halt> {
    if own.iter().any(|merchant| row.of.merchants.contains(merchant)) {
        return Ok(true);
    }
    if row.of.alliances.is_empty() {
        return Ok(false);
    }
    for merchant in own {
        if row.of.holds(merchant, decision.view.party(merchant)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn being_employed_is_not_being_a_member_and_only_members_are_either() {
        let id = |text: &str| text.parse::<Id>().unwrap();
        let member = Party::Member {
            account: id("m"),
            enrolled_by: None,
            member_of: BTreeSet::from([id("a")]),
            employee_of: BTreeSet::from([id("b")]),
            tier: None,
            roles: BTreeSet::new(),
            flags: BTreeSet::new(),
            birthday: None,
        };
        let of = |party: &Party, holder: TermsHolder| {
            own(party, holder).map(|own| own.iter().map(Id::to_string).collect::<Vec<_>>())
        };
        assert_eq!(of(&member, TermsHolder::Member), Some(vec!["a".to_owned()]));
        assert_eq!(of(&member, TermsHolder::Staff), Some(vec!["b".to_owned()]));
        let clerk = Party::Staff { merchant: id("b"), roles: BTreeSet::new(), account: None, alliance: None };
        assert_eq!((of(&clerk, TermsHolder::Member), of(&clerk, TermsHolder::Staff)), (None, None));
    }
}
