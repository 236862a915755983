use super::*;
use crate::values::{AMOUNT_MAX, Overflow};
use crate::wire::{Mode, TreeLimits, encode, from_json};

fn of(shard: &str, postings: &[(Day, Posting)]) -> Tally {
    let mut tally = Tally::of_shard(id(shard));
    for (period, posting) in postings {
        tally.add(*period, posting, Place::NONE).unwrap();
    }
    tally
}

fn read(text: &str) -> Result<Tally, String> {
    from_json(text.as_bytes(), TreeLimits::STORED, Mode::Strict).map_err(|error| error.to_string())
}

#[test]
fn merging_is_associative_and_commutative_and_has_an_identity() {
    for seed in 1..20 {
        let mut numbers = Numbers(seed);
        let [a, b, c] = ["a", "b", "c"].map(|shard| of(shard, &numbers.postings(60)));
        let left = a.clone().merge(b.clone()).unwrap().merge(c.clone()).unwrap();
        let right = a.clone().merge(b.clone().merge(c).unwrap()).unwrap();
        assert_eq!(left, right);
        assert_eq!(a.clone().merge(b.clone()), b.merge(a.clone()));
        assert_eq!(a.clone().merge(Tally::empty()), Ok(a.clone()));
        assert_eq!(Tally::empty().merge(a.clone()), Ok(a));
    }
}

#[test]
fn every_partition_of_the_postings_gives_the_same_cells() {
    let postings = Numbers(7).postings(200);
    let whole = of("all", &postings);
    for cut in [0, 1, 67, 199, 200] {
        let (head, tail) = postings.split_at(cut);
        assert_eq!(of("h", head).merge(of("t", tail)).unwrap().cells, whole.cells);
    }
    let backwards: Vec<_> = postings.iter().rev().cloned().collect();
    assert_eq!(of("all", &backwards), whole);
}

#[test]
fn a_shard_is_never_merged_twice() {
    let (a, b) = (of("a", &Numbers(1).postings(3)), of("b", &Numbers(2).postings(3)));
    let both = a.clone().merge(b.clone()).unwrap();
    let refused = Err(TallyError::OverlappingShards { shard: id("b") });
    assert_eq!(both.clone().merge(b.clone()), refused);
    assert_eq!(b.merge(both), refused);
    // A tally without a shard names nothing, so nothing can overlap.
    assert_eq!(Tally::empty().merge(Tally::empty()), Ok(Tally::empty()));
}

#[test]
fn members_are_added_up_and_days_and_periods_are_kept_apart() {
    let mut tally = Tally::empty();
    let award =
        |member: &str, value_day| posting(&format!("shop/float {member}/spendable coin 5"), value_day, Reason::Award);
    booked(&mut tally, "2016-05-20", &[award("m-1", "2016-05-20"), award("m-2", "2016-05-20")]);
    booked(&mut tally, "2016-05-21", &[award("m-1", "2016-05-21")]);
    booked(&mut tally, "2016-06-01", &[award("m-1", "2016-05-21")]);
    let shown: Vec<_> = tally
        .cells
        .iter()
        .map(|(cell, sum)| {
            (cell.period.to_string(), cell.day.to_string(), cell.credit.to_string(), sum.postings, sum.amount)
        })
        .collect();
    let row = |period: &str, day: &str, postings, sum| (period.into(), day.into(), "*/spendable".into(), postings, sum);
    assert_eq!(
        shown,
        [
            row("2016-05-01", "2016-05-20", 2, 10),
            row("2016-05-01", "2016-05-21", 1, 5),
            row("2016-06-01", "2016-05-21", 1, 5),
        ]
    );
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let mut tally = Tally::empty();
    let mut wrong = posting("a/settlement b/settlement CNY 1", "2016-05-01", Reason::DiscountFunding);
    booked(&mut tally, "2016-05-01", std::slice::from_ref(&wrong));
    let before = tally.clone();
    for value in [0, -1] {
        wrong.amount = amount(value);
        assert_eq!(tally.add(day("2016-05-01"), &wrong, Place::NONE), Err(Overflow));
    }
    assert_eq!(tally, before);
    let full = CellSum { postings: 1, amount: i128::MAX };
    tally.cells.values_mut().for_each(|sum| *sum = full);
    wrong.amount = amount(1);
    assert_eq!(tally.add(day("2016-05-01"), &wrong, Place::NONE), Err(Overflow));
    assert!(tally.cells.values().all(|sum| *sum == full));
    // Of a decision's postings all are taken out again, the new cell too.
    let more = posting("c/settlement b/settlement CNY 7", "2016-05-02", Reason::Fee);
    tally.cells.values_mut().for_each(|sum| sum.amount = i128::MAX - 1);
    let nearly_full = tally.clone();
    let postings = [more.clone(), more, wrong.clone(), wrong];
    assert_eq!(tally.add_all(day("2016-05-01"), &postings, Place::NONE), Err(Overflow));
    assert_eq!(tally, nearly_full);
    assert_eq!(tally.add_all(day("2016-05-01"), &postings[..3], Place::NONE), Ok(()));
    assert_eq!(tally.cells.values().map(|sum| sum.postings).sum::<u64>(), 4);
    let refused = tally.merge(before).unwrap_err();
    assert_eq!(refused, TallyError::Overflow(Overflow));
    assert_eq!(refused.to_string(), "amount_overflow: a sum does not fit 128 bits");
}

