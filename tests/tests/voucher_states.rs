//! The table of voucher states (`docs/rulebook.md`, 11.2), read from the page and driven through commands cell by cell: what
//! each verb makes of each state, or the code that refuses it and changes nothing.

use coalition::book::{Record, Snapshot};
use coalition::nouns::{Key, Voucher, VoucherMark};
use coalition::values::{Day, Instant};
use coalition::verbs::Outcome;
use coalition_tests::programme::Programme;

const PAGE: &str = include_str!("../../docs/rulebook.md");
const RULES: &str = include_str!("../rulebooks/base.toml");
const MAY: &str = "2016-05-10T02:00:00Z";
/// After the thirty days that a voucher is good for.
const JULY: &str = "2016-07-01T02:00:00Z";
const GIFT: &str = r#""benefit":{"type":"gift","gift":"mug"}"#;
const STORED: &str = r#""benefit":{"type":"stored_value","amount":5000}"#;
/// Counted from the claim.
const COUNTED: &str = r#""validity":{"type":"after_claim","days":30}"#;
const FIXED: &str = r#""validity":{"type":"between","from":"2016-05-01","until":"2016-06-09"}"#;

/// The rows of the page: a state, and its cell for each verb.
fn table() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with("| | claim |"));
    let verbs = cells(lines.next().expect("the table of states"));
    let row = |line| {
        let row = cells(line);
        (row[0], verbs.iter().copied().zip(row.iter().copied()).skip(1).collect())
    };
    lines.skip(1).take_while(|line| line.starts_with('|')).map(row).collect()
}

