//! Tills that work at the same time on one voucher: every order in which they can decide and commit.

use coalition::command::Command;
use coalition::nouns::Code;
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};
use coalition_tests::programme::Programme;

const RULEBOOK: &str = include_str!("../rulebooks/laws.toml");
const AT: &str = "2024-03-25T02:00:00Z";

/// A programme in which `m` has one voucher of 1.00: `<command 6>.1`.
fn programme() -> (Programme, String) {
    let mut programme = Programme::new(RULEBOOK);
    for fields in [
        r#""type":"register_party","party":"hq","record":{"type":"operator"}"#,
        r#""type":"register_party","party":"a","record":{"type":"merchant"}"#,
        r#""type":"register_party","party":"m","record":{"type":"member","account":"m"}"#,
        r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"fixed","amount":100},"funders":{"hq":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#,
        r#""type":"set_voucher_stock","stock":"s","state":"active""#,
    ] {
        programme.decided(AT, "hq", fields);
    }
    let claim = programme.command(AT, "hq", r#""type":"claim_voucher","stock":"s","member":"m""#);
    assert!(matches!(programme.submit(&claim), Outcome::Decided(_)));
    (programme, format!("{}.1", claim.id))
}

/// A till: the command that it wants, and the outcome that it holds and has not committed.
#[derive(Clone)]
struct Till {
    command: Command,
    held: Option<Outcome>,
    done: Option<Outcome>,
}

/// Decides, then commits; a commit that finds the book changed decides again. Walks every interleaving.
fn walk(engine: &Engine, book: &coalition::book::Snapshot, tills: &[Till], ends: &mut Vec<Vec<Outcome>>) {
    if tills.iter().all(|till| till.done.is_some()) {
        ends.push(tills.iter().filter_map(|till| till.done.clone()).collect());
        return;
    }
    for place in 0..tills.len() {
        let mut tills = tills.to_vec();
        let mut book = book.clone();
        let till = &mut tills[place];
        if till.done.is_some() {
            continue;
        }
        match till.held.take() {
            None => till.held = Some(engine.decide(&till.command, &book, Detail::Plain)),
            Some(outcome) => {
                if Engine::evolve(&mut book, outcome.changes()).is_ok() {
                    till.done = Some(outcome);
                }
            }
        }
        walk(engine, &book, &tills, ends);
    }
}

fn till(command: Command) -> Till {
    Till { command, held: None, done: None }
}

#[test]
fn a_voucher_is_redeemed_once_under_every_interleaving_of_tills() {
    // How many ways there are: two tills can order their four steps in 6 ways, one of them starting again where both had
    // decided; for three, counted by a recursion over what each till holds (nothing, a fresh or an old decision, a refusal).
    for (count, ways) in [(2, 6), (3, 498)] {
        let (mut programme, voucher) = programme();
        let buy = |n: usize| {
            format!(
                r#""type":"record_purchase","purchase":"p{n}","merchant":"a","member":"m","vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":500}}]"#
            )
        };
        let tills: Vec<Till> = (0..count).map(|n| till(programme.command(AT, "a", &buy(n)))).collect();
        let mut ends = Vec::new();
        walk(&programme.engine, &programme.book, &tills, &mut ends);
        assert_eq!(ends.len(), ways);
        for end in ends {
            let decided = end.iter().filter(|outcome| matches!(outcome, Outcome::Decided(_))).count();
            let used =
                end.iter().filter(|outcome| matches!(outcome, Outcome::Rejected(no) if no.code == Code::VoucherUsed));
            assert_eq!((decided, used.count()), (1, count - 1));
        }
    }
}

#[test]
fn a_lost_reply_is_asked_again_and_redeems_nothing_twice() {
    let (mut programme, voucher) = programme();
    let fields = format!(
        r#""type":"record_purchase","purchase":"p","merchant":"a","member":"m","vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":500}}]"#
    );
    let command = programme.command(AT, "a", &fields);
    // The same command at two tills: one sent it, lost the reply and sends it again.
    let mut ends = Vec::new();
    walk(&programme.engine, &programme.book, &[till(command.clone()), till(command)], &mut ends);
    for end in &ends {
        let decided = end.iter().filter(|outcome| matches!(outcome, Outcome::Decided(_))).count();
        let repeated = end.iter().filter(|outcome| matches!(outcome, Outcome::Repeated { .. })).count();
        assert_eq!((decided, repeated), (1, 1));
    }
    assert_eq!(ends.len(), 6);
}

#[test]
fn of_two_tills_that_set_a_voucher_aside_one_does() {
    let (mut programme, voucher) = programme();
    programme.decided(AT, "hq", r#""type":"register_party","party":"b","record":{"type":"merchant"}"#);
    let reserve = |merchant: &str| {
        format!(
            r#""type":"reserve_voucher","voucher":"{voucher}","member":"m","merchant":"{merchant}","until":"2024-03-26T02:00:00Z""#
        )
    };
    let tills = [till(programme.command(AT, "a", &reserve("a"))), till(programme.command(AT, "b", &reserve("b")))];
    let mut ends = Vec::new();
    walk(&programme.engine, &programme.book, &tills, &mut ends);
    for end in &ends {
        let refused: Vec<Code> = end
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Rejected(rejected) => Some(rejected.code),
                _ => None,
            })
            .collect();
        assert_eq!(refused, [Code::VoucherReserved]);
    }
    assert_eq!(ends.len(), 6);
}

#[test]
fn only_explain_tells_why_a_voucher_is_invalid() {
    let (mut programme, voucher) = programme();
    programme.decided(AT, "hq", r#""type":"register_party","party":"n","record":{"type":"member","account":"n"}"#);
    let issue = programme.command(AT, "hq", r#""type":"issue_vouchers","stock":"s","count":1"#);
    let issued = format!("{}.1", issue.id);
    assert!(matches!(programme.submit(&issue), Outcome::Decided(_)));
    let unknown = voucher.replace(".1", ".7");
    for (at, member, voucher, reason) in [
        (AT, "m", &unknown, "unknown"),
        (AT, "n", &voucher, "foreign"),
        (AT, "m", &issued, "unbound"),
        ("2024-04-24T02:00:00Z", "m", &voucher, "expired"),
    ] {
        let fields = format!(
            r#""type":"reserve_voucher","voucher":"{voucher}","member":"{member}","merchant":"a","until":"2024-04-25T02:00:00Z""#
        );
        let command = programme.command(at, "hq", &fields);
        let told = |outcome: Outcome| match outcome {
            Outcome::Rejected(rejected) => (rejected.code, rejected.path, rejected.reason),
            other => panic!("{other:?}"),
        };
        let public = (Code::InvalidVoucher, "voucher".to_owned(), None);
        let engine = &programme.engine;
        assert_eq!(told(engine.decide(&command, &programme.book, Detail::WhyNot)), public);
        assert_eq!(told(engine.quote(&command, &programme.book)), public);
        let operator = told(engine.explain(&command, &programme.book));
        assert_eq!(operator, (public.0, public.1, Some(reason.to_owned())));
    }
}
