//! Purchases with a voucher by customers who were brought: the voucher is redeemed, and three levels are paid.

use coalition::Engine;
use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::rulebook::Rulebook;

use crate::deciding::decide_and_apply;

/// Guides, each below one of ten heads, these below one.
const GUIDES: usize = 100;
const HEADS: usize = 10;
/// From here on no command of the book has a number.
const FIRST: usize = 1_000_000;

/// One plan that pays three levels; no points, so that what is measured is the voucher and the commission.
fn engine() -> Engine {
    let text = r#"{"edition":1,"programme":"mall","effective_from":"2026-01-01","operator":"hq","currency":"CNY",
        "assets":{"CNY":{"type":"money","code":"CNY","scale":2},"star":{"type":"points"}},
        "zone":{"type":"fixed","offset_minutes":480},"points":{"star":{"reimbursement":8000}},
        "refunds":{"days":30,"spent_points":"debt","unspent_points":"return"},
        "referral":{"policy":{"type":"first_touch"}},
        "commission":{"levels":3,"acknowledged":["three_levels"],"plans":[{"id":"sales","group":"sales",
            "referral":{"type":"rate","rate":"0.03"},
            "uplines":[{"type":"rate","rate":"0.01"},{"type":"rate","rate":"0.005"}]}]}}"#;
    Engine::compile(Rulebook::from_json(text.as_bytes()).expect("a rulebook")).expect("without problems")
}

fn command(number: usize, fields: &str) -> Command {
    let text = format!(
        r#"{{"v":1,"id":"00000000-0000-4000-8000-{number:012}","at":"2026-03-01T02:00:00Z","booked":"2026-03-01T02:00:00Z","actor":"hq",{fields}}}"#
    );
    Command::from_json(text.as_bytes()).expect("a command")
}

/// The engine, the book after everybody is bound and has claimed, and one purchase for each member.
pub fn redemptions(members: usize) -> (Engine, Snapshot, Vec<Command>) {
    let engine = engine();
    let mut fields = vec![
        r#""type":"register_party","party":"hq","record":{"type":"operator"}"#.to_owned(),
        r#""type":"register_party","party":"shop","record":{"type":"merchant"}"#.to_owned(),
        r#""type":"register_party","party":"top","record":{"type":"partner"}"#.to_owned(),
        r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"fixed","amount":1000},
            "funders":{"hq":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#
            .to_owned(),
        r#""type":"set_voucher_stock","stock":"s","state":"active""#.to_owned(),
    ];
    let partner = |name: &str| format!(r#""type":"register_party","party":"{name}","record":{{"type":"partner"}}"#);
    let bind = |party: &str, referrer: &str| {
        format!(r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"scan","phone":"verified""#)
    };
    for head in 0..HEADS {
        fields.extend([partner(&format!("head-{head}")), bind(&format!("head-{head}"), "top")]);
    }
    for guide in 0..GUIDES {
        let name = format!("guide-{guide}");
        fields.extend([partner(&name), bind(&name, &format!("head-{}", guide % HEADS))]);
    }
    let mut claims = Vec::with_capacity(members);
    for member in 0..members {
        let name = format!("m-{member}");
        fields.push(format!(
            r#""type":"register_party","party":"{name}","record":{{"type":"member","account":"{name}"}}"#
        ));
        fields.push(bind(&name, &format!("guide-{}", member % GUIDES)));
        fields.push(format!(r#""type":"claim_voucher","stock":"s","member":"{name}""#));
        claims.push(fields.len());
    }
    let mut book = Snapshot::new_book();
    for (number, fields) in (1..).zip(&fields) {
        decide_and_apply(&engine, &command(number, fields), &mut book);
    }
    let purchase = |(member, claim): (usize, usize)| {
        let fields = format!(
            r#""type":"record_purchase","purchase":"p-{member}","merchant":"shop","member":"m-{member}","vouchers":["00000000-0000-4000-8000-{claim:012}.1"],
            "lines":[{{"n":1,"product":"tea","quantity":1,"gross":30000}}]"#
        );
        command(FIRST + member, &fields)
    };
    (engine, book, claims.into_iter().enumerate().map(purchase).collect())
}