const ROW: &str = r#"{"amount":"18014398509481982","asset":"coin","credit":"*/pending","day":"2016-05-20","debit":"shop/float","period":"2016-05-01","postings":2,"reason":"award"}"#;

#[test]
fn the_wire_form_is_exact_and_sums_may_pass_the_largest_json_number() {
    let mut tally = Tally::of_shard(id("till-2"));
    let award = posting(&format!("shop/float m/pending coin {AMOUNT_MAX}"), "2016-05-20", Reason::Award);
    booked(&mut tally, "2016-05-20", &[award.clone(), award]);
    let text = format!(r#"{{"cells":[{ROW}],"shards":["till-2"],"v":1}}"#);
    assert_eq!(encode(&tally).unwrap(), text);
    assert_eq!(read(&text), Ok(tally));
    assert_eq!(encode(&Tally::empty()).unwrap(), r#"{"cells":[],"shards":[],"v":1}"#);
}

#[test]
fn store_and_clerk_split_what_is_of_a_purchase_and_nothing_else() {
    let (store, clerk) = (id("shop-1"), id("amy"));
    let mut tally = Tally::of_shard(id("till-2"));
    let may = day("2016-05-01");
    let award = posting("shop/float m/pending coin 5", "2016-05-20", Reason::Award);
    let places = [
        Place { store: Some(&store), clerk: Some(&clerk) },
        Place { store: None, clerk: Some(&clerk) },
        Place { store: Some(&store), clerk: None },
        Place::NONE,
        Place { store: Some(&store), clerk: Some(&clerk) },
    ];
    places.iter().for_each(|place| tally.add(may, &award, *place).unwrap());
    let matured = posting("m/pending m/spendable coin 5", "2016-05-20", Reason::Activation);
    tally.add(may, &matured, places[0]).unwrap();
    let row = |clerk: &str, postings: u64, rest: &str| {
        let amount = postings.saturating_mul(5);
        format!(
            r#"{{"amount":"{amount}","asset":"coin",{clerk}"credit":"*/pending","day":"2016-05-20","debit":"shop/float","period":"2016-05-01","postings":{postings},"reason":"award"{rest}}}"#
        )
    };
    let (amy, shop) = (r#""clerk":"amy","#, r#","store":"shop-1""#);
    let matured = r#"{"amount":"5","asset":"coin","credit":"*/spendable","day":"2016-05-20","debit":"*/pending","period":"2016-05-01","postings":1,"reason":"activation"}"#;
    // Members' side first, and of the places those without a store, then without a clerk.
    let rows = [matured.to_owned(), row("", 1, ""), row(amy, 1, ""), row("", 1, shop), row(amy, 2, shop)];
    let text = format!(r#"{{"cells":[{}],"shards":["till-2"],"v":1}}"#, rows.join(","));
    assert_eq!(encode(&tally).unwrap(), text);
    assert_eq!(read(&text), Ok(tally));
}

#[test]
fn figures_add_up_days_and_sides_and_are_refused_past_the_largest_amount() {
    let (store, may) = (id("shop-1"), day("2016-05-01"));
    let place = Place { store: Some(&store), clerk: None };
    let mut tally = Tally::empty();
    for (funder, value_day, points) in [("shop", "2016-05-02", 4), ("op", "2016-05-03", 3), ("shop", "2016-04-30", 2)] {
        let text = format!("{funder}/float m/pending coin {points}");
        tally.add(may, &posting(&text, value_day, Reason::Award), place).unwrap();
    }
    let of = |tally: &Tally| figures(tally, Window::Month, period("2016-05-01", "2016-06-01"));
    let nine = Figure {
        store: Some(store.clone()),
        clerk: None,
        asset: id("coin"),
        reason: Reason::Award,
        postings: 3,
        amount: amount(9),
    };
    assert_eq!(of(&tally), Ok(vec![nine]));
    let most = posting(&format!("shop/float m/pending coin {}", AMOUNT_MAX - 9), "2016-05-04", Reason::Award);
    tally.add(may, &most, place).unwrap();
    assert_eq!(of(&tally).unwrap()[0].amount, amount(AMOUNT_MAX));
    tally.add(may, &posting("shop/float m/pending coin 1", "2016-05-05", Reason::Award), place).unwrap();
    assert_eq!(of(&tally), Err(SettleError::Overflow(Overflow)));
    for (from, until) in [("2016-05-02", "2016-06-01"), ("2016-05-01", "2016-05-31"), ("2016-05-01", "2016-05-01")] {
        assert_eq!(figures(&tally, Window::Month, period(from, until)), Err(SettleError::PeriodNotAligned));
    }
}

#[test]
fn what_was_written_is_read_back() {
    for seed in 1..20 {
        let tally = of("s", &Numbers(seed).postings(80)).merge(of("t", &Numbers(seed + 50).postings(80))).unwrap();
        let text = encode(&tally).unwrap();
        assert_eq!(read(&text), Ok(tally));
    }
}

#[test]
fn reading_is_strict() {
    let whole = |cells: &str, rest: &str| format!(r#"{{"cells":[{cells}],{rest}}}"#);
    let good = r#""shards":["a"],"v":1"#;
    let swapped = |from: &str, to: &str| {
        let changed = ROW.replace(from, to);
        assert_ne!(changed, ROW, "{from}");
        whole(&changed, good)
    };
    let later = ROW.replace("2016-05-20", "2016-05-21");
    assert!(read(&whole(ROW, good)).is_ok());
    assert!(read(&whole(&format!("{ROW},{later}"), good)).is_ok());
    for (bad, code) in [
        (whole(ROW, r#""shards":["a"],"v":2"#), "invalid_value"),
        (whole(ROW, r#""shards":["a"]"#), "missing_field"),
        (whole(ROW, r#""shards":["b","a"],"v":1"#), "invalid_value"),
        (whole(ROW, r#""shards":["a","a"],"v":1"#), "invalid_value"),
        (whole(ROW, r#""shards":["a"],"v":1,"more":1"#), "unknown_field"),
        (whole(&format!("{ROW},{ROW}"), good), "invalid_value"),
        (whole(&format!("{later},{ROW}"), good), "invalid_value"),
        (swapped(r#""18014398509481982""#, "5"), "wrong_type"),
        (swapped("18014398509481982", "0"), "invalid_amount"),
        (swapped("18014398509481982", "-5"), "invalid_amount"),
        (swapped("18014398509481982", "+5"), "invalid_amount"),
        (swapped("18014398509481982", "05"), "invalid_amount"),
        (swapped("18014398509481982", "5.0"), "invalid_amount"),
        (swapped(r#""postings":2"#, r#""postings":0"#), "invalid_value"),
        (swapped("*/pending", "m-1/pending"), "invalid_id"),
        (swapped("shop/float", "*/float"), "invalid_id"),
        (swapped("shop/float", "shop"), "invalid_id"),
        (swapped(r#""coin","#, r#""coin","clerk":"a b","#), "invalid_id"),
        (swapped(r#""award""#, r#""activation","store":"shop-1""#), "invalid_value"),
        (whole(&format!("{},{ROW}", ROW.replace(r#""award""#, r#""award","store":"shop-1""#)), good), "invalid_value"),
    ] {
        let refused = read(&bad).unwrap_err();
        assert!(refused.starts_with(code), "{bad}: {refused}");
    }
}
