//! Inputs that must not come through: each has its exact answer, and the book stays as it was. (Tokens: `offline.rs`, codes
//! with one wrong character: `codes.rs`, one voucher at two tills at once: `tills.rs`.)

use coalition::book::Snapshot;
use coalition::command::{Action, CloseBooks, Command};
use coalition::nouns::{Code, Key};
use coalition::periods::{Settlement, statement_hash};
use coalition::rulebook::Rulebook;
use coalition::verbs::Outcome;
use coalition::{Engine, wire};
use coalition_tests::programme::Programme;

const BASE: &str = include_str!("../rulebooks/base.toml");
const RING: &str = include_str!("../rulebooks/commission.toml");
const MAY: &str = "2016-05-10T02:00:00Z";
const JUNE: &str = "2016-06-10T02:00:00Z";

/// The records but for those of commands, which remember that they were refused.
fn records(book: &Snapshot) -> Vec<String> {
    let kept = book.records.iter().filter(|(key, _)| !matches!(key, Key::Command(_)));
    kept.map(|(key, entry)| format!("{key} {}", wire::encode(entry).expect("a record"))).collect()
}

/// What refuses a command of which nothing may come.
fn refused(programme: &mut Programme, at: &str, actor: &str, fields: &str) -> (Code, String) {
    let (book, balances) = (records(&programme.book), programme.balances.clone());
    let answer = programme.rejected(at, actor, fields);
    assert_eq!(records(&programme.book), book, "{fields}");
    assert_eq!(programme.balances, balances, "{fields}");
    answer
}

