//! Lots as an account spends and absorbs them, money that is never absorbed, and blocks as a stock gives them.

use super::{AccountDraft, Change, Snapshot, StockDraft};
use crate::nouns::samples::{self, amount, day, id, item};
use crate::nouns::{Block, Key, Lot, LotState, MAX_BLOCKS, MAX_LOTS, MemberAccount};
use crate::values::Amount;

fn lot(n: u32, points: i64, expires: Option<&str>) -> Lot {
    Lot { expires: expires.map(day), ..samples::lot(n, points) }
}

fn of(lots: Vec<Lot>) -> MemberAccount {
    MemberAccount { lots: lots.into_iter().collect(), ..MemberAccount::default() }
}

#[test]
fn the_soonest_expiry_is_spent_first_then_the_oldest_then_the_lower_id() {
    let older = Lot { active: day("2023-12-31"), ..lot(5, 1, Some("2024-06-01")) };
    let pending = Lot { state: LotState::Pending, ..lot(6, 1, Some("2024-02-01")) };
    let other = Lot { asset: id("stars"), ..lot(7, 1, Some("2024-02-01")) };
    let lots =
        vec![lot(1, 1, None), lot(3, 1, Some("2024-06-01")), lot(4, 1, Some("2024-03-01")), older, pending, other];
    let account = of([lots, vec![lot(2, 1, Some("2024-06-01"))]].concat());
    let draft = AccountDraft::new(&id("m"), 1, Some(&account));
    let order = |allowed: fn(&Lot) -> bool| {
        draft.spendable(&id("points"), allowed).iter().map(|lot| lot.id.n).collect::<Vec<_>>()
    };
    assert_eq!(order(|_| true), [4, 5, 2, 3, 1]);
    assert_eq!(order(|lot| lot.expires.is_some()), [4, 5, 2, 3]);
}

#[test]
fn a_full_account_absorbs_into_the_next_later_expiry_of_the_same_price() {
    // A due 1 March, B due 1 June, and 254 of other prices.
    let filler = |n: u32| Lot { unit_cost: amount(i64::from(n)), ..lot(n, 1, Some("2024-12-01")) };
    let lots = [vec![lot(1, 10, Some("2024-03-01")), lot(2, 20, Some("2024-06-01"))], (3..=256).map(filler).collect()];
    let account = of(lots.concat());
    assert_eq!(account.lots.len(), MAX_LOTS);
    let put = |lot: Lot| {
        let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
        let (into, expires) = draft.put(lot).unwrap();
        let points = draft.lot(into).unwrap().points.get();
        (into.n, expires.map(|day| day.to_string()), points, draft.lots().count())
    };
    let due = |text: &str| Some(text.to_owned());
    assert_eq!(put(lot(900, 5, Some("2024-03-01"))), (1, due("2024-03-01"), 15, 256));
    assert_eq!(put(lot(900, 5, Some("2024-04-15"))), (2, due("2024-06-01"), 25, 256));
    assert_eq!(put(lot(900, 5, Some("2024-02-01"))), (1, due("2024-03-01"), 15, 256));
    assert_eq!(put(lot(900, 5, Some("2024-07-01"))), (900, due("2024-07-01"), 5, 257));
    assert_eq!(put(lot(900, 5, None)), (900, None, 5, 257));
    let dearer = Lot { unit_cost: amount(10_001), ..lot(900, 5, Some("2024-04-15")) };
    assert_eq!(put(dearer), (900, due("2024-04-15"), 5, 257));
    let waits = Lot { state: LotState::Pending, awaits: Some(id("p")), ..lot(900, 5, Some("2024-04-15")) };
    assert_eq!(put(waits), (900, due("2024-04-15"), 5, 257));
}

