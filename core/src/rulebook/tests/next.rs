use super::{id, sample};
use crate::earn::CapWindow;
use crate::rulebook::ProblemCode::{
    AssetChanged, AssetRemoved, CampaignRemoved, CapWindowChanged, NotLater, NotPossible,
};
use crate::rulebook::{ProblemCode, Rulebook, check_against};
use crate::values::Asset;

fn next() -> Rulebook {
    Rulebook { effective_from: "2026-02-01".parse().unwrap(), ..sample() }
}

#[track_caller]
fn one(code: ProblemCode, path: &str, change: impl FnOnce(&mut Rulebook)) {
    let mut new = next();
    change(&mut new);
    let found: Vec<_> = check_against(&new, &sample()).into_iter().map(|one| (one.code, one.path)).collect();
    assert_eq!(found, [(code, path.to_owned())]);
}

#[test]
fn a_rulebook_may_follow_if_only_rules_change() {
    let mut new = next();
    new.earn.rules.clear();
    new.earn.caps.clear();
    new.assets.insert(id("meteor"), Asset::Points {});
    assert_eq!(check_against(&new, &sample()), []);
}

#[test]
fn what_balances_are_counted_in_never_changes() {
    one(NotPossible, "programme", |new| new.programme = id("other"));
    one(NotPossible, "operator", |new| new.operator = id("other"));
    one(AssetChanged, "currency", |new| new.currency = id("star"));
    one(AssetRemoved, "assets[\"moon.beam\"]", |new| {
        new.assets.remove("moon.beam");
    });
    for asset in
        [Asset::Points {}, Asset::Money { code: "CNY".into(), scale: 3 }, Asset::Money { code: "CNH".into(), scale: 2 }]
    {
        one(AssetChanged, "assets.CNY", |new| {
            new.assets.insert(id("CNY"), asset);
        });
    }
    one(AssetChanged, "assets.wallet", |new| {
        new.assets.insert(id("wallet"), Asset::StoredValue { money: id("EUR") });
    });
    one(CapWindowChanged, "earn.caps[4].per", |new| new.earn.caps[4].per = CapWindow::Year);
    one(AssetChanged, "earn.caps[4].asset", |new| new.earn.caps[4].asset = id("moon.beam"));
    one(CampaignRemoved, "earn.campaigns", |new| new.earn.campaigns.clear());
    one(NotLater, "effective_from", |new| new.effective_from = sample().effective_from);
}