fn stock(programme: &mut Programme, more: &str) {
    let fields = format!(
        r#""type":"create_voucher_stock","stock":"s","terms":{{"issuer":"hq","benefit":{{"type":"fixed","amount":3000}},"funders":{{"hq":1}},"validity":{{"type":"after_claim","days":60}},"stacking":"free"{more}}}"#
    );
    programme.decided(MAY, "hq", &fields);
    programme.decided(MAY, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
}

/// Closes the books with a settlement, under its own hash.
fn close(programme: &mut Programme, at: &str, settlement: Settlement) -> Outcome {
    let hash = statement_hash(&settlement).expect("a settlement");
    let order = CloseBooks { period: settlement.period, statement_hash: hash, settlement };
    let sweep = programme.command(at, "hq", r#""type":"sweep","account":"m""#);
    programme.submit(&Command { action: Action::CloseBooks(order), ..sweep })
}

#[test]
fn a_settlement_made_before_the_last_close() {
    let mut programme = Programme::of_one_merchant(BASE, MAY);
    let sell = r#""type":"sell_points","seller":"hq","buyer":"a","asset":"points","points":1,"unit_price":4000"#;
    programme.decided(MAY, "hq", r#""type":"mint_points","asset":"points","points":2"#);
    programme.decided(MAY, "hq", sell);
    programme.decided(JUNE, "hq", sell);
    // Both on one day: a owes 1,000.4 for May, of which 1,000 are paid; of June 0.4 more, as if nothing had been left over.
    let (may, june) = (programme.settle("2016-05-01", "2016-06-01"), programme.settle("2016-06-01", "2016-07-01"));
    let of_a = |settlement: &Settlement| {
        let statement = settlement.statements.iter().find(|one| one.party.as_str() == "a").expect("a statement");
        [statement.carried, statement.payable, statement.residue].map(|amount| amount.get())
    };
    assert_eq!([&may, &june].map(of_a), [[0, -1_000, -4_000], [0, 0, -4_000]]);
    assert!(matches!(close(&mut programme, "2016-07-02T02:00:00Z", may), Outcome::Decided(_)));
    let books = records(&programme.book);
    let outcome = close(&mut programme, "2016-07-02T02:00:00Z", june);
    let Outcome::Rejected(rejected) = &outcome else { panic!("{outcome:?}") };
    assert_eq!((rejected.code, rejected.path.as_str()), (Code::StatementMismatch, "settlement"));
    assert_eq!(records(&programme.book), books);
    // Made anew it carries the 0.4 over: 0.8 are a minor unit, and 0.2 too much are carried on.
    let june = programme.settle("2016-06-01", "2016-07-01");
    assert_eq!(of_a(&june), [-4_000, -1, 2_000]);
    assert!(matches!(close(&mut programme, "2016-07-02T02:00:00Z", june), Outcome::Decided(_)));
}

#[test]
fn a_redemption_against_a_closed_period() {
    let mut programme = Programme::of_one_merchant(BASE, MAY);
    stock(&mut programme, "");
    let claim = programme.decided(MAY, "m", r#""type":"claim_voucher","stock":"s","member":"m""#);
    let settlement = programme.settle("2016-05-01", "2016-06-01");
    let outcome = close(&mut programme, JUNE, settlement);
    assert!(matches!(outcome, Outcome::Decided(_)), "{outcome:?}");
    let buy = |purchase: &str, booked: &str| {
        format!(
            r#""type":"record_purchase","purchase":"{purchase}","merchant":"a","member":"m","booked":"{booked}","vouchers":["{}.1"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":10000}}]"#,
            claim.command
        )
    };
    // The last millisecond of May in the programme's zone is closed; the first of June is not, whenever the sale was.
    let late = refused(&mut programme, MAY, "a", &buy("p", "2016-05-31T15:59:59.999Z"));
    assert_eq!(late, (Code::PeriodClosed, "booked".to_owned()));
    programme.decided(MAY, "a", &buy("p", "2016-05-31T16:00:00Z"));
}

#[test]
fn a_stock_whose_money_is_spent() {
    let mut programme = Programme::of_one_merchant(BASE, MAY);
    stock(&mut programme, r#","total_money":6000"#);
    let claim = r#""type":"claim_voucher","stock":"s","member":"m""#;
    for _ in 0..2 {
        programme.decided(MAY, "m", claim);
    }
    assert_eq!(refused(&mut programme, MAY, "m", claim), (Code::StockSpent, "stock".to_owned()));
    let issue = r#""type":"issue_vouchers","stock":"s","count":1"#;
    assert_eq!(refused(&mut programme, MAY, "hq", issue), (Code::StockSpent, "stock".to_owned()));
}

#[test]
fn a_cyclic_upline() {
    let mut programme = Programme::new(RING);
    programme.decided(MAY, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    let names: Vec<String> = (0..4).map(|n| format!("agent-{n}")).collect();
    for name in &names {
        let fields = format!(r#""type":"register_party","party":"{name}","record":{{"type":"partner"}}"#);
        programme.decided(MAY, "hq", &fields);
    }
    let bind = |low: usize, high: usize| {
        format!(r#""type":"bind_referrer","party":"{}","referrer":"{}","via":"upline""#, names[low], names[high])
    };
    for low in 0..3 {
        programme.decided(MAY, "hq", &bind(low, low + 1));
    }
    for low in 0..3 {
        let answer = refused(&mut programme, MAY, "hq", &bind(3, low));
        assert_eq!(answer, (Code::CyclicReferral, "referrer".to_owned()));
    }
    assert_eq!(refused(&mut programme, MAY, "hq", &bind(3, 3)), (Code::SelfReferral, "referrer".to_owned()));
}

/// Shares of funders are weights, so they cannot fail to sum to the whole; they must be there and above zero.
#[test]
fn shares_that_divide_nothing() {
    let mut programme = Programme::of_one_merchant(BASE, MAY);
    for (funders, code, path) in [
        ("{}", Code::Empty, "terms.funders"),
        (r#"{"a":0,"hq":1}"#, Code::NotPositive, "terms.funders.a"),
        (r#"{"a":1,"hq":-1}"#, Code::NotPositive, "terms.funders.hq"),
    ] {
        let fields = format!(
            r#""type":"create_voucher_stock","stock":"s","terms":{{"issuer":"hq","benefit":{{"type":"fixed","amount":3000}},"funders":{funders},"validity":{{"type":"after_claim","days":60}},"stacking":"free"}}"#
        );
        assert_eq!(refused(&mut programme, MAY, "hq", &fields), (code, path.to_owned()));
    }
}

/// The shares of a plan are parts of the purchase: alone none is above the whole, together none above the payout ratio.
#[test]
fn a_plan_whose_shares_are_more_than_may_be_paid() {
    let problems = |rules: String| match Engine::compile(Rulebook::from_toml(rules.as_bytes()).expect("readable")) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|one| format!("{} {}", one.path, one.code.as_str())).collect::<Vec<_>>(),
    };
    let with_ratio = |ratio: &str| {
        RING.replacen(
            "online = [\"web\"]",
            &format!("online = [\"web\"]\npayout = {{ type = \"fixed\", ratio = \"{ratio}\" }}"),
            1,
        )
    };
    // 3 % + 2 % + 1 % + 0.5 %.
    assert_eq!(problems(with_ratio("0.065")), Vec::<String>::new());
    assert_eq!(problems(with_ratio("0.0649")), ["commission.payout guard_payout_ratio"]);
    let above = RING.replacen("rate = \"0.02\"", "rate = \"1.000001\"", 1);
    assert_eq!(problems(above), ["commission.plans[0].sale out_of_range"]);
    let whole = RING.replacen("rate = \"0.02\"", "rate = \"1\"", 1);
    assert_eq!(problems(whole), Vec::<String>::new());
}