#[test]
fn what_waits_is_absorbed_by_what_waits_as_long() {
    let waiting = |n: u32, points: i64, active: &str, expires: &str| Lot {
        state: LotState::Pending,
        active: day(active),
        ..lot(n, points, Some(expires))
    };
    let filler = |n: u32| Lot { unit_cost: amount(i64::from(n)), ..lot(n, 1, Some("2024-12-01")) };
    let soon_and_later = vec![waiting(1, 10, "2024-03-10", "2024-12-01"), waiting(2, 20, "2024-03-20", "2024-12-02")];
    let account = of([soon_and_later, (3..=256).map(filler).collect()].concat());
    let put = |active: &str| {
        let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
        draft.put(waiting(900, 5, active, "2024-11-30")).unwrap().0.n
    };
    assert_eq!([put("2024-03-09"), put("2024-03-11"), put("2024-03-20"), put("2024-03-21")], [1, 2, 2, 900]);
}

#[test]
fn money_of_one_payer_is_one_lot_by_day_while_it_waits_and_one_once_it_is_there() {
    let money = |n: u32, payer: &str, state: LotState, active: &str| Lot {
        asset: id("CNY"),
        funder: id(payer),
        unit_cost: Amount::ZERO,
        reimbursement: Amount::ZERO,
        state,
        active: day(active),
        ..lot(n, 100, None)
    };
    let mut draft = AccountDraft::new(&id("m"), 0, None);
    let mut put = |lot: Lot| draft.put_money(lot).n;
    assert_eq!(put(money(1, "a", LotState::Pending, "2024-02-01")), 1);
    assert_eq!(put(money(2, "a", LotState::Pending, "2024-02-02")), 2);
    assert_eq!(put(money(3, "b", LotState::Pending, "2024-02-01")), 3);
    assert_eq!(put(money(4, "a", LotState::Pending, "2024-02-01")), 1);
    assert_eq!(put(money(5, "a", LotState::Spendable, "2024-01-03")), 5);
    assert_eq!(put(money(6, "a", LotState::Spendable, "2024-01-04")), 5);
    assert_eq!(put(money(7, "b", LotState::Spendable, "2024-01-04")), 7);
    let sums: Vec<_> = draft.lots().map(|lot| (lot.id.n, lot.points.get())).collect();
    assert_eq!(sums, [(1, 200), (2, 100), (3, 100), (5, 200), (7, 100)]);
}

#[test]
fn an_emptied_lot_is_gone_and_opens_again_under_its_id() {
    let account = of(vec![lot(1, 10, None)]);
    let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
    draft.take(item(1), amount(10)).unwrap();
    assert_eq!((draft.lots().count(), draft.lot(item(1))), (0, None));
    draft.open(lot(1, 4, None));
    assert_eq!(draft.lots().map(|lot| (lot.id.n, lot.points.get())).collect::<Vec<_>>(), [(1, 4)]);
}

fn block(n: u32, asset: &str, points: i64) -> Block {
    Block {
        id: item(n),
        booked: "2024-01-01T00:00:00Z".parse().unwrap(),
        asset: id(asset),
        unit_price: Amount::ZERO,
        backing: Amount::ZERO,
        points: amount(points),
    }
}

#[test]
fn blocks_are_drawn_in_their_order_and_what_returns_is_never_refused() {
    let mut stock = StockDraft::new(&id("a"), &id("main"), 0, None);
    for one in [block(2, "points", 50), block(1, "points", 100), block(3, "stars", 7)] {
        stock.put(one).unwrap();
    }
    let drawn = |stock: &mut StockDraft, points: i64| {
        let blocks = stock.draw(&id("points"), amount(points)).unwrap();
        blocks.iter().map(|block| (block.id.n, block.points.get())).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&mut stock, 120), [(1, 100), (2, 20)]);
    // What there is, if that is less.
    assert_eq!(drawn(&mut stock, 40), [(2, 30)]);
    assert_eq!((stock.points(&id("points")).get(), stock.points(&id("stars")).get()), (0, 7));
    stock.put_back(block(2, "points", 20)).unwrap();
    stock.put_back(block(2, "points", 5)).unwrap();
    assert_eq!(drawn(&mut stock, 100), [(2, 25)]);
    for n in 10..u32::MAX {
        if stock.put(block(n, "points", 1)).is_err() {
            break;
        }
    }
    assert_eq!(stock.points(&id("points")).get(), i64::try_from(MAX_BLOCKS).unwrap().saturating_sub(1));
    stock.put_back(block(5, "points", 1)).unwrap();
    assert_eq!(stock.points(&id("points")).get(), i64::try_from(MAX_BLOCKS).unwrap());
}

