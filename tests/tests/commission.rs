//! Referral, commission and withdrawal: the source documents' cases, each test named by its code; and laws.

use coalition::nouns::Code;
use coalition::verbs::Outcome;
use coalition_tests::programme::Programme;
use proptest::prelude::*;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const MAY: &str = "2016-05-10T04:00:00Z";
/// After the thirty days in which a purchase of `MAY` may be returned.
const JUNE: &str = "2016-06-10T04:00:00Z";

fn register(programme: &mut Programme, party: &str, record: &str) {
    programme.decided(MAY, "hq", &format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#));
}

/// Merchants `a` and `b` in an alliance, a guide of `a`, a clerk of `b`, agents one above the other, two members.
fn ring() -> Programme {
    ring_by(RULES)
}

/// The same under other rules.
fn ring_by(rules: &str) -> Programme {
    let mut programme = Programme::new(rules);
    register(&mut programme, "hq", r#""type":"operator""#);
    register(&mut programme, "ring", r#""type":"alliance""#);
    for merchant in ["a", "b"] {
        register(&mut programme, merchant, r#""type":"merchant","alliances":["ring"]"#);
        register(&mut programme, &format!("{merchant}-1"), &format!(r#""type":"store","merchant":"{merchant}""#));
    }
    register(&mut programme, "guide", r#""type":"staff","merchant":"a""#);
    register(&mut programme, "clerk", r#""type":"staff","merchant":"b""#);
    for agent in ["agent", "head"] {
        register(&mut programme, agent, r#""type":"partner""#);
    }
    for member in ["li", "wu", "mo"] {
        register(&mut programme, member, &format!(r#""type":"member","account":"{member}""#));
    }
    programme.decided(MAY, "hq", r#""type":"mint_points","asset":"coin","points":1000000"#);
    programme
}

fn bind(programme: &mut Programme, party: &str, referrer: &str) {
    let fields =
        format!(r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"scan","phone":"verified""#);
    programme.decided(MAY, "hq", &fields);
}

/// A purchase of one line of two units, with further fields.
fn buy(purchase: &str, gross: i64, more: &str) -> String {
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"b","lines":[{{"n":1,"product":"p","quantity":2,"gross":{gross}}}]{more}"#
    )
}

fn half(purchase: &str) -> String {
    format!(
        r#""type":"refund_purchase","purchase":"{purchase}","returned":[{{"type":"quantity","line":1,"quantity":1}}]"#
    )
}

fn pending(programme: &Programme, account: &str) -> i128 {
    programme.balance(&format!("{account}/commission_pending"), "CNY")
}

fn available(programme: &Programme, account: &str) -> i128 {
    programme.balance(&format!("{account}/commission_available"), "CNY")
}

#[test]
fn p3_choosing_a_merchant_binds_its_guide_and_only_a_verified_phone_binds() {
    let mut programme = ring();
    let terms = r#""type":"set_terms","party":"a","terms":{"from":"2016-01-01","guide":"guide"}"#;
    programme.decided(MAY, "hq", terms);
    let chosen = r#""type":"bind_referrer","party":"li","merchant":"a","via":"merchant""#;
    assert_eq!(programme.rejected(MAY, "li", chosen), (Code::PhoneNotVerified, "phone".to_owned()));
    programme.decided(MAY, "li", &format!(r#"{chosen},"phone":"verified""#));
    // 3 % of 100.00 at the sister brand are the guide's.
    programme.decided(MAY, "b", &buy("p", 10_000, r#","member":"li""#));
    assert_eq!(pending(&programme, "guide"), 300);
}

#[test]
fn p6_fee_and_subsidy_of_a_sister_brands_voucher() {
    let mut programme = ring();
    bind(&mut programme, "li", "guide");
    let voucher = subsidy(&mut programme);
    programme.decided(MAY, "b", &buy("p", 100_000, &format!(r#","member":"li","vouchers":["{voucher}"]"#)));
    // Points on all of 1,000.00; 100.00 for the member, half from each funder; 30.00 for the guide from the seller.
    assert_eq!(programme.balance("li/spendable", "coin"), 1_000);
    assert_eq!((pending(&programme, "li"), pending(&programme, "guide")), (10_000, 3_000));
    let owed = ["a/settlement", "hq/settlement", "b/settlement"].map(|account| programme.balance(account, "CNY"));
    assert_eq!(owed, [-5_000, -5_000, -3_000]);
    // Half returned: 50.00 and 15.00 go back; then the rest, and only then is the voucher open again.
    programme.decided(MAY, "b", &half("p"));
    assert_eq!((pending(&programme, "li"), pending(&programme, "guide")), (5_000, 1_500));
    let again = buy("q", 100_000, &format!(r#","member":"li","vouchers":["{voucher}"]"#));
    assert_eq!(programme.rejected(MAY, "b", &again), (Code::VoucherUsed, "vouchers[0]".to_owned()));
    programme.decided(MAY, "b", &half("p"));
    assert_eq!((pending(&programme, "li"), pending(&programme, "guide")), (0, 0));
    programme.decided(MAY, "b", &again);
}

/// A stock of cash subsidies of 100.00, and one of it that `li` has claimed.
fn subsidy(programme: &mut Programme) -> String {
    let terms = r#"{"issuer":"hq","benefit":{"type":"subsidy","amount":10000},"funders":{"a":1,"hq":1},"stacking":"free",
        "validity":{"type":"after_claim","days":60},"referral_fee":{"amount":{"type":"fixed","amount":3000}}}"#;
    programme.decided(MAY, "hq", &format!(r#""type":"create_voucher_stock","stock":"s","terms":{terms}"#));
    programme.decided(MAY, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    let claimed = programme.decided(MAY, "li", r#""type":"claim_voucher","stock":"s","member":"li""#);
    format!("{}.1", claimed.command)
}

#[test]
fn a_command_matures_an_account_once_so_what_it_puts_in_is_not_due_before_the_next() {
    // Points of 10 May expire on the 15th and become spendable in August; the purchase is booked in June.
    let rules = RULES.replace("[earn.groups]", "[expiry.short]\ntype = \"days\"\ndays = 5\n\n[earn.groups]");
    let slow = "id = \"base\"\nexpiry = \"short\"\nspendable = { type = \"after_days\", days = 90 }";
    let mut programme = ring_by(&rules.replace("id = \"base\"", slow));
    let voucher = subsidy(&mut programme);
    let late = format!(r#","member":"li","vouchers":["{voucher}"],"booked":"{JUNE}""#);
    programme.decided(MAY, "b", &buy("p", 100_000, &late));
    // The subsidy goes into the account after the points did, and leaves them alone.
    assert_eq!((programme.balance("li/pending", "coin"), available(&programme, "li")), (1_000, 10_000));
    programme.decided(JUNE, "hq", r#""type":"sweep","account":"li""#);
    assert_eq!((programme.balance("li/pending", "coin"), programme.balance("hq/expired", "coin")), (0, 1_000));
}

#[test]
fn z6_a_clerk_is_paid_from_the_day_of_its_own_entry_fee() {
    let sale = "sale = { type = \"rate\", rate = \"0.02\" }";
    let mut programme = ring_by(&RULES.replace(sale, &format!("{sale}\nentry_fee = \"required\"")));
    let sold = |purchase: &str| buy(purchase, 10_000, r#","clerk":"clerk""#);
    programme.decided(MAY, "b", &sold("before"));
    programme.decided(MAY, "hq", r#""type":"record_entry_fee","party":"clerk","amount":20000"#);
    // A sale of the day before is not paid although it is told later; one of the day itself is: 2 % of 100.00.
    let late = format!(r#","clerk":"clerk","booked":"{MAY}""#);
    programme.decided("2016-05-09T15:59:59Z", "b", &buy("eve", 10_000, &late));
    assert_eq!(pending(&programme, "clerk"), 0);
    programme.decided("2016-05-09T16:00:00Z", "b", &buy("day", 10_000, &late));
    assert_eq!(pending(&programme, "clerk"), 200);
}

#[test]
fn p7_both_balances_are_withdrawn() {
    let mut programme = ring();
    bind(&mut programme, "li", "guide");
    let voucher = subsidy(&mut programme);
    programme.decided(MAY, "b", &buy("p", 100_000, &format!(r#","member":"li","vouchers":["{voucher}"]"#)));
    // 100.00 for the customer, half from each funder; 30.00 for the guide from the seller.
    for (party, amount) in [("li", 10_000), ("guide", 3_000)] {
        let ask = format!(r#""type":"request_withdrawal","party":"{party}","amount":{amount}"#);
        // Not before the goods can no longer be returned.
        assert_eq!(programme.rejected(MAY, party, &ask), (Code::InsufficientMoney, "amount".to_owned()));
        let refused = programme.decided(JUNE, party, &ask).command;
        assert_eq!((pending(&programme, party), available(&programme, party)), (0, 0));
        let set =
            |withdrawal, state| format!(r#""type":"set_withdrawal","withdrawal":"{withdrawal}.1","state":"{state}""#);
        programme.decided(JUNE, "hq", &set(refused, "refused"));
        assert_eq!(available(&programme, party), amount);
        let paid = programme.decided(JUNE, party, &ask).command;
        for state in ["approved", "paid"] {
            programme.decided(JUNE, "hq", &set(paid, state));
        }
        assert_eq!((available(&programme, party), programme.balance(&format!("{party}/held"), "CNY")), (0, 0));
    }
    assert_eq!(programme.balance("hq/outside", "CNY"), 13_000);
    // The seller owes the operator the fee, the sister brand its half of the subsidy; the other half is the operator's own.
    let settlement = programme.settle("2016-05-01", "2016-07-01");
    let payments: Vec<_> =
        settlement.payments.iter().map(|payment| (payment.from.as_str(), payment.amount.get())).collect();
    assert_eq!(payments, [("a", 5_000), ("b", 3_000)]);
}

#[test]
fn o2_referral_part_and_sale_part() {
    // (channel, clerk) → what the third party and the clerk get of 100.00: 3 % for bringing, 2 % for closing.
    for (channel, clerk, third, closed) in
        [("web", false, 500, 0), ("till", true, 300, 200), ("till", false, 300, 0), ("web", true, 300, 200)]
    {
        let mut programme = ring();
        let clerk = if clerk { r#","clerk":"clerk""# } else { "" };
        let more = format!(r#","member":"mo","referrer":"agent","channel":"{channel}"{clerk}"#);
        programme.decided(MAY, "b", &buy("p", 10_000, &more));
        assert_eq!((pending(&programme, "agent"), pending(&programme, "clerk")), (third, closed), "{channel}{clerk}");
    }
}

#[test]
fn o3_a_sister_store_is_the_referrer() {
    let mut programme = ring();
    bind(&mut programme, "li", "a-1");
    programme.decided(MAY, "b", &buy("p", 10_000, r#","member":"li""#));
    assert_eq!(pending(&programme, "a-1"), 300);
    // At its own brand it brings nobody.
    let at_home = buy("q", 10_000, r#","member":"li""#).replace(r#""merchant":"b""#, r#""merchant":"a""#);
    programme.decided(MAY, "a", &at_home);
    assert_eq!(pending(&programme, "a-1"), 300);
}

#[test]
fn m4_members_refer_members_three_levels_deep() {
    let mut programme = ring();
    register(&mut programme, "yi", r#""type":"member","account":"yi""#);
    for (party, referrer) in [("li", "wu"), ("wu", "mo"), ("mo", "yi"), ("yi", "head")] {
        bind(&mut programme, party, referrer);
    }
    programme.decided(MAY, "b", &buy("p", 20_000, r#","member":"li""#));
    // 3 %, 1 %, 0.5 % of 200.00; the fourth above gets nothing.
    let paid = ["wu", "mo", "yi", "head"].map(|account| pending(&programme, account));
    assert_eq!(paid, [600, 200, 100, 0]);
}

#[test]
fn m5_an_employee_earns_on_what_it_sells() {
    let mut programme = ring();
    programme.decided(MAY, "b", &buy("p", 10_000, r#","clerk":"clerk""#));
    assert_eq!(pending(&programme, "clerk"), 200);
    let stranger = buy("q", 10_000, r#","clerk":"guide""#);
    assert_eq!(programme.rejected(MAY, "b", &stranger), (Code::WrongKind, "clerk".to_owned()));
}

#[test]
fn z6_who_brought_a_merchant_gets_a_share_of_its_top_ups() {
    let mut programme = ring();
    bind(&mut programme, "b", "head");
    let top_up = r#""type":"top_up_merchant","merchant":"b","amount":100000"#;
    programme.decided(MAY, "hq", top_up);
    assert_eq!(available(&programme, "head"), 0); // no entry fee paid
    programme.decided(MAY, "hq", r#""type":"record_entry_fee","party":"head","amount":50000"#);
    programme.decided(MAY, "hq", top_up);
    assert_eq!(available(&programme, "head"), 5_000); // 5 % of 1,000.00, and nothing for the fee itself
    assert_eq!(programme.balance("b/settlement", "CNY"), 200_000);
}

#[test]
fn c7_a_scan_earns_once_and_for_whoever_brought_the_scanner() {
    let mut programme = ring();
    bind(&mut programme, "clerk", "agent");
    let scan = r#""type":"record_scan","earner":"clerk","code":"4711","purpose":"sold""#;
    programme.decided(MAY, "clerk", scan);
    assert_eq!(programme.balance("clerk/spendable", "coin"), 10);
    assert_eq!(programme.balance("agent/spendable", "coin"), 2);
    assert_eq!(programme.rejected(MAY, "clerk", scan), (Code::AlreadyExists, "code".to_owned()));
}

/// Faults of the field (self-referral, cycles): over all sequences of four bindings among four parties the engine binds
/// exactly where nobody is bound twice, nobody is their own, and no cycle comes about.
#[test]
fn no_sequence_of_bindings_makes_a_cycle() {
    let mut programme = ring();
    let parties = ["agent", "head", "a", "clerk"];
    let mut decided = 0;
    binds(&mut programme, &parties, [None; 4], 4, &mut decided);
    // Rooted forests over n labelled nodes with k edges are C(n − 1, k) · n^k: 12, 48, 64; each comes up in every order of
    // its edges.
    assert_eq!(decided, 12 + 48 * 2 + 64 * 6);
}

fn binds(programme: &mut Programme, parties: &[&str; 4], up: [Option<usize>; 4], depth: usize, decided: &mut usize) {
    if depth == 0 {
        return;
    }
    for (low, party) in parties.iter().enumerate() {
        for (high, referrer) in parties.iter().enumerate() {
            let mut above = Some(high);
            let mut closes = low == high;
            while let Some(place) = above {
                closes |= place == low;
                above = up[place].filter(|_| !closes);
            }
            let before = programme.book.clone();
            let fields = format!(r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"upline""#);
            let command = programme.command(MAY, "hq", &fields);
            let outcome = programme.submit(&command);
            let expected = if low == high {
                Some(Code::SelfReferral)
            } else if up[low].is_some() {
                Some(Code::AlreadyBound)
            } else if closes {
                Some(Code::CyclicReferral)
            } else {
                None
            };
            match (outcome, expected) {
                (Outcome::Decided(_), None) => {
                    *decided += 1;
                    let mut next = up;
                    next[low] = Some(high);
                    binds(programme, parties, next, depth - 1, decided);
                }
                (Outcome::Rejected(rejected), Some(code)) => {
                    assert_eq!(rejected.code, code, "{up:?} {party} {referrer}")
                }
                (other, expected) => panic!("{up:?} {party} {referrer}: {other:?}, not {expected:?}"),
            }
            programme.book = before;
        }
    }
}

/// Largest remainder by hand: parts of `whole` over weights, ties to the earlier.
fn divide(whole: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    let mut parts: Vec<i128> = weights.iter().map(|weight| whole * weight / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| (-(whole * weights[*place] % sum), *place));
    let left = whole - parts.iter().sum::<i128>();
    for place in order.into_iter().take(usize::try_from(left).unwrap()) {
        parts[place] += 1;
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The whole is floored once and divided; returns of any parts never overdraw, and the last empties everything.
    #[test]
    fn parts_sum_to_the_whole_and_come_back_whole(
        gross in prop::collection::vec(0_i64..2_000_000, 1..5),
        chain in 0_usize..4,
        clerk in any::<bool>(),
        returns in prop::collection::vec((0_usize..5, 1_i64..2_000_000), 0..6),
    ) {
        let mut programme = ring();
        // Referrers by id: agent, head, mo — so that ties go by id as the chain does not.
        let above = ["mo", "head", "agent"];
        let mut party = "li";
        for referrer in above.iter().take(chain) {
            bind(&mut programme, party, referrer);
            party = referrer;
        }
        let lines: Vec<String> = gross.iter().enumerate()
            .map(|(n, gross)| format!(r#"{{"n":{n},"product":"p","quantity":1,"gross":{gross}}}"#))
            .collect();
        let clerk_field = if clerk { r#","clerk":"clerk""# } else { "" };
        let fields = format!(
            r#""type":"record_purchase","purchase":"p","merchant":"b","member":"li","lines":[{}]{clerk_field}"#,
            lines.join(",")
        );
        programme.decided(MAY, "b", &fields);
        // In thousandths of the sum: 30, 10, 5 for the chain, 20 for the clerk; by party id.
        let mut parts: Vec<(&str, i128)> = above.iter().copied().zip([30, 10, 5]).take(chain).collect();
        parts.extend(clerk.then_some(("clerk", 20)));
        parts.sort_unstable();
        let total: i128 = gross.iter().map(|gross| i128::from(*gross)).sum();
        let weights: Vec<i128> = parts.iter().map(|(_, rate)| *rate).collect();
        let whole = total * weights.iter().sum::<i128>() / 1_000;
        let expected = if whole > 0 { divide(whole, &weights) } else { vec![0; parts.len()] };
        for ((account, _), expected) in parts.iter().zip(&expected) {
            prop_assert_eq!(pending(&programme, account), *expected, "{}", account);
        }
        for (line, amount) in returns {
            let fields = format!(
                r#""type":"refund_purchase","purchase":"p","returned":[{{"type":"line_amount","line":{line},"amount":{amount}}}]"#
            );
            let command = programme.command(MAY, "b", &fields);
            let _ = programme.submit(&command); // more than remains is refused
            for (account, _) in &parts {
                prop_assert!(pending(&programme, account) >= 0);
            }
        }
        let command = programme.command(MAY, "b", r#""type":"refund_purchase","purchase":"p","returned":[{"type":"whole"}]"#);
        let _ = programme.submit(&command); // nothing may remain already
        for (account, _) in &parts {
            prop_assert_eq!(pending(&programme, account), 0);
        }
        prop_assert_eq!(programme.balance("b/settlement", "CNY"), 0);
    }
}
