//! Packs of vouchers and presenting: the source documents' cases, each test named by its code.

use coalition::nouns::{Code, Event, Presented};
use coalition::verbs::Decided;
use coalition_tests::programme::Programme;

const RULES: &str = include_str!("../rulebooks/commission.toml");
/// Noon of 10 May 2016 in the programme's zone.
const NOON: &str = "2016-05-10T04:00:00Z";

fn register(programme: &mut Programme, party: &str, record: &str) {
    programme.decided(NOON, "hq", &format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#));
}

/// A voucher for one merchant, good for ten days from its claim, with a cash subsidy and a fee of 30.00 for the guide.
fn stock(programme: &mut Programme, issuer: &str, id: &str, merchant: &str, subsidy: i64) {
    let terms = format!(
        r#"{{"issuer":"{issuer}","benefit":{{"type":"subsidy","amount":{subsidy}}},"funders":{{"{merchant}":1}},"stacking":"free",
        "scope":{{"merchants":["{merchant}"]}},"validity":{{"type":"after_claim","days":10}},
        "referral_fee":{{"amount":{{"type":"fixed","amount":3000}},"payer":"{merchant}"}}}}"#
    );
    let created = format!(r#""type":"create_voucher_stock","stock":"{id}","terms":{terms}"#);
    programme.decided(NOON, issuer, &created);
    programme.decided(NOON, issuer, &format!(r#""type":"set_voucher_stock","stock":"{id}","state":"active""#));
}

fn pack(programme: &mut Programme, owner: &str, stocks: &str) {
    programme.decided(NOON, owner, &format!(r#""type":"set_pack","owner":"{owner}","stocks":[{stocks}]"#));
}

/// Merchants `a` and `b` in the alliance `ring`, `c` in `hill`, `d` in none; each with a guide; packs of both alliances and
/// of the platform; three members.
fn town() -> Programme {
    let packs = "[referral]\npacks = { presented_days = 20, order_hours = 48, most = 15 }\n";
    let mut programme = Programme::new(&RULES.replace("[referral]\n", packs));
    register(&mut programme, "hq", r#""type":"operator""#);
    for alliance in ["ring", "hill"] {
        register(&mut programme, alliance, r#""type":"alliance""#);
    }
    for (merchant, alliances) in [("a", "\"ring\""), ("b", "\"ring\""), ("c", "\"hill\""), ("d", "")] {
        register(&mut programme, merchant, &format!(r#""type":"merchant","alliances":[{alliances}]"#));
        register(&mut programme, &format!("{merchant}-guide"), &format!(r#""type":"staff","merchant":"{merchant}""#));
    }
    for member in ["li", "wu", "mo"] {
        register(&mut programme, member, &format!(r#""type":"member","account":"{member}""#));
    }
    programme.decided(NOON, "hq", r#""type":"mint_points","asset":"coin","points":1000000"#);
    stock(&mut programme, "ring", "ring-a", "a", 5_000);
    stock(&mut programme, "ring", "ring-b", "b", 10_000);
    stock(&mut programme, "hill", "hill-c", "c", 8_000);
    stock(&mut programme, "hq", "own-d", "d", 2_000);
    pack(&mut programme, "ring", r#""ring-a","ring-b""#);
    pack(&mut programme, "hill", r#""hill-c""#);
    pack(&mut programme, "hq", r#""own-d""#);
    programme
}

fn issue(programme: &mut Programme, member: &str, guide: &str, via: &str) -> (String, Vec<String>) {
    let fields = format!(r#""type":"issue_pack","member":"{member}","guide":"{guide}","via":"{via}""#);
    let decided = programme.decided(NOON, guide, &fields);
    match decided.events.last() {
        Some(Event::PackIssued { owner, vouchers, short, .. }) => {
            assert!(short.is_empty(), "{short:?}");
            (owner.to_string(), vouchers.iter().map(ToString::to_string).collect())
        }
        other => panic!("{other:?}"),
    }
}

fn bind(programme: &mut Programme, member: &str, guide: &str) {
    let fields =
        format!(r#""type":"bind_referrer","party":"{member}","referrer":"{guide}","via":"scan","phone":"verified""#);
    programme.decided(NOON, member, &fields);
}

/// What presenting the code of `a`'s guide for the voucher of `b` comes to, and how many vouchers it issued.
fn present(programme: &mut Programme, at: &str, member: &str) -> (Presented, usize, Decided) {
    let fields = format!(r#""type":"present_voucher","member":"{member}","guide":"a-guide","merchant":"b""#);
    let decided = programme.decided(at, member, &fields);
    match decided.events.last() {
        Some(Event::VoucherPresented { result, issued, .. }) => (*result, issued.len(), decided),
        other => panic!("{other:?}"),
    }
}

/// The voucher that is set aside, the day until which it is good, the moment until which the order stands.
fn order(decided: &Decided) -> (String, String, String) {
    match decided.events.last() {
        Some(Event::VoucherPresented {
            voucher: Some(voucher),
            until: Some(until),
            order_until: Some(order_until),
            ..
        }) => (voucher.to_string(), until.to_string(), order_until.to_string()),
        other => panic!("{other:?}"),
    }
}

/// A purchase of 1,000.00 that redeems a voucher.
fn spend(programme: &mut Programme, at: &str, (member, merchant): (&str, &str), purchase: &str, voucher: &str) {
    let fields = format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}","member":"{member}","vouchers":["{voucher}"],
        "lines":[{{"n":1,"product":"p","quantity":1,"gross":100000}}]"#
    );
    programme.decided(at, merchant, &fields);
}

#[test]
fn p1_merchants_found_an_alliance_join_it_and_leave_it() {
    let mut programme = town();
    let found = r#""type":"register_party","party":"quay","record":{"type":"alliance"}"#;
    let joins = r#""type":"join_alliance","merchant":"c","alliance":"quay""#;
    assert_eq!(programme.rejected(NOON, "c", joins), (Code::UnknownParty, "alliance".to_owned()));
    programme.decided(NOON, "c", found);
    programme.decided(NOON, "c", joins);
    assert_eq!(programme.rejected(NOON, "c", joins), (Code::AlreadyExists, "alliance".to_owned()));
    programme.decided(NOON, "c", r#""type":"leave_alliance","merchant":"c","alliance":"quay""#);
    programme.decided(NOON, "c", joins);
    // One of them does not take another in.
    let takes = r#""type":"join_alliance","merchant":"a","alliance":"quay""#;
    assert_eq!(programme.rejected(NOON, "c", takes), (Code::NotAllowed, "actor".to_owned()));
}

#[test]
fn p1_an_alliance_sets_the_subsidies_of_its_merchants_while_they_are_in_it() {
    let mut programme = town();
    let of_c = r#""type":"create_voucher_stock","stock":"x","terms":{"issuer":"ring","benefit":{"type":"subsidy","amount":1},
        "funders":{"c":1},"stacking":"free","validity":{"type":"after_claim","days":10}}"#;
    // `c` is not in it, joins, and leaves again: what it funds meanwhile is the alliance's to say.
    assert_eq!(programme.rejected(NOON, "ring", of_c), (Code::NotAllowed, "terms.funders".to_owned()));
    programme.decided(NOON, "c", r#""type":"join_alliance","merchant":"c","alliance":"ring""#);
    programme.decided(NOON, "ring", of_c);
    programme.decided(NOON, "c", r#""type":"leave_alliance","merchant":"c","alliance":"ring""#);
    let again = of_c.replace("\"x\"", "\"y\"");
    assert_eq!(programme.rejected(NOON, "ring", &again), (Code::NotAllowed, "terms.funders".to_owned()));
    // The subsidy of each merchant's voucher is its own: 50.00 of `a`, 100.00 of `b`, paid by them.
    let (_, vouchers) = issue(&mut programme, "li", "a-guide", "scan");
    spend(&mut programme, NOON, ("li", "a"), "at-a", &vouchers[0]);
    spend(&mut programme, NOON, ("li", "b"), "at-b", &vouchers[1]);
    assert_eq!(programme.balance("li/commission_pending", "CNY"), 5_000 + 10_000);
}

#[test]
fn p2_every_way_to_a_guides_code_gives_its_pack() {
    let both = ["ring-a", "ring-b"];
    for via in ["scan", "invitation_code", "application", "pushed"] {
        let mut programme = town();
        let (owner, vouchers) = issue(&mut programme, "li", "a-guide", via);
        assert_eq!((owner.as_str(), vouchers.len()), ("ring", both.len()), "{via}");
        // Asking again gives nothing: both are good.
        let (_, again) = issue(&mut programme, "li", "a-guide", via);
        assert_eq!(again.len(), 0, "{via}");
    }
    // A page that the guide shared: the platform's for somebody new (P4).
    let mut programme = town();
    let (owner, vouchers) = issue(&mut programme, "li", "a-guide", "shared_page");
    assert_eq!((owner.as_str(), vouchers.len()), ("hq", 1));
    // Neither another member nor another merchant's guide asks for it.
    let fields = r#""type":"issue_pack","member":"li","guide":"a-guide","via":"scan""#;
    for actor in ["wu", "c-guide", "b"] {
        assert_eq!(programme.rejected(NOON, actor, fields), (Code::NotAllowed, "actor".to_owned()), "{actor}");
    }
}

#[test]
fn p4_which_pack_is_issued_follows_from_the_merchant_and_from_what_was_used() {
    let mut programme = town();
    // Of a merchant in no alliance the platform's; of one in an alliance that alliance's.
    assert_eq!(issue(&mut programme, "wu", "d-guide", "scan").0, "hq");
    assert_eq!(issue(&mut programme, "wu", "c-guide", "scan").0, "hill");
    // A shared page of `a`'s guide: nothing so far, the platform's; something, `a`'s alliance's.
    assert_eq!(issue(&mut programme, "li", "a-guide", "shared_page").0, "hq");
    let (owner, of_ring) = issue(&mut programme, "li", "a-guide", "shared_page");
    assert_eq!((owner.as_str(), of_ring.len()), ("ring", 2));
    // One used of each of two alliances: as often and as late, so the first by id; another of `ring`: the one used most.
    let (_, of_hill) = issue(&mut programme, "li", "c-guide", "scan");
    spend(&mut programme, NOON, ("li", "a"), "one", &of_ring[0]);
    spend(&mut programme, NOON, ("li", "c"), "two", &of_hill[0]);
    assert_eq!(issue(&mut programme, "li", "d-guide", "shared_page").0, "hill");
    spend(&mut programme, NOON, ("li", "b"), "three", &of_ring[1]);
    assert_eq!(issue(&mut programme, "li", "d-guide", "shared_page").0, "ring");
    // Returned whole, it was not used: one each again.
    let whole = r#""type":"refund_purchase","purchase":"three","returned":[{"type":"whole"}]"#;
    programme.decided(NOON, "b", whole);
    assert_eq!(issue(&mut programme, "li", "d-guide", "shared_page").0, "hill");
}

/// An alliance of so many merchants, a voucher of each, and a member who had one of another pack before.
fn crowd(merchants: usize) -> Programme {
    let mut programme = town();
    let names: Vec<String> = (0..merchants).map(|n| format!("m{n:02}")).collect();
    register(&mut programme, "crowd", r#""type":"alliance""#);
    for name in &names {
        register(&mut programme, name, r#""type":"merchant","alliances":["crowd"]"#);
        stock(&mut programme, "crowd", &format!("of-{name}"), name, 1_000);
    }
    let stocks: Vec<String> = names.iter().map(|name| format!("\"of-{name}\"")).collect();
    pack(&mut programme, "crowd", &stocks.join(","));
    register(&mut programme, "host", r#""type":"staff","merchant":"m00""#);
    assert_eq!(issue(&mut programme, "mo", "d-guide", "scan").1.len(), 1);
    programme
}

#[test]
fn p4_a_shared_page_gives_fifteen_at_most_and_one_of_each_brand() {
    for (merchants, given) in [(14, 14), (15, 15), (16, 15)] {
        let mut programme = crowd(merchants);
        let (owner, vouchers) = issue(&mut programme, "mo", "host", "shared_page");
        assert_eq!((owner.as_str(), vouchers.len()), ("crowd", given), "{merchants}");
    }
    // What is left comes with the next page: the sixteenth.
    let mut programme = crowd(16);
    issue(&mut programme, "mo", "host", "shared_page");
    assert_eq!(issue(&mut programme, "mo", "host", "shared_page").1.len(), 1);
}

#[test]
fn p5_presenting_a_code_comes_to_what_the_source_says() {
    let mut programme = town();
    let (later, last) = ("2016-05-13T04:00:00Z", "2016-06-20T04:00:00Z");
    // Not bound: nothing changes but that the command is known, and the books are guarded.
    let (result, issued, decided) = present(&mut programme, NOON, "li");
    assert_eq!((result, issued, decided.changes.len()), (Presented::NotBound, 0, 2));
    bind(&mut programme, "li", "a-guide");
    // Bound, no voucher of the alliance: issued. Then unused: ordered, once, until two days are over; then anew.
    assert_eq!(present(&mut programme, NOON, "li").0, Presented::Issued);
    let (result, issued, decided) = present(&mut programme, NOON, "li");
    assert_eq!((result, issued), (Presented::Ordered, 0));
    // Good until 20 May by its stock, until 30 May by the order of the 10th.
    let (voucher, until, order_until) = order(&decided);
    assert_eq!((until.as_str(), order_until.as_str()), ("2016-05-30", "2016-05-12T04:00:00Z"));
    assert_eq!(present(&mut programme, NOON, "li").0, Presented::OrderedBefore);
    assert_eq!(present(&mut programme, later, "li").0, Presented::Ordered);
    // Used: refused with that reason. The guide has 30.00, the member 100.00, both pending.
    spend(&mut programme, later, ("li", "b"), "p", &voucher);
    let (result, issued, _) = present(&mut programme, later, "li");
    assert_eq!((result, issued), (Presented::Used, 0));
    let pending = |account: &str| programme.balance(&format!("{account}/commission_pending"), "CNY");
    assert_eq!((pending("a-guide"), pending("li")), (3_000, 10_000));
    // Out of date: issued anew.
    bind(&mut programme, "wu", "a-guide");
    assert_eq!(present(&mut programme, NOON, "wu").0, Presented::Issued);
    let (result, issued, _) = present(&mut programme, last, "wu");
    assert_eq!((result, issued), (Presented::Expired, 2));
}
