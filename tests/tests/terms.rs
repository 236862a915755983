//! Reciprocal terms (M8): a member of one merchant has member terms at another, an employee staff terms, and a card is had
//! without its threshold.

use coalition::book::Record;
use coalition::command::Command;
use coalition::decision::PriceTrace;
use coalition::nouns::{Code, Event, Key};
use coalition::organisation::Party;
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};
use coalition_tests::programme::{Programme, lines, slice_for};

const BASE: &str = include_str!("../rulebooks/base.toml");
const RECOGNITION: &str = r#"
[[categories]]
id = "food"

[[recognition]]
id = "ring"
holder = "member"
of = { alliances = ["ring"] }
at = { alliances = ["ring"] }

[[recognition]]
id = "crew"
holder = "staff"
of = { merchants = ["a"] }
at = { merchants = ["b"] }
"#;
const DAY: &str = "2016-05-10T04:00:00Z";

/// `a` and `b` are in one alliance; `b` has prices, and a card after two purchases. `ann` is a member of `a`, `eve` is
/// employed by it.
fn alliance() -> Programme {
    let mut programme = Programme::new(&format!("{BASE}\n{RECOGNITION}"));
    for fields in [
        r#""type":"register_party","party":"hq","record":{"type":"operator"}"#,
        r#""type":"register_party","party":"ring","record":{"type":"alliance"}"#,
        r#""type":"register_party","party":"a","record":{"type":"merchant","alliances":["ring"]}"#,
        r#""type":"register_party","party":"b","record":{"type":"merchant","alliances":["ring"],"terms":[{"from":"2016-01-01",
           "enrol_after":2,"on_shortage":"postpaid","postpaid_price":{"points":9000},
           "earn":{"points":{"points":1,"per":100}},
           "prices":[{"id":"card","holder":"member","off":"0.125"},{"id":"crew","holder":"staff","off":"0.3"},
                     {"id":"food","holder":"member","off":"0.2","categories":["food"]}]}]}"#,
        r#""type":"register_party","party":"ann","record":{"type":"member","account":"ann","member_of":["a"]}"#,
        r#""type":"register_party","party":"eve","record":{"type":"member","account":"eve","employee_of":["a"]}"#,
        r#""type":"register_party","party":"sam","record":{"type":"member","account":"sam"}"#,
        r#""type":"mint_points","asset":"points","points":1000000"#,
    ] {
        programme.decided("2016-04-01T00:00:00Z", "hq", fields);
    }
    programme
}

fn buy(purchase: &str, member: &str, gross: i64, discounts: &str) -> String {
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"b","member":"{member}","lines":[{{"n":1,"product":"p","quantity":1,"gross":{gross},"discounts":[{discounts}]}}]"#
    )
}

