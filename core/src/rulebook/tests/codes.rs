//! Each code at its exact path: everything outside `earn`.

use super::{amount, detail, found, id, none, one};
use crate::rulebook::ProblemCode::{
    Cycle, DuplicateId, InvalidZone, NotPositive, OutOfRange, UnknownName, UnsupportedEdition, WrongAssetKind,
};
use crate::rulebook::{Category, ProblemCode, Rulebook, TenderTerms};
use crate::values::{Asset, Id, Zone};

#[test]
fn edition_currency_and_zone() {
    one(UnsupportedEdition, "edition", |book| book.edition = 0);
    one(UnsupportedEdition, "edition", |book| book.edition = 2);
    one(UnknownName, "currency", |book| book.currency = id("EUR"));
    one(WrongAssetKind, "currency", |book| book.currency = id("star"));
    one(WrongAssetKind, "currency", |book| book.currency = id("wallet"));
    one(InvalidZone, "zone.offset_minutes", |book| book.zone = Zone::Fixed { offset_minutes: 1_081 });
    one(InvalidZone, "zone.changes[1]", |book| {
        if let Zone::Table { changes, .. } = &mut book.zone {
            changes[1].at = changes[0].at;
        }
    });
}

#[test]
fn assets() {
    let insert = |name: &str, asset: Asset| {
        let name = id(name);
        move |book: &mut Rulebook| {
            book.assets.insert(name, asset);
        }
    };
    let money = |code: &str, scale: u8| Asset::Money { code: code.to_owned(), scale };
    one(OutOfRange, "assets[\"CNY.fine\"]", insert("CNY.fine", Asset::Points {}));
    one(WrongAssetKind, "assets.gift-card.money", insert("gift-card", Asset::StoredValue { money: id("star") }));
    one(UnknownName, "assets.gift-card.money", insert("gift-card", Asset::StoredValue { money: id("EUR") }));
    none(insert("JPY", money("JPY", 0)));
    none(insert("BHD", money("BHD", 4)));
    one(OutOfRange, "assets.BHD.scale", insert("BHD", money("BHD", 5)));
    for code in ["", "cny", "CN", "CNYY", "CN1", "ÄÖ"] {
        one(OutOfRange, "assets.EUR.code", insert("EUR", money(code, 2)));
    }
    none(insert(&"m".repeat(59), money("EUR", 2)));
    let long = "m".repeat(60);
    one(OutOfRange, &format!("assets.{long}"), insert(&long, money("EUR", 2)));
    none(insert(&"p".repeat(64), Asset::Points {}));
}

#[test]
fn points() {
    let terms = |change: fn(&mut TenderTerms)| {
        move |book: &mut Rulebook| change(book.points.get_mut("star").unwrap().tender.as_mut().unwrap())
    };
    one(NotPositive, "points.star.tender.points", terms(|terms| terms.points = amount(0)));
    one(NotPositive, "points.star.tender.value", terms(|terms| terms.value = amount(-1)));
    none(terms(|terms| terms.max_share = "1".parse().unwrap()));
    one(OutOfRange, "points.star.tender.max_share", terms(|terms| terms.max_share = "1.000001".parse().unwrap()));
    one(OutOfRange, "points.star.reimbursement", |book| {
        book.points.get_mut("star").unwrap().reimbursement = amount(-1);
    });
    one(UnknownName, "points.star.gift_expiry", |book| {
        book.points.get_mut("star").unwrap().gift_expiry = Some(id("sesaon"));
    });
    let copied = |name: &str| {
        let name = id(name);
        move |book: &mut Rulebook| {
            let terms = book.points["star"].clone();
            book.points.insert(name, terms);
        }
    };
    one(UnknownName, "points.stars", copied("stars"));
    one(WrongAssetKind, "points.wallet", copied("wallet"));
}

#[test]
fn categories_and_tiers() {
    one(DuplicateId, "categories[3].id", |book| book.categories.push(Category { id: id("food"), parent: None }));
    one(UnknownName, "categories[0].parent", |book| book.categories[0].parent = Some(id("goods")));
    one(Cycle, "categories[0].parent", |book| book.categories[0].parent = Some(id("cheese")));
    one(Cycle, "categories[0].parent", |book| book.categories[0].parent = Some(id("food")));
    // What hangs on a cycle is not in it.
    one(Cycle, "categories[1].parent", |book| {
        book.categories[1].parent = Some(id("cheese"));
        book.categories[0].parent = Some(id("dairy"));
    });
    // Two cycles are two problems.
    let two = found(|book| {
        let category = |name: &str, parent: &str| Category { id: id(name), parent: Some(id(parent)) };
        book.categories.extend([category("a", "b"), category("b", "a"), category("c", "d"), category("d", "c")]);
    });
    assert_eq!(two, [(Cycle, "categories[3].parent".to_owned()), (Cycle, "categories[5].parent".to_owned())]);
    one(DuplicateId, "tiers[3]", |book| book.tiers.push(id("silver")));
}

#[test]
fn the_order_is_that_of_the_fields() {
    let codes = found(|book| {
        book.earn.caps[0].points = amount(-1);
        book.refunds.days = 9_999;
        book.tiers.push(id("gold"));
        book.edition = 7;
        book.earn.rules[0].group = id("bass");
    });
    let paths: Vec<&str> = codes.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(paths, ["edition", "tiers[3]", "refunds.days", "earn.rules[0].group", "earn.caps[0].points"]);
}

#[test]
fn near_names_are_offered() {
    assert_eq!(detail(|book| book.currency = id("CNH")), "there is no asset `CNH`; did you mean `CNY`?");
    assert_eq!(
        detail(|book| book.earn.rules[3].when.tiers.extend([id("gould")])),
        "there is no tier `gould`; did you mean `gold`?"
    );
    assert_eq!(
        detail(|book| book.earn.rules[1].when.categories.extend([id("Cheese")])),
        "there is no category `Cheese`; did you mean `cheese`?"
    );
    assert_eq!(
        detail(|book| book.earn.rules[3].when.holidays.extend([id("winter")])),
        "there is no holiday list `winter`; declared: `autumn`, `spring`"
    );
    let no_tiers = detail(|book| {
        book.tiers.clear();
        book.earn.multipliers[0].when.tiers.clear();
        book.earn.rules[3].when.tiers = [id("gold")].into_iter().collect();
    });
    assert_eq!(no_tiers, "there is no tier `gold`; none is declared");
}

#[test]
fn codes_are_words_and_append_only() {
    let words: Vec<&str> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    let pinned = [
        "unsupported_edition",
        "unknown_name",
        "wrong_asset_kind",
        "duplicate_id",
        "cycle",
        "limit",
        "out_of_range",
        "not_positive",
        "invalid_zone",
        "campaign_factor_below_one",
        "not_possible",
        "too_deep",
        "may_overflow",
        "asset_removed",
        "asset_changed",
        "cap_window_changed",
        "campaign_removed",
        "not_later",
        "guard_levels",
        "guard_payout_ratio",
        "guard_entry_fee",
        "guard_recruitment",
    ];
    assert_eq!(words, pinned);
    // Every word is an id as well, for whoever keeps them as ids.
    assert!(words.iter().all(|word| word.parse::<Id>().is_ok()));
}
