//! What falls due and in which order, what repays debts, what returns, and what an accepted point is in money.

use super::{Clock, mature, redeem, repay_debts, restore, take_back};
use crate::book::{AccountDraft, Journal};
use crate::nouns::samples::{amount, day, id, item, lot};
use crate::nouns::{AccountKind, Debt, Event, Hold, Lot, LotState, MemberAccount, Posting};
use crate::values::{Amount, Zone};
use uuid::Uuid;

fn money(n: u32, payer: &str, units: i64) -> Lot {
    let (unit_cost, reimbursement) = (Amount::ZERO, Amount::ZERO);
    Lot { asset: id("CNY"), funder: id(payer), unit_cost, reimbursement, ..lot(n, units) }
}

fn debt(n: u32, asset: &str, creditor: &str, points: i64) -> Debt {
    Debt { id: item(n), asset: id(asset), creditor: id(creditor), points: amount(points) }
}

fn journal() -> Journal {
    Journal::new(Uuid::from_u128(9), id("hq"), id("CNY"), id("CNY.fine"))
}

fn lines(postings: &[Posting]) -> Vec<String> {
    let line = |one: &Posting| format!("{} > {} {} {} {}", one.debit, one.credit, one.amount, one.asset, one.day);
    postings.iter().map(line).collect()
}

fn debts(draft: &AccountDraft<'_>) -> Vec<(u32, i64)> {
    draft.debts().iter().map(|debt| (debt.id.n, debt.points.get())).collect()
}

#[test]
fn points_repay_the_oldest_debts_of_their_asset_and_no_more_than_came() {
    let owed = vec![debt(1, "points", "a", 30), debt(2, "stars", "b", 10), debt(3, "points", "b", 50)];
    let account = MemberAccount { lots: [lot(1, 70)].into_iter().collect(), debts: owed, ..MemberAccount::default() };
    let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
    let mut journal = journal();
    // 10 of the lot's 70 were there before and repay nothing.
    repay_debts(&mut draft, &mut journal, item(1), amount(60), day("2024-05-01")).unwrap();
    assert_eq!(debts(&draft), [(2, 10), (3, 20)]);
    assert_eq!(draft.lot(item(1)).unwrap().points, amount(10));
    assert_eq!(
        lines(&journal.postings),
        [
            "m/spendable > a/redeemed 30 points 2024-05-01",
            "hq/backing > a/settlement 240000 CNY.fine 2024-05-01",
            "hq/backing > hq/margin 60000 CNY.fine 2024-05-01",
            "m/spendable > b/redeemed 30 points 2024-05-01",
            "hq/backing > b/settlement 240000 CNY.fine 2024-05-01",
            "hq/backing > hq/margin 60000 CNY.fine 2024-05-01",
        ]
    );
}

#[test]
fn money_repays_whoever_is_owed_whoever_paid_it() {
    let owed = vec![debt(1, "CNY", "b", 25), debt(2, "CNY", "a", 100)];
    let account =
        MemberAccount { lots: [money(1, "a", 40)].into_iter().collect(), debts: owed, ..MemberAccount::default() };
    let mut draft = AccountDraft::new(&id("guide"), 1, Some(&account));
    let mut journal = journal();
    repay_debts(&mut draft, &mut journal, item(1), amount(40), day("2024-05-01")).unwrap();
    assert_eq!((debts(&draft), draft.lots().count()), (vec![(2, 85)], 0));
    assert_eq!(
        lines(&journal.postings),
        [
            "guide/commission_available > b/settlement 25 CNY 2024-05-01",
            "guide/commission_available > a/settlement 15 CNY 2024-05-01",
        ]
    );
}

