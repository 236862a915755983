//! What `explain` says: what every rule and plan missed, and by how much each limit cut. Figures are worked by hand.

use coalition::Detail;
use coalition::decision::{PayoutPartTrace, TRACE_VERSION, Trace};
use coalition::earn::{CutTrace, MissTrace, Missed, RuleKind};
use coalition::verbs::Outcome;
use coalition_tests::programme::Programme;
use proptest::prelude::*;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const BASE: &str = include_str!("../rulebooks/base.toml");
const AT: &str = "2016-05-10T04:00:00Z";

/// Plans and multipliers that miss one thing each.
const MORE: &str = r#"
[commission.dimensions]
time = "max"

[[commission.plans]]
id = "brand"
group = "turnover"
event = "turnover"
referral = { type = "rate", rate = "0.01" }

[[commission.plans]]
id = "agents"
group = "agents"
roles = ["agent"]
referral = { type = "rate", rate = "0.01" }

[[commission.plans]]
id = "coupon"
group = "coupon"
stocks = ["s"]
sale = { type = "fixed", amount = 5 }

[[commission.plans]]
id = "later"
group = "sales"
priority = 1
sale = { type = "rate", rate = "0.01" }

[[commission.plans]]
id = "web"
group = "web"
when = { channels = ["web", "app"] }
referral = { type = "rate", rate = "0.01" }
multiplied = "no"

[[commission.plans]]
id = "tiny"
group = "tiny"
referral = { type = "rate", rate = "0.000001" }

[[commission.plans]]
id = "team"
group = "team"
mode = "differential"
grades = { agent = "0.08", head = "0.1" }

[[commission.plans]]
id = "seen"
group = "seen"
event = "scan"
asset = "coin"
purposes = ["seen"]
sale = { type = "fixed", amount = 10 }
payer = { type = "party", id = "a" }

[[commission.multipliers]]
id = "double"
dimension = "time"
factor = "2"
plans = ["sales"]

[[commission.multipliers]]
id = "of-agents"
dimension = "time"
factor = "3"
plans = ["agents"]

[[commission.multipliers]]
id = "of-web"
dimension = "time"
factor = "3"
plans = ["web"]
"#;