#[test]
fn a_lot_takes_no_more_than_its_cost_and_its_redemption_can_be_told_in() {
    // 9,007,199,254,740,991 is the most: 3 x 3,002,399,751,580,330 and 1 over.
    let dear = |n: u32, points: i64, cost: i64, back: i64| Lot {
        unit_cost: amount(cost),
        reimbursement: amount(back),
        ..lot(n, points, None)
    };
    let most = crate::values::AMOUNT_MAX;
    let third = 3_002_399_751_580_330;
    for (cost, back) in [(third, 0), (0, third), (third, third)] {
        let mut draft = AccountDraft::new(&id("m"), 0, None);
        let mut put = |n, points| draft.put(dear(n, points, cost, back)).unwrap().0.n;
        assert_eq!([put(1, 2), put(2, 1), put(3, 1), put(4, 3), put(5, 2)], [1, 1, 3, 4, 3], "{cost} {back}");
    }
    let mut draft = AccountDraft::new(&id("m"), 0, None);
    let mut put = |n, points| draft.put(dear(n, points, 0, 0)).unwrap().0.n;
    assert_eq!([put(1, most - 5), put(2, 5), put(3, 1)], [1, 1, 3]);
    let mut draft = AccountDraft::new(&id("m"), 0, None);
    let mut put = |n, points| draft.put_money(dear(n, points, 0, 0)).n;
    assert_eq!([put(1, most - 5), put(2, 6), put(3, 5), put(4, most - 6)], [1, 2, 1, 2]);
}

#[test]
fn an_equal_day_of_another_active_day_is_absorbed_and_what_awaits_absorbs_nothing() {
    let filler = |n: u32| Lot { unit_cost: amount(i64::from(n)), ..lot(n, 1, Some("2024-12-01")) };
    let full = |first: Lot| of([vec![first], (2..=256).map(filler).collect()].concat());
    let put = |account: &MemberAccount, lot: Lot| AccountDraft::new(&id("m"), 1, Some(account)).put(lot).unwrap().0.n;
    // The same price and expiry day, another active day: "at or after its own".
    let account = full(lot(1, 10, Some("2024-06-01")));
    assert_eq!(put(&account, Lot { active: day("2024-01-02"), ..lot(900, 5, Some("2024-06-01")) }), 1);
    // What awaits a confirmation absorbs nothing, also what waits by itself.
    let waiting =
        |n: u32, expires: &str| Lot { state: LotState::Pending, active: day("2024-02-01"), ..lot(n, 5, Some(expires)) };
    let account = full(Lot { awaits: Some(id("p")), ..waiting(1, "2024-06-01") });
    assert_eq!(put(&account, waiting(900, "2024-05-01")), 900);
}

#[test]
fn pending_and_spendable_points_are_never_one_lot() {
    let spendable = lot(1, 10, Some("2024-06-01"));
    assert!(!spendable.same_class(&Lot { state: LotState::Pending, ..lot(2, 5, Some("2024-06-01")) }));
}

#[test]
fn a_change_that_expects_a_later_version_is_stale_as_one_that_expects_an_earlier() {
    let guard = |expects: u64| Change { key: Key::Books, expects, after: None };
    let mut book = Snapshot::new_book();
    assert_eq!(book.apply(&[guard(0)]), Ok(()));
    let stale = book.apply(&[guard(1)]).unwrap_err();
    assert_eq!((stale.key, stale.expected, stale.found), (Key::Books, 1, 0));
}