#[test]
fn what_is_due_is_done_by_day_then_activation_lapse_expiry_then_id() {
    let waiting = |n: u32, active: &str, expires: Option<&str>| Lot {
        state: LotState::Pending,
        active: day(active),
        expires: expires.map(day),
        ..lot(n, 10)
    };
    let account = MemberAccount {
        lots: [
            waiting(1, "2024-05-10", Some("2024-05-10")),
            Lot { expires: Some(day("2024-05-09")), ..lot(2, 10) },
            waiting(3, "2024-05-11", None),
            Lot { awaits: Some(id("p")), ..waiting(4, "2024-05-01", None) },
            waiting(5, "2024-05-13", None),
        ]
        .into_iter()
        .collect(),
        holds: vec![Hold {
            id: item(7),
            merchant: id("a"),
            until: "2024-05-10T09:00:00Z".parse().unwrap(),
            parts: vec![Lot { expires: Some(day("2024-05-10")), ..lot(8, 4) }, lot(9, 6)],
        }],
        ..MemberAccount::default()
    };
    let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
    let mut journal = journal();
    let zone = Zone::Fixed { offset_minutes: 480 };
    // 12 May, half past midnight there: 11 May in UTC.
    let clock = Clock { booked: "2024-05-11T16:30:00Z".parse().unwrap(), zone: &zone };
    assert_eq!(clock.today(), day("2024-05-12"));
    mature(&mut draft, &mut journal, clock).unwrap();
    let told: Vec<String> = journal
        .events
        .iter()
        .map(|event| match event {
            Event::PointsActivated { lot, .. } => format!("activated {}", lot.n),
            Event::PointsExpired { lot, points, .. } => format!("expired {} of {}", points, lot.n),
            Event::HoldReleased { points, .. } => format!("released {points}"),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = ["expired 10 of 2", "activated 1", "released 4", "expired 4 of 8", "released 6", "expired 10 of 1"];
    assert_eq!(told, [expected.as_slice(), &["activated 3"]].concat());
    let mut left: Vec<_> = draft.lots().map(|lot| (lot.id.n, lot.points.get(), lot.state)).collect();
    left.sort_by_key(|(n, ..)| *n);
    let (spendable, pending) = (LotState::Spendable, LotState::Pending);
    assert_eq!(left, [(3, 10, spendable), (4, 10, pending), (5, 10, pending), (9, 6, spendable)]);
}

#[test]
fn what_a_lapsed_hold_gives_back_may_be_due_by_now_and_only_from_its_day_on() {
    let account = MemberAccount {
        holds: vec![Hold {
            id: item(7),
            merchant: id("a"),
            until: "2024-05-09T09:00:00Z".parse().unwrap(),
            parts: vec![Lot { expires: Some(day("2024-05-11")), ..lot(8, 4) }],
        }],
        ..MemberAccount::default()
    };
    let zone = Zone::Fixed { offset_minutes: 480 };
    let matured = |booked: &str| {
        let (mut draft, mut journal) = (AccountDraft::new(&id("m"), 1, Some(&account)), journal());
        mature(&mut draft, &mut journal, Clock { booked: booked.parse().unwrap(), zone: &zone }).unwrap();
        (lines(&journal.postings), draft.lots().map(|lot| lot.points.get()).collect::<Vec<_>>(), draft.first_due())
    };
    let released = "m/held > m/spendable 4 points 2024-05-09";
    // The last minute of 10 May there, and the first of the 11th.
    let (posted, left, due) = matured("2024-05-10T15:59:00Z");
    assert_eq!((posted, left, due), (vec![released.to_owned()], vec![4], Some(day("2024-05-11"))));
    let (posted, left, _) = matured("2024-05-10T16:00:00Z");
    assert_eq!(posted.first().map(String::as_str), Some(released));
    assert_eq!(posted.get(1).map(String::as_str), Some("m/spendable > hq/expired 4 points 2024-05-11"));
    assert_eq!(left, []);
}

#[test]
fn what_goes_back_finds_its_lot_or_another_and_repays_first() {
    let account = MemberAccount {
        lots: [lot(1, 5), Lot { unit_cost: amount(1), ..lot(2, 5) }].into_iter().collect(),
        debts: vec![debt(1, "points", "a", 3)],
        ..MemberAccount::default()
    };
    let mut draft = AccountDraft::new(&id("m"), 1, Some(&account));
    let mut journal = journal();
    let on = day("2024-05-01");
    // Into its lot; 3 of the 4 repay.
    restore(&mut draft, &mut journal, lot(1, 4), on).unwrap();
    assert_eq!((draft.lot(item(1)).unwrap().points, draft.debts().len()), (amount(6), 0));
    // Lot 2 stands for another price by now: into the lot of its class.
    restore(&mut draft, &mut journal, lot(2, 4), on).unwrap();
    assert_eq!(draft.lot(item(1)).unwrap().points, amount(10));
    // Lot 3 is gone and opens again; what is out of date is written off.
    restore(&mut draft, &mut journal, Lot { unit_cost: amount(2), ..lot(3, 4) }, on).unwrap();
    assert_eq!(draft.lot(item(3)).unwrap().points, amount(4));
    restore(&mut draft, &mut journal, Lot { expires: Some(on), ..lot(4, 4) }, on).unwrap();
    assert_eq!(draft.lot(item(4)), None);
    assert_eq!(
        lines(&journal.postings)[3..],
        ["m/spendable > hq/expired 4 points 2024-05-01", "hq/backing > hq/breakage 40000 CNY.fine 2024-05-01"]
    );
}

#[test]
fn a_point_is_paid_from_its_backing_then_by_the_operator_and_comes_back_the_same_way() {
    let on = day("2024-05-01");
    // 10.00 = 8.00 + 2.00; at cost; above cost; for nothing; points of the operator.
    for (cost, paid, expected) in [
        (10_000, 8_000, vec![("hq/backing", "c/settlement", 8_000_000), ("hq/backing", "hq/margin", 2_000_000)]),
        (8_000, 8_000, vec![("hq/backing", "c/settlement", 8_000_000)]),
        (6_000, 8_000, vec![("hq/backing", "c/settlement", 6_000_000), ("hq/subsidy", "c/settlement", 2_000_000)]),
        (10_000, 0, vec![("hq/backing", "hq/margin", 10_000_000)]),
        (0, 8_000, vec![("hq/subsidy", "c/settlement", 8_000_000)]),
    ] {
        let lot = Lot { unit_cost: amount(cost), ..lot(1, 1_000) };
        let line = |(debit, credit, fine)| format!("{debit} > {credit} {fine} CNY.fine {on}");
        let back = |(debit, credit, fine)| line((credit, debit, fine));
        let (mut out, mut home) = (journal(), journal());
        let (member, acceptor) = (id("m"), id("c"));
        let spendable = (&member, AccountKind::Spendable);
        redeem(&mut out, spendable, &acceptor, (&lot, amount(1_000)), amount(paid), on).unwrap();
        take_back(&mut home, &acceptor, spendable, (&lot, amount(1_000)), amount(paid), on).unwrap();
        assert_eq!(lines(&out.postings)[1..], expected.iter().copied().map(line).collect::<Vec<_>>());
        assert_eq!(lines(&home.postings)[1..], expected.iter().copied().map(back).collect::<Vec<_>>());
    }
}