fn claim(price: &str, amount: i64) -> String {
    format!(r#"{{"funder":"b","amount":{amount},"price":"{price}"}}"#)
}

/// What a quote says that the line could have.
fn quoted(programme: &mut Programme, member: &str, gross: i64) -> Vec<PriceTrace> {
    let command = programme.command(DAY, "b", &buy("quoted", member, gross, ""));
    match programme.engine.quote(&command, &programme.book) {
        Outcome::Decided(decided) => decided.trace.expect("a quote has a trace").prices,
        other => panic!("{other:?}"),
    }
}

#[test]
fn m8_a_member_of_one_merchant_has_member_terms_at_another() {
    let mut programme = alliance();
    let prices = quoted(&mut programme, "ann", 1_001);
    let [card] = prices.as_slice() else { panic!("{prices:?}") };
    // 12.5 % of 10.01 is 1.25125.
    assert_eq!(
        (card.price.as_str(), card.amount.get(), card.by.as_ref().map(|by| by.as_str())),
        ("card", 125, Some("ring"))
    );
    let decided = programme.decided(DAY, "b", &buy("p", "ann", 1_001, &claim("card", 125)));
    assert_eq!(
        lines(&decided.postings)[..2],
        [
            "b/customers > b/sales 876 CNY Sale 2016-05-10".to_owned(),
            "b/discount > b/customers 125 CNY Discount 2016-05-10".to_owned(),
        ]
    );
    // Somebody of no merchant of the alliance has none.
    assert_eq!(quoted(&mut programme, "sam", 1_001), []);
    let refused = programme.rejected(DAY, "b", &buy("q", "sam", 1_001, &claim("card", 125)));
    assert_eq!(refused, (Code::NotEntitled, "lines[0].discounts[0].price".to_owned()));
}

#[test]
fn m8_an_employee_of_one_merchant_has_the_staff_terms_of_the_other() {
    let mut programme = alliance();
    let prices = quoted(&mut programme, "eve", 999);
    let [crew] = prices.as_slice() else { panic!("{prices:?}") };
    // 30 % of 9.99 is 2.997.
    assert_eq!(
        (crew.price.as_str(), crew.amount.get(), crew.by.as_ref().map(|by| by.as_str())),
        ("crew", 299, Some("crew"))
    );
    programme.decided(DAY, "b", &buy("p", "eve", 999, &claim("crew", 299)));
    let refused = programme.rejected(DAY, "b", &buy("q", "ann", 999, &claim("crew", 299)));
    assert_eq!(refused, (Code::NotEntitled, "lines[0].discounts[0].price".to_owned()));
}

#[test]
fn m8_the_others_card_comes_without_its_threshold() {
    let mut programme = alliance();
    let enrol = |member: &str| format!(r#""type":"enrol_member","member":"{member}","merchant":"b""#);
    assert_eq!(programme.rejected(DAY, "sam", &enrol("sam")), (Code::BelowThreshold, "member".to_owned()));
    // Employed by a is not a member of it.
    assert_eq!(programme.rejected(DAY, "eve", &enrol("eve")), (Code::BelowThreshold, "member".to_owned()));
    let decided = programme.decided(DAY, "ann", &enrol("ann"));
    let [Event::MemberEnrolled { waived_by, .. }] = decided.events.as_slice() else { panic!("{decided:?}") };
    assert_eq!(waived_by.as_ref().map(|by| by.as_str()), Some("ring"));
    // Two purchases are as good.
    for purchase in ["p1", "p2"] {
        programme.decided(DAY, "b", &buy(purchase, "sam", 100, ""));
    }
    let decided = programme.decided(DAY, "sam", &enrol("sam"));
    let [Event::MemberEnrolled { waived_by: None, .. }] = decided.events.as_slice() else { panic!("{decided:?}") };
    let record = programme.book.record(&Key::Party("sam".parse().unwrap()));
    let Some(Record::Party(record)) = record else { panic!("{record:?}") };
    let Party::Member { member_of, .. } = &record.party else { panic!("{record:?}") };
    assert_eq!(member_of.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["b"]);
    // From now on it is its own card.
    let by: Vec<_> = quoted(&mut programme, "ann", 1_001).into_iter().map(|price| price.by).collect();
    assert_eq!(by, [None]);
}

/// What a quote offers is what a decision takes, to the minor unit: nothing more and nothing less.
#[test]
fn m8_every_quoted_price_is_decided_and_nothing_beside_it() {
    let mut programme = alliance();
    for gross in [0, 1, 7, 8, 9, 333, 1_001, 99_999, 9_007_199_254_740_991] {
        for member in ["ann", "eve"] {
            for price in quoted(&mut programme, member, gross) {
                for (off, taken) in [(-1, false), (0, true), (1, false)] {
                    let amount = price.amount.get() + off;
                    if amount < 0 {
                        continue;
                    }
                    let fields = buy("p", member, gross, &claim(price.price.as_str(), amount));
                    let command = programme.command(DAY, "b", &fields);
                    let outcome = programme.engine.decide(&command, &programme.book, Detail::Plain);
                    let decided = match &outcome {
                        Outcome::Decided(_) => true,
                        // A basis so large earns what no amount holds; the price was right all the same.
                        Outcome::Rejected(rejected) => rejected.code != Code::PriceMismatch,
                        other => panic!("{other:?}"),
                    };
                    assert_eq!(decided, taken, "{gross} {member} {price:?} {off}: {outcome:?}");
                }
            }
        }
    }
}

fn answers(engine: &Engine, programme: &Programme, command: &Command) -> [String; 3] {
    let slice = slice_for(engine, command, &programme.book);
    let on = |detail| engine.decide(command, &slice, detail).to_json().expect("a text");
    let whole = engine.decide(command, &programme.book, Detail::Plain).to_json().expect("a text");
    [on(Detail::Plain), on(Detail::Trace), whole]
}

/// What is loaded does not depend on how much is told: the slice of a plain decision is enough for one with a trace. With
/// a recognition of alliances and points on account it takes the four rounds, and no fifth.
#[test]
fn m8_a_trace_needs_no_more_than_a_decision_and_changes_no_byte() {
    let mut programme = alliance();
    for (member, discounts) in [("ann", claim("card", 125)), ("eve", claim("crew", 300)), ("sam", String::new())] {
        let command = programme.command(DAY, "b", &buy("p", member, 1_001, &discounts));
        let [plain, traced, whole] = answers(&programme.engine, &programme, &command);
        assert!(plain.contains(r#""type":"decided""#), "{plain}");
        assert_eq!((&plain, &plain), (&traced, &whole));
    }
}

/// Who is charged names 1,000 merchants and alliances at the most; for a vector that is too much text.
#[test]
fn discounts_are_borne_at_1_000_places_and_no_more() {
    let mut programme = alliance();
    let terms = |count: usize| {
        let ids: Vec<_> = (0..count).map(|n| format!("\"m-{n}\"")).collect();
        format!(r#""type":"set_terms","party":"a","terms":{{"from":"2016-06-01","discounts_at":[{}]}}"#, ids.join(","))
    };
    programme.decided(DAY, "hq", &terms(1_000));
    let refused = programme.rejected(DAY, "hq", &terms(1_001));
    assert_eq!(refused, (Code::LimitExceeded, "terms.discounts_at".to_owned()));
}