fn programme(terms: &str) -> Programme {
    let mut programme = Programme::new(RULES);
    for (party, record) in [
        ("hq", r#""type":"operator""#),
        ("a", r#""type":"merchant""#),
        ("b", r#""type":"merchant""#),
        ("m", r#""type":"member","account":"m""#),
    ] {
        programme.decided(MAY, "hq", &format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#));
    }
    for stock in ["a", "b"] {
        let terms = format!(r#"{{"issuer":"{stock}","funders":{{"{stock}":1}},"stacking":"free",{terms}}}"#);
        programme.decided(MAY, "hq", &format!(r#""type":"create_voucher_stock","stock":"{stock}","terms":{terms}"#));
        programme.decided(MAY, "hq", &format!(r#""type":"set_voucher_stock","stock":"{stock}","state":"active""#));
    }
    programme
}

/// The first voucher of a command that makes one of the stock.
fn made(programme: &mut Programme, fields: &str) -> String {
    format!("{}.1", programme.decided(MAY, "hq", fields).command)
}

fn sale(voucher: &str, gross: i64) -> String {
    format!(
        r#""type":"record_purchase","purchase":"p-{gross}","merchant":"a","member":"m","vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":{gross}}}]"#
    )
}

/// The command of a verb, and the path of what refuses it.
fn act(programme: &mut Programme, verb: &str, voucher: &str, gift: bool) -> (String, &'static str) {
    let of = format!(r#""voucher":"{voucher}""#);
    let fields = match verb {
        "claim" => format!(r#""type":"claim_voucher","stock":"a","member":"m",{of}"#),
        "reserve" => {
            format!(r#""type":"reserve_voucher","member":"m","merchant":"a","until":"2016-07-20T02:00:00Z",{of}"#)
        }
        "release" => format!(r#""type":"release_voucher","member":"m",{of}"#),
        "redeem" if gift => format!(r#""type":"redeem_voucher","member":"m","merchant":"a",{of}"#),
        "redeem" => return (sale(voucher, 5_000), "vouchers[0]"),
        "spend" => return (sale(voucher, 2_000), "vouchers[0]"),
        "void" => format!(r#""type":"void_voucher",{of}"#),
        "extend" => format!(r#""type":"extend_voucher","until":"2016-12-01",{of}"#),
        "reissue" => format!(r#""type":"reissue_voucher",{of}"#),
        "swap" => {
            let other = made(programme, r#""type":"issue_vouchers","stock":"b","count":1"#);
            let fields = format!(
                r#""type":"swap_vouchers","from":"a","to":"b","give":["{voucher}"],"take":["{other}"],"give_value":0,"take_value":0"#
            );
            return (fields, "give[0]");
        }
        other => panic!("no verb {other}"),
    };
    (fields, "voucher")
}

/// A voucher in a state, and when a verb meets it: the member's, or nobody's.
fn voucher_in(programme: &mut Programme, state: &str, bound: bool, gift: bool) -> (String, &'static str) {
    let made = match bound && state != "issued" {
        true => made(programme, r#""type":"claim_voucher","stock":"a","member":"m""#),
        false => made(programme, r#""type":"issue_vouchers","stock":"a","count":1"#),
    };
    let verb = match state {
        "reserved" => "reserve",
        "redeemed" => "redeem",
        "voided" => "void",
        "replaced" => "reissue",
        "expired" => return (made, JULY),
        _ => return (made, MAY),
    };
    let (fields, _) = act(programme, verb, &made, gift);
    programme.decided(MAY, "hq", &fields.replace(r#""purchase":"p"#, r#""purchase":"before"#));
    (made, MAY)
}

/// By the words of the page.
fn state_of(voucher: &Voucher, booked: &str) -> &'static str {
    let (moment, today): (Instant, Day) = (booked.parse().unwrap(), booked[..10].parse().unwrap());
    match voucher.mark {
        VoucherMark::Redeemed => "redeemed",
        VoucherMark::Voided => "voided",
        VoucherMark::Replaced => "replaced",
        VoucherMark::Open if voucher.reserved.as_ref().is_some_and(|aside| moment < aside.until) => "reserved",
        VoucherMark::Open if voucher.until.is_some_and(|until| until <= today) => "expired",
        VoucherMark::Open if voucher.account.is_some() => "claimed",
        VoucherMark::Open => "issued",
    }
}

fn record(book: &Snapshot, voucher: &str) -> Voucher {
    match &book.records.get(&Key::Voucher(voucher.parse().unwrap())).unwrap().record {
        Some(Record::Voucher(voucher)) => (**voucher).clone(),
        other => panic!("{voucher}: {other:?}"),
    }
}

/// What comes of a cell: the state that the voucher is in then, or the code, with nothing changed.
fn outcome(mut programme: Programme, verb: &str, voucher: &str, at: &str, gift: bool) -> String {
    let (fields, path) = act(&mut programme, verb, voucher, gift);
    let before = programme.book.clone();
    let command = programme.command(at, "hq", &fields);
    match programme.submit(&command) {
        Outcome::Decided(_) => format!("**{}**", state_of(&record(&programme.book, voucher), at)),
        Outcome::Rejected(rejected) => {
            assert_eq!(rejected.path, path, "{fields}");
            programme.book.records.remove(&Key::Command(command.id));
            assert_eq!(programme.book, before, "{fields}");
            format!("`{}`", rejected.code)
        }
        other => panic!("{fields}: {other:?}"),
    }
}

/// Every cell of the page, of vouchers of this benefit.
fn cells(benefit: &str, bound: bool, states: &[&str], expected: impl Fn(&str, &str, &str) -> String) -> usize {
    let gift = benefit == GIFT;
    let terms = format!("{benefit},{}", if bound { COUNTED } else { FIXED });
    let mut driven = 0;
    for (state, row) in table().into_iter().filter(|(state, _)| states.contains(state)) {
        let mut prepared = programme(&terms);
        let (voucher, at) = voucher_in(&mut prepared, state, bound, gift);
        assert_eq!(state_of(&record(&prepared.book, &voucher), at), state);
        // Only stored value is spent in part.
        for (verb, cell) in row.into_iter().filter(|(verb, _)| !gift || *verb != "spend") {
            let expected = expected(state, verb, cell);
            assert_eq!(outcome(prepared.clone(), verb, &voucher, at, gift), expected, "{state} {verb} {benefit}");
            driven += 1;
        }
    }
    driven
}

#[test]
fn every_cell_of_the_page_comes_out_of_commands() {
    let all = ["claimed", "reserved", "redeemed", "expired", "voided", "replaced"];
    let as_printed = |_: &str, _: &str, cell: &str| cell.to_owned();
    assert_eq!(cells(STORED, true, &all, as_printed) + cells(STORED, false, &["issued"], as_printed), 63);
    assert_eq!(cells(GIFT, true, &all, as_printed) + cells(GIFT, false, &["issued"], as_printed), 56);
}

/// That a voucher is nobody's is asked before its state by whoever would reserve, release or redeem it. And nobody's keeps
/// its days when it is replaced, so past them there is nothing to replace it by.
#[test]
fn what_is_nobodys_is_nobodys_to_use_in_any_state() {
    let nobodys = |state: &str, verb: &str, cell: &str| match (state, verb) {
        (_, "reserve" | "release" | "redeem" | "spend") => "`invalid_voucher`".to_owned(),
        ("expired", "reissue") => "`invalid_period`".to_owned(),
        _ => cell.to_owned(),
    };
    assert_eq!(cells(STORED, false, &["issued", "expired", "voided", "replaced"], nobodys), 36);
}

/// A member's voucher of stored value that is set aside for `a` until a moment.
fn set_aside(until: &str) -> (Programme, String) {
    let mut programme = programme(&format!("{STORED},{COUNTED}"));
    let voucher = made(&mut programme, r#""type":"claim_voucher","stock":"a","member":"m""#);
    let reserve = r#""type":"reserve_voucher","member":"m","merchant":"a""#;
    programme.decided(MAY, "hq", &format!(r#"{reserve},"voucher":"{voucher}","until":"{until}""#));
    (programme, voucher)
}

fn row(wanted: &str) -> Vec<(&'static str, &'static str)> {
    table().into_iter().find(|(state, _)| *state == wanted).map(|(_, row)| row).expect("a state of the page")
}

#[test]
fn a_reservation_that_has_lapsed_says_nothing() {
    let until = "2016-05-10T03:00:00Z";
    let (programme, voucher) = set_aside(until);
    for (verb, cell) in row("reserved") {
        assert_eq!(
            outcome(programme.clone(), verb, &voucher, "2016-05-10T02:59:59.999Z", false),
            cell,
            "{verb} before"
        );
    }
    for (verb, cell) in row("claimed") {
        assert_eq!(outcome(programme.clone(), verb, &voucher, until, false), cell, "{verb} from then on");
    }
    // The record still names it, and its date counts as any other's.
    assert!(record(&programme.book, &voucher).reserved.is_some());
    for (verb, cell) in row("expired") {
        assert_eq!(outcome(programme.clone(), verb, &voucher, JULY, false), cell, "{verb} in July");
    }
}

/// Set aside it is good past its date; given back, or with something left of it, it is what its date says.
#[test]
fn what_is_set_aside_past_its_date_is_reserved_until_it_is_given_back() {
    let (programme, voucher) = set_aside("2016-07-20T02:00:00Z");
    for (verb, cell) in row("reserved") {
        let cell = if ["release", "spend"].contains(&verb) { "**expired**" } else { cell };
        assert_eq!(outcome(programme.clone(), verb, &voucher, JULY, false), cell, "{verb}");
    }
}
