//! Checks of terms and of the ids that a party's record names.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::Halt;
use crate::decision::{Decision, not_negative, positive};
use crate::nouns::Code;
use crate::organisation::{MAX_PARTY_IDS, MAX_PRICES, MAX_SCOPE_IDS, MAX_TERMS, Price, Terms};
use crate::rulebook::MAX_RATIO_TERM;
use crate::values::{Amount, Id, Rate};
use crate::wire::behind;

/// The most fees of one version of terms.
const MAX_FEES: usize = 32;

/// Terms must come by rising first day; their assets must be declared points and their figures in range. Rejections in
/// order: `limit_exceeded path`, then for each `invalid_period path[i].from`, and those of [`check_terms`].
pub(super) fn check_all_terms(decision: &Decision<'_>, terms: &[Terms], path: &str) -> Result<(), Halt> {
    if terms.len() > MAX_TERMS {
        return Err(Halt::reject(Code::LimitExceeded, path));
    }
    let mut last = None;
    for (place, one) in terms.iter().enumerate() {
        if last.is_some_and(|last| one.from <= last) {
            return Err(Halt::reject(Code::InvalidPeriod, format!("{path}[{place}].from")));
        }
        last = Some(one.from);
        check_terms(decision, one, &format!("{path}[{place}]"))?;
    }
    Ok(())
}

/// `unknown_asset`, `not_positive`, `negative_amount`, `limit_exceeded`, `duplicate`, `not_declared`, at the field that offends, fields in the order of
/// the record.
pub(super) fn check_terms(decision: &Decision<'_>, terms: &Terms, path: &str) -> Result<(), Halt> {
    for (asset, ratio) in &terms.earn {
        decision.points_asset(asset, &format!("{path}.earn{}", behind(asset.as_str())))?;
        positive(ratio.points, &format!("{path}.earn{}.points", behind(asset.as_str())))?;
        positive(ratio.per, &format!("{path}.earn{}.per", behind(asset.as_str())))?;
        for (field, term) in [("points", ratio.points), ("per", ratio.per)] {
            if term.get() > i64::from(MAX_RATIO_TERM) {
                return Err(Halt::reject(
                    Code::LimitExceeded,
                    format!("{path}.earn{}.{field}", behind(asset.as_str())),
                ));
            }
        }
    }
    for asset in &terms.accepts {
        decision.points_asset(asset, &format!("{path}.accepts"))?;
    }
    let prices: [(&str, &BTreeMap<Id, Amount>); 3] = [
        ("reimbursement", &terms.reimbursement),
        ("point_price", &terms.point_price),
        ("postpaid_price", &terms.postpaid_price),
    ];
    for (field, by_asset) in prices {
        for (asset, price) in by_asset {
            decision.points_asset(asset, &format!("{path}.{field}{}", behind(asset.as_str())))?;
            not_negative(*price, &format!("{path}.{field}{}", behind(asset.as_str())))?;
        }
    }
    if terms.fees.len() > MAX_FEES {
        return Err(Halt::reject(Code::LimitExceeded, format!("{path}.fees")));
    }
    for (place, fee) in terms.fees.iter().enumerate() {
        if let Some(asset) = fee.asset() {
            decision.points_asset(asset, &format!("{path}.fees[{place}].asset"))?;
        }
        for (field, amount) in fee.amounts() {
            not_negative(amount, &format!("{path}.fees[{place}].{field}"))?;
        }
    }
    check_prices(decision, &terms.prices, path)?;
    terms.enrol_after.map_or(Ok(()), |least| not_negative(least, &format!("{path}.enrol_after")))?;
    match &terms.discounts_at {
        Some(at) if at.len() > MAX_SCOPE_IDS => Err(Halt::reject(Code::LimitExceeded, format!("{path}.discounts_at"))),
        _ => Ok(()),
    }
}

/// `limit_exceeded path.prices`, then price by price `duplicate id`, `not_positive | limit_exceeded off`, `limit_exceeded |
/// not_declared categories`.
fn check_prices(decision: &Decision<'_>, prices: &[Price], path: &str) -> Result<(), Halt> {
    if prices.len() > MAX_PRICES {
        return Err(Halt::reject(Code::LimitExceeded, format!("{path}.prices")));
    }
    let tree = &decision.rules.plan().tree;
    let mut seen = BTreeSet::new();
    for (place, price) in prices.iter().enumerate() {
        let refuse = |code, field| Err(Halt::reject(code, format!("{path}.prices[{place}].{field}")));
        if !seen.insert(&price.id) {
            return refuse(Code::Duplicate, "id");
        }
        if price.off.fraction().is_zero() {
            return refuse(Code::NotPositive, "off");
        }
        if !price.off.is_below_one() && price.off != Rate::ONE {
            return refuse(Code::LimitExceeded, "off");
        }
        if price.categories.len() > MAX_SCOPE_IDS {
            return refuse(Code::LimitExceeded, "categories");
        }
        if price.categories.iter().any(|category| tree.chain(category).is_none()) {
            return refuse(Code::NotDeclared, "categories");
        }
    }
    Ok(())
}

/// `not_allowed path` unless the actor, who may do the rest, may also act for each of these merchants: one that enrols
/// somebody does not give away another's card or staff prices.
pub(super) fn check_merchants<'i>(
    decision: &Decision<'_>,
    merchants: impl Iterator<Item = &'i Id>,
    path: &str,
) -> Result<(), Halt> {
    for merchant in merchants {
        decision.actor_for(&[merchant]).map_err(|halt| match halt {
            Halt::Rejected(_) => Halt::reject(Code::NotAllowed, path),
            needs @ Halt::Needs(_) => needs,
        })?;
    }
    Ok(())
}

/// `limit_exceeded path` above 64 ids.
pub(super) fn check_ids(ids: &BTreeSet<Id>, path: &str) -> Result<(), Halt> {
    if ids.len() > MAX_PARTY_IDS { Err(Halt::reject(Code::LimitExceeded, path)) } else { Ok(()) }
}

/// `not_declared path` for a tier that the rulebook does not declare.
pub(super) fn check_tier(decision: &Decision<'_>, tier: Option<&Id>, path: &str) -> Result<(), Halt> {
    let declared = tier.is_none_or(|tier| decision.rules.rulebook().tiers.contains(tier));
    if declared { Ok(()) } else { Err(Halt::reject(Code::NotDeclared, path)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_names_64_ids_and_no_more() {
        let ids = |count: usize| (0..count).map(|n| format!("id-{n}").parse().unwrap()).collect::<BTreeSet<Id>>();
        assert!(check_ids(&ids(0), "roles").is_ok() && check_ids(&ids(MAX_PARTY_IDS), "roles").is_ok());
        assert_eq!(check_ids(&ids(65), "roles"), Err(Halt::reject(Code::LimitExceeded, "roles")));
    }
}