/// Merchants `a` and `b`; a guide and a clerk, who work for `a` and `b`; an agent without a fee; the member `li`.
fn ring(rules: &str) -> Programme {
    let mut programme = Programme::new(rules);
    for (party, record) in [
        ("hq", r#""type":"operator""#),
        ("a", r#""type":"merchant""#),
        ("b", r#""type":"merchant""#),
        ("guide", r#""type":"staff","merchant":"a","roles":["guide"]"#),
        ("clerk", r#""type":"staff","merchant":"b""#),
        ("agent", r#""type":"partner""#),
        ("li", r#""type":"member","account":"li""#),
    ] {
        programme.decided(AT, "hq", &format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#));
    }
    programme.decided(AT, "hq", r#""type":"mint_points","asset":"coin","points":1000"#);
    programme
}

fn bind(programme: &mut Programme, party: &str, referrer: &str) {
    let fields =
        format!(r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"scan","phone":"verified""#);
    programme.decided(AT, "hq", &fields);
}

/// 100.00 at a merchant, with further fields.
fn buy(merchant: &str, more: &str) -> String {
    format!(
        r#""type":"record_purchase","purchase":"p","merchant":"{merchant}","member":"li","lines":[{{"n":1,"product":"x","quantity":1,"gross":10000}}]{more}"#
    )
}

fn explained(programme: &mut Programme, actor: &str, fields: &str) -> Trace {
    let command = programme.command(AT, actor, fields);
    match programme.engine.explain(&command, &programme.book) {
        Outcome::Decided(decided) => decided.trace.expect("an explanation has a trace"),
        other => panic!("{other:?}"),
    }
}

/// What a rule or plan missed on its first line.
fn miss<'t>(trace: &'t Trace, kind: RuleKind, id: &str) -> &'t MissTrace {
    let rule = trace.rules.iter().find(|rule| rule.kind == kind && rule.rule.as_str() == id);
    &rule.unwrap_or_else(|| panic!("no {id}: {:?}", trace.rules)).lines[0]
}

type Row<'a> = (&'a str, Option<Missed>, Option<&'a str>, Option<&'a str>);

fn assert_misses(trace: &Trace, kind: RuleKind, rows: &[Row<'_>]) {
    for (id, missed, wanted, found) in rows {
        let told = miss(trace, kind, id);
        assert_eq!((told.missed, told.wanted.as_deref(), told.found.as_deref()), (*missed, *wanted, *found), "{id}");
    }
}

#[test]
fn without_a_referrer_no_plan_says_that_it_applied() {
    let mut programme = ring(&format!("{RULES}{MORE}"));
    let trace = explained(&mut programme, "b", &buy("b", ""));
    assert_eq!(trace.v, TRACE_VERSION);
    let events = Some("purchase, turnover");
    let all = Some("referral, upline_2, upline_3, sale");
    let plans = [
        ("sales", Some(Missed::Nobody), all, None),
        ("brought", Some(Missed::Event), Some("top_up"), events),
        ("sold", Some(Missed::Event), Some("scan"), events),
        ("brand", Some(Missed::Nobody), Some("referral"), None),
        ("agents", Some(Missed::ReferrerRoles), Some("agent"), None),
        ("coupon", Some(Missed::Stocks), Some("s"), None),
        ("later", Some(Missed::Group), Some("the first of sales"), Some("sales")),
        ("web", Some(Missed::Channels), Some("app, web"), None),
        ("tiny", Some(Missed::Nobody), Some("referral"), None),
        ("team", Some(Missed::Nobody), Some("referral, upline_2, upline_3"), None),
    ];
    assert_misses(&trace, RuleKind::Plan, &plans);
    assert_misses(&trace, RuleKind::PlanMultiplier, &[("double", Some(Missed::Plans), Some("sales"), None)]);
    assert_eq!(trace.payouts, []);
}

#[test]
fn with_a_referrer_what_is_paid_says_so_and_the_rest_what_it_missed() {
    let mut programme = ring(&format!("{RULES}{MORE}"));
    bind(&mut programme, "li", "guide");
    let trace = explained(&mut programme, "b", &buy("b", r#","channel":"web""#));
    // 10,000 × 0.000001 = 1/100, which is 0 once rounded. The guide's role has no grade.
    let plans = [
        ("sales", None, None, None),
        ("agents", Some(Missed::ReferrerRoles), Some("agent"), Some("guide")),
        ("web", None, None, None),
        ("tiny", Some(Missed::Nothing), None, Some("1/100")),
        ("team", Some(Missed::Grades), Some("agent, head"), Some("guide")),
    ];
    assert_misses(&trace, RuleKind::Plan, &plans);
    let multipliers = [
        ("double", None, None, None),
        ("of-agents", Some(Missed::Plans), Some("agents"), Some("sales, web")),
        ("of-web", Some(Missed::Multiplied), Some("yes"), Some("web")),
    ];
    assert_misses(&trace, RuleKind::PlanMultiplier, &multipliers);
    // 3 % and, online, 2 % of 100.00, doubled: 6.00 and 4.00; 1 % of the web's plan.
    let payouts: Vec<_> = trace.payouts.iter().map(|payout| (payout.under.as_str(), payout.whole.get())).collect();
    assert_eq!(payouts, [("sales", 1_000), ("web", 100)]);
    assert_eq!((&trace.payouts[0].factors, &trace.payouts[1].factors), (&vec!["2".into()], &vec!["1".into()]));
    assert_eq!((trace.payouts[0].asset.as_str(), trace.payouts[0].payer.as_str()), ("CNY", "b"));
    // In the shop of the guide's own brand nothing is paid for the referral, and nobody closed the sale.
    let at_home = explained(&mut programme, "a", &buy("a", ""));
    assert_misses(&at_home, RuleKind::Plan, &[("sales", Some(Missed::OwnBrand), None, Some("guide"))]);
}

#[test]
fn entry_fees_purposes_and_fees_of_vouchers_are_told() {
    let mut programme = ring(&format!("{RULES}{MORE}"));
    bind(&mut programme, "a", "agent");
    bind(&mut programme, "li", "guide");
    let top_up = explained(&mut programme, "hq", r#""type":"top_up_merchant","merchant":"a","amount":10000"#);
    let plans = [
        ("brought", Some(Missed::EntryFee), None, Some("agent")),
        ("sales", Some(Missed::Event), Some("purchase"), Some("top_up")),
    ];
    assert_misses(&top_up, RuleKind::Plan, &plans);
    let scan = r#""type":"record_scan","earner":"guide","code":"c","purpose":"sold""#;
    let scan = explained(&mut programme, "guide", scan);
    let plans = [("sold", None, None, None), ("seen", Some(Missed::Purposes), Some("seen"), Some("sold"))];
    assert_misses(&scan, RuleKind::Plan, &plans);
    assert_eq!(miss(&scan, RuleKind::Plan, "sold").line, None);
    let terms = r#"{"issuer":"hq","benefit":{"type":"subsidy","amount":10001},"funders":{"a":1,"hq":1},"stacking":"free",
        "validity":{"type":"after_claim","days":60},"referral_fee":{"amount":{"type":"rate","rate":"0.00333"}}}"#;
    programme.decided(AT, "hq", &format!(r#""type":"create_voucher_stock","stock":"s","terms":{terms}"#));
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    let claimed = programme.decided(AT, "li", r#""type":"claim_voucher","stock":"s","member":"li""#);
    let voucher = format!(r#","vouchers":["{}.1"],"channel":"web""#, claimed.command);
    let trace = explained(&mut programme, "b", &buy("b", &voucher));
    assert_misses(&trace, RuleKind::Fee, &[("s", None, None, None)]);
    // Online the guide closed the sale, so that these two are paid; the other would pay the referral alone.
    let plans = [
        ("sales", None, None, None),
        ("coupon", None, None, None),
        ("web", Some(Missed::VoucherFee), None, Some("guide")),
    ];
    assert_misses(&trace, RuleKind::Plan, &plans);
    // 100.01 would be given, 100.00 are spent: a and hq give 50.00 each. 0.333 % of 100.00 are 33.3: 33 for the guide.
    let given = |place: usize| {
        let payout = &trace.payouts[place];
        (
            payout.under.as_str(),
            payout.payer.as_str(),
            payout.exact.as_str(),
            payout.whole.get(),
            payout.parts[0].given.get(),
        )
    };
    assert_eq!([given(0), given(1)], [("s", "a", "5000", 5_000, 5_000), ("s", "hq", "5000", 5_000, 5_000)]);
    assert_eq!(given(2), ("s", "b", "333/10", 33, 33));
    let voucher = &trace.vouchers[0];
    assert_eq!((voucher.basis.get(), voucher.exact.as_str(), voucher.value.get()), (10_000, "10001", 10_000));
    // Without a referrer the fee is nobody's.
    programme.decided(AT, "hq", r#""type":"unbind_referrer","party":"li""#);
    let trace = explained(&mut programme, "b", &buy("b", &format!(r#","vouchers":["{}.1"]"#, claimed.command)));
    assert_misses(&trace, RuleKind::Fee, &[("s", Some(Missed::Nobody), Some("referral"), None)]);
}

fn cuts(cuts: &[CutTrace]) -> Vec<(&str, i64, i64)> {
    cuts.iter().map(|cut| (cut.by.as_str(), cut.from.get(), cut.to.get())).collect()
}

fn part(part: &PayoutPartTrace) -> (&str, i64, Vec<(&str, i64, i64)>, i64) {
    (part.earner.as_str(), part.amount.get(), cuts(&part.cuts), part.given.get())
}

#[test]
fn the_ratio_each_cap_and_the_stock_are_told_with_what_they_cut() {
    let caps = r#"
[commission.payout]
type = "input"
ratio = "0.04"

[[commission.caps]]
id = "a-day"
per = "day"
amount = 200

[[commission.caps]]
id = "a-week"
per = "week"
amount = 150
"#;
    let mut programme = ring(&format!("{RULES}{MORE}{caps}"));
    bind(&mut programme, "li", "guide");
    let trace = explained(&mut programme, "b", &buy("b", r#","clerk":"clerk""#));
    // 3 % and 2 % of 100.00, doubled: 6.00 and 4.00. 4 % are 4.00: 1.60 and 2.40 for the clerk and the guide.
    let payout = &trace.payouts[0];
    assert_eq!((payout.exact.as_str(), payout.whole.get(), payout.allowed.get()), ("1000", 1_000, 400));
    let of_clerk = vec![("guard/payout_ratio", 400, 160), ("cap/a-week", 160, 150)];
    let of_guide = vec![("guard/payout_ratio", 600, 240), ("cap/a-day", 240, 200), ("cap/a-week", 200, 150)];
    assert_eq!(part(&payout.parts[0]), ("clerk", 160, of_clerk, 150));
    assert_eq!(part(&payout.parts[1]), ("guide", 240, of_guide, 150));
    // Ten coins for the scan, of which the merchant has six.
    programme.decided(
        AT,
        "hq",
        r#""type":"sell_points","seller":"hq","buyer":"a","asset":"coin","points":6,"unit_price":0"#,
    );
    let scan = r#""type":"record_scan","earner":"guide","code":"c","purpose":"seen""#;
    let trace = explained(&mut programme, "guide", scan);
    let seen = trace.payouts.iter().find(|payout| payout.under.as_str() == "seen").expect("a payout");
    assert_eq!((seen.asset.as_str(), part(&seen.parts[0])), ("coin", ("guide", 10, vec![("float/a", 10, 6)], 6)));
}

#[test]
fn a_cap_per_line_is_told_and_so_is_what_comes_to_nothing() {
    let caps = r#"
[[earn.caps]]
id = "a-line"
asset = "points"
per = "line"
points = 3

[[earn.caps]]
id = "a-purchase"
asset = "points"
per = "purchase"
points = 4
"#;
    let mut programme = Programme::of_one_merchant(&format!("{BASE}{caps}"), AT);
    let of_lines = |lines: &str| {
        format!(r#""type":"record_purchase","purchase":"p","merchant":"a","member":"m","lines":[{lines}]"#)
    };
    // 10.50 are 21/2 points, cut to 3; 2.25 are 9/4: 21/4, rounded to 5, of which the purchase may have 4.
    let two = r#"{"n":1,"product":"x","quantity":1,"gross":1050},{"n":7,"product":"y","quantity":1,"gross":225}"#;
    let trace = explained(&mut programme, "a", &of_lines(two));
    let award = &trace.awards[0];
    let on_lines: Vec<_> =
        award.line_cuts.iter().map(|cut| (cut.line, cut.by.as_str(), cut.from.as_str(), cut.to.as_str())).collect();
    assert_eq!(on_lines, [(1, "cap/a-line", "21/2", "3")]);
    assert_eq!((award.exact.as_str(), award.rounded.get(), award.given.get()), ("21/4", 5, 4));
    assert_eq!(cuts(&award.cuts), [("cap/a-purchase", 5, 4)]);
    // 0.99 is less than a point.
    let trace = explained(&mut programme, "a", &of_lines(r#"{"n":1,"product":"x","quantity":1,"gross":99}"#));
    assert_eq!((trace.awards.len(), trace.awards[0].exact.as_str()), (1, "99/100"));
    assert_eq!((trace.awards[0].rounded.get(), trace.awards[0].given.get()), (0, 0));
    // A merchant without a ratio for them gives none.
    programme.decided(AT, "hq", r#""type":"set_terms","party":"a","terms":{"from":"2016-01-01"}"#);
    let trace = explained(&mut programme, "a", &of_lines(two));
    let told = ("own-ratio", Some(Missed::Ratio), Some("a ratio for points of a"), None);
    assert_misses(&trace, RuleKind::Rule, &[told]);
}

/// A rule with a condition, and what it misses at a purchase of `m` at `a`, without tier or channel: one line of 50.00.
fn assert_condition(when: &str, missed: Missed, wanted: &str, found: Option<&str>) {
    let rule = format!(
        "[[earn.rules]]\nid = \"one\"\nasset = \"points\"\ngroup = \"base\"\neffect = {{ type = \"per_unit\", points = 1 }}\nwhen = {when}\n"
    );
    let holidays = "[holidays]\nspring = [\"2016-02-08\"]\n";
    let mut programme = Programme::of_one_merchant(&format!("{BASE}\n{holidays}\n{rule}"), AT);
    let fields = r#""type":"record_purchase","purchase":"p","merchant":"a","member":"m","lines":[{"n":1,"product":"x","tags":["new"],"quantity":1,"gross":5000}]"#;
    let trace = explained(&mut programme, "a", fields);
    assert_misses(&trace, RuleKind::Rule, &[("one", Some(missed), Some(wanted), found)]);
}

#[test]
fn a_condition_tells_what_it_wanted_and_what_was_there() {
    // 10 May 2016 was a Tuesday; 04:00 UTC is noon.
    let tuesday = Some("2016-05-10");
    assert_condition(r#"{ merchants = ["b", "c"] }"#, Missed::Merchants, "b, c", Some("a"));
    assert_condition(r#"{ stores = ["a-1"] }"#, Missed::Stores, "a-1", None);
    assert_condition(r#"{ tiers = ["gold"] }"#, Missed::Tiers, "gold", None);
    assert_condition(r#"{ tags = ["old"] }"#, Missed::Tags, "old", Some("new"));
    let seven = r#"{ products = ["p1", "p2", "p3", "p4", "p5", "p6", "p7"] }"#;
    assert_condition(seven, Missed::Products, "p1, p2, p3, p4, p5 and 2 more", Some("x"));
    assert_condition(r#"{ days = { from = "2016-06-01" } }"#, Missed::Days, "from 2016-06-01", tuesday);
    assert_condition(r#"{ weekdays = ["sat", "sun"] }"#, Missed::Weekdays, "sat, sun", Some("tue"));
    let evening = r#"{ time = { from = "18:00", until = "02:00" } }"#;
    assert_condition(evening, Missed::Time, "from 18:00 until 02:00", Some("12:00"));
    assert_condition(r#"{ holidays = ["spring"] }"#, Missed::Holidays, "spring", tuesday);
    assert_condition(r#"{ birthday = { window = "week" } }"#, Missed::Birthday, "its week", None);
    assert_condition("{ purchase_at_least = 5001 }", Missed::PurchaseAtLeast, "5001", Some("5000"));
    assert_condition("{ line_below = 5000 }", Missed::LineBelow, "5000", Some("5000"));
    let third = r#"{ every_nth = { n = 3, of = "merchant" } }"#;
    assert_condition(third, Missed::EveryNth, "a multiple of 3 (merchant)", Some("number 1 (merchant)"));
    let both = r#"{ all = [{ merchants = ["a"] }, { channels = ["app"] }] }"#;
    assert_condition(both, Missed::All, "channels app", None);
    let either = r#"{ any = [{ tags = ["old"] }, { channels = ["app"] }] }"#;
    assert_condition(either, Missed::Any, "tags old or channels app", Some("tags new, channels none"));
    let not = r#"{ not = { merchants = ["a"] } }"#;
    assert_condition(not, Missed::Not, r#"not {"merchants":["a"]}"#, Some("it holds"));
}

#[test]
fn parts_within_parts_are_told_once_and_the_right_way_round() {
    let not_here = r#"not {"merchants":["a"]}"#;
    let all = r#"{ all = [{ not = { merchants = ["a"] } }, { tiers = ["gold"] }] }"#;
    assert_condition(all, Missed::All, not_here, Some("it holds"));
    let any = r#"{ any = [{ not = { merchants = ["a"] } }, { tiers = ["gold"] }] }"#;
    assert_condition(any, Missed::Any, &format!("{not_here} or tiers gold"), Some("it holds, tiers none"));
    let of_all = r#"{ any = [{ all = [{ merchants = ["a"] }, { all = [{ tags = ["old"] }] }] }, { all = [{ channels = ["app"] }] }] }"#;
    assert_condition(of_all, Missed::Any, "tags old or channels app", Some("tags new, channels none"));
    let of_any = r#"{ all = [{ merchants = ["a"] }, { any = [{ tags = ["old"] }, { channels = ["app"] }] }] }"#;
    assert_condition(of_any, Missed::All, "tags old or channels app", Some("tags new, channels none"));
    // Five parts are told.
    for (count, more) in [(5, ""), (6, " and 1 more"), (7, " and 2 more")] {
        let parts: Vec<String> = (1..=count).map(|n| format!(r#"{{ products = ["p{n}"] }}"#)).collect();
        let (wanted, found) = ("products p1 or products p2 or products p3 or products p4 or products p5", "products x");
        let found = format!("{}{more}", [found; 5].join(", "));
        let any = format!("{{ any = [{}] }}", parts.join(", "));
        assert_condition(&any, Missed::Any, &format!("{wanted}{more}"), Some(&found));
    }
}

#[test]
fn a_rule_for_another_activity_does_not_say_that_it_matched() {
    let rules = r#"
[[earn.activities]]
id = "share-it"
activity = "share"
asset = "points"
points = 5
funder = { type = "operator" }

[[earn.activities]]
id = "sign-in"
activity = "sign"
asset = "points"
points = 1
funder = { type = "operator" }
"#;
    let mut programme = Programme::of_one_merchant(&format!("{BASE}{rules}"), AT);
    programme.decided(AT, "hq", r#""type":"mint_points","asset":"points","points":1000"#);
    let trace = explained(&mut programme, "m", r#""type":"record_activity","member":"m","activity":"share","count":1"#);
    let rows = [("share-it", None, None, None), ("sign-in", Some(Missed::Activity), Some("sign"), Some("share"))];
    assert_misses(&trace, RuleKind::Activity, &rows);
}

/// What is told of a plan, rule or part is what was done; of the multipliers `double` alone gives a factor of 2.
fn assert_true(trace: &Trace) -> Result<(), TestCaseError> {
    for rule in &trace.rules {
        let id = &rule.rule;
        let matched = |miss: &MissTrace| miss.missed.is_none();
        match rule.kind {
            RuleKind::Plan => {
                let is_paid = trace.payouts.iter().any(|payout| payout.under == *id);
                prop_assert_eq!(rule.lines.iter().any(matched), is_paid, "{}", id);
            }
            RuleKind::PlanMultiplier if id.as_str() == "double" => {
                let is_multiplied = trace.payouts.iter().any(|payout| payout.factors.iter().any(|one| one == "2"));
                prop_assert_eq!(rule.lines.iter().any(matched), is_multiplied);
            }
            RuleKind::Rule => {
                for miss in &rule.lines {
                    let on_line = trace.lines.iter().filter(|line| Some(line.line) == miss.line);
                    let gives = on_line.flat_map(|line| &line.base).any(|base| base.rule == *id);
                    prop_assert_eq!(matched(miss), gives, "{}", id);
                }
            }
            _ => {}
        }
    }
    for payout in &trace.payouts {
        let amounts: i64 = payout.parts.iter().map(|part| part.amount.get()).sum();
        prop_assert_eq!(amounts, payout.allowed.get());
        for part in &payout.parts {
            let mut left = part.amount;
            for cut in part.cuts.iter().filter(|cut| cut.by != "guard/payout_ratio") {
                prop_assert_eq!(cut.from, left);
                prop_assert!(cut.to < cut.from);
                left = cut.to;
            }
            prop_assert_eq!(left, part.given);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_told_of_a_purchase_is_what_was_done(
        (binds, at_home, online, by_clerk) in any::<(bool, bool, bool, bool)>(),
        gross in proptest::collection::vec(0_i64..30_000, 1..4),
        (ratio, cap) in (1_u32..100, 0_i64..2_000),
    ) {
        let bounds = format!(
            "[commission.payout]\ntype = \"input\"\nratio = \"0.{ratio:03}\"\n[[commission.caps]]\nid = \"a-day\"\nper = \"day\"\namount = {cap}\n"
        );
        let halved = "[[earn.rules]]\nid = \"two\"\nasset = \"coin\"\ngroup = \"base\"\nfunder = { type = \"operator\" }\neffect = { type = \"per_unit\", points = 2 }\nwhen = { line_at_least = 9000 }\n";
        let mut programme = ring(&format!("{RULES}{MORE}{bounds}{halved}"));
        bind(&mut programme, "b", "agent");
        if binds {
            bind(&mut programme, "li", "guide");
        }
        let merchant = if at_home { "a" } else { "b" };
        let line = |(place, gross): (usize, &i64)| format!(r#"{{"n":{},"product":"x","quantity":1,"gross":{gross}}}"#, place + 1);
        let lines: Vec<String> = gross.iter().enumerate().map(line).collect();
        let channel = if online { r#","channel":"web""# } else { "" };
        let clerk = if by_clerk && !at_home { r#","clerk":"clerk""# } else { "" };
        let fields = format!(
            r#""type":"record_purchase","purchase":"p","merchant":"{merchant}","member":"li","lines":[{}]{channel}{clerk}"#,
            lines.join(",")
        );
        let trace = explained(&mut programme, "hq", &fields);
        assert_true(&trace)?;
        // The arithmetic is the same where nobody asks why not, and the outcome the same without any.
        let command = programme.command(AT, "hq", &fields);
        let answers = [Detail::Plain, Detail::Trace, Detail::WhyNot].map(|detail| programme.engine.decide(&command, &programme.book, detail));
        prop_assert_eq!(answers[0].to_json().unwrap(), answers[2].to_json().unwrap());
        let Outcome::Decided(decided) = &answers[1] else { panic!("decided") };
        prop_assert_eq!(decided.trace.clone().map(|trace| (trace.payouts, trace.awards)), Some((trace.payouts, trace.awards)));
    }
}
