//! Tokens at tills without the book: what each bad one is refused for, and who loses what when several tills accept one
//! voucher.

use coalition::book::Record;
use coalition::nouns::{Code, Event, Key};
use coalition::token::{KeyRing, Nonce, PublicKey, Purpose, Token, TokenError, public_key, sign, verify_offline};
use coalition::values::{Id, Instant, ItemId};
use coalition_tests::interleave::permute;
use coalition_tests::programme::Programme;
use proptest::prelude::*;

const BASE: &str = include_str!("../rulebooks/base.toml");
const AT: &str = "2016-05-10T02:00:00Z";
const OPERATOR: [u8; 32] = [7; 32];

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

fn moment(text: &str) -> Instant {
    text.parse().expect("a moment")
}

fn token(voucher: &str, audience: &str) -> Token {
    Token {
        key: id("k1"),
        purpose: Purpose::Redeem,
        voucher: id(voucher),
        holder: id("m"),
        audience: id(audience),
        nonce: Nonce([1; 16]),
        not_before: moment("2016-05-10T01:59:00Z"),
        expires: moment("2016-05-10T02:05:00Z"),
    }
}

fn ring() -> KeyRing {
    let key =
        PublicKey { id: id("k1"), bytes: public_key(&OPERATOR), from: moment("2016-01-01T00:00:00Z"), until: None };
    KeyRing::new(&[key]).expect("a ring")
}

/// As a till of the merchant asks at ten, without the book.
fn shown(text: &str, audience: &str) -> Result<Token, TokenError> {
    let answer = verify_offline(text, &ring(), &id(audience), Purpose::Redeem, moment(AT));
    answer.map(coalition::token::AuthenticOnly::into_token)
}

/// `a` and `b`, each with tills `t1` and `t2` and a limit; a stock of vouchers of 30.00 that `hq` and `a` fund, 2 and 1.
fn programme(limit: i64) -> Programme {
    let mut programme = Programme::of_one_merchant(BASE, AT);
    programme.decided(AT, "hq", r#""type":"register_party","party":"b","record":{"type":"merchant"}"#);
    for (merchant, till) in [("a", "t1"), ("a", "t2"), ("b", "t1")] {
        let fields = format!(r#""type":"set_till","merchant":"{merchant}","till":"{till}","limit":{limit}"#);
        programme.decided(AT, "hq", &fields);
    }
    let terms = r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"fixed","amount":3000},"funders":{"hq":2,"a":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#;
    programme.decided(AT, "hq", terms);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    programme
}

fn claimed(programme: &mut Programme) -> ItemId {
    let decided = programme.decided(AT, "m", r#""type":"claim_voucher","stock":"s","member":"m""#);
    ItemId { command: decided.command, n: 1 }
}

/// A purchase of so much with a voucher, accepted offline by a till or not.
fn purchase(purchase: &str, merchant: &str, till: Option<&str>, voucher: ItemId, gross: i64) -> String {
    let till = till.map_or_else(String::new, |till| format!(r#""offline_till":"{till}","#));
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}","member":"m",{till}"vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":{gross}}}]"#
    )
}

#[test]
fn a_forged_token_is_refused() {
    let own = sign(&token("v-1", "a"), &OPERATOR).expect("a window");
    // Signed by somebody else under the operator's key id; the operator's signature under another voucher's payload.
    let other_key = sign(&token("v-1", "a"), &[8; 32]).expect("a window");
    assert_eq!(shown(&other_key, "a"), Err(TokenError::BadSignature));
    let other_voucher = sign(&token("v-2", "a"), &OPERATOR).expect("a window");
    let spliced = format!("{}{}", &other_voucher[..other_voucher.len() - 103], &own[own.len() - 103..]);
    assert_eq!(shown(&spliced, "a"), Err(TokenError::BadSignature));
    let mut unknown = token("v-1", "a");
    unknown.key = id("k2");
    assert_eq!(shown(&sign(&unknown, &OPERATOR).expect("a window"), "a"), Err(TokenError::UnknownKey));
    assert_eq!(shown(&own, "a"), Ok(token("v-1", "a")));
}

#[test]
fn a_truncated_token_is_refused_wherever_it_is_cut() {
    let own = sign(&token("v-1", "a"), &OPERATOR).expect("a window");
    for length in 0..own.len() {
        let cut = shown(&own[..length], "a").expect_err("cut");
        assert!(matches!(cut, TokenError::Malformed | TokenError::BadSignature), "{length}: {cut}");
    }
    assert_eq!(shown("", "a"), Err(TokenError::Malformed));
}

#[test]
fn a_token_for_another_audience_is_refused() {
    let own = sign(&token("v-1", "a"), &OPERATOR).expect("a window");
    assert_eq!(shown(&own, "b"), Err(TokenError::WrongAudience));
    assert_eq!(shown(&own, "A"), Err(TokenError::WrongAudience));
}

#[test]
fn a_replayed_token_is_authentic_and_redeems_once() {
    let mut programme = programme(3_000);
    let voucher = claimed(&mut programme);
    let own = sign(&token(&voucher.to_string(), "a"), &OPERATOR).expect("a window");
    // Two tills, the same photograph of a screen: offline nobody can tell.
    for _ in 0..2 {
        assert_eq!(shown(&own, "a").map(|token| token.voucher.to_string()), Ok(voucher.to_string()));
    }
    programme.decided(AT, "a", &purchase("p", "a", None, voucher, 10_000));
    // With the book the second one is refused; a till that was offline has the loss.
    let again = programme.rejected(AT, "a", &purchase("q", "a", None, voucher, 10_000));
    assert_eq!(again, (Code::VoucherUsed, "vouchers[0]".to_owned()));
    let lost = programme.decided(AT, "a", &purchase("q", "a", Some("t1"), voucher, 10_000));
    assert!(
        matches!(&lost.events[0], Event::VoucherLost { borne, value, .. } if borne.get() == 3_000 && value.get() == 3_000)
    );
}

#[test]
fn of_three_tills_the_first_that_is_booked_redeems_in_every_order() {
    let tills = [("p", "a", "t1"), ("q", "a", "t2"), ("r", "b", "t1")];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut programme = programme(2_500);
        let owed = ["a", "b", "hq"].map(|party| programme.balance(&format!("{party}/settlement"), "CNY"));
        let voucher = claimed(&mut programme);
        let mut lost = Vec::new();
        for place in order {
            let (receipt, merchant, till) = tills[place];
            let decided = programme.decided(AT, merchant, &purchase(receipt, merchant, Some(till), voucher, 10_000));
            lost.extend(decided.events.into_iter().filter_map(|event| match event {
                Event::VoucherLost { purchase, value, borne, .. } => {
                    Some((purchase.to_string(), value.get(), borne.get()))
                }
                _ => None,
            }));
        }
        // The others lose 30.00 each, of which hq bears 25.00: whatever the order, one redemption is paid for once.
        let losers: Vec<_> = order[1..].iter().map(|place| (tills[*place].0.to_owned(), 3_000, 2_500)).collect();
        assert_eq!(lost, losers, "{order:?}");
        let now = ["a", "b", "hq"].map(|party| programme.balance(&format!("{party}/settlement"), "CNY"));
        let moved: Vec<i128> = now.iter().zip(&owed).map(|(now, before)| now - before).collect();
        // Redeemed at `a`: hq's 20.00 of it. At `b`: 20.00 of hq's and 10.00 of `a`'s.
        let expected = if order[0] == 2 { [4_000, 3_000, -7_000] } else { [4_500, 2_500, -7_000] };
        assert_eq!(moved, expected, "{order:?}");
    }
}

/// A sale that a till made without the book.
struct Sale {
    /// The moment of the sale.
    at: &'static str,
    purchase: &'static str,
    merchant: &'static str,
    till: &'static str,
    /// Which of the vouchers.
    vouchers: &'static [usize],
    gross: i64,
}

/// In the evening a host has what all tills sold, in whatever order it came; it books by (`at`, purchase id). What it books
/// comes to: each loss and what the operator bears of it; what moved between `a`, `b` and `hq`; what the tills' limits have
/// borne; and what `a` and `b` sold.
type Evening = (Vec<(&'static str, i64, i64)>, [i128; 3], [i64; 3], [i128; 2]);

fn evening(programme: &Programme, vouchers: &[ItemId], arrived: &[&Sale]) -> Evening {
    let mut programme = programme.clone();
    let owed =
        |programme: &Programme| ["a", "b", "hq"].map(|party| programme.balance(&format!("{party}/settlement"), "CNY"));
    let before = owed(&programme);
    let mut sales = arrived.to_vec();
    sales.sort_by_key(|sale| (moment(sale.at), sale.purchase));
    let mut lost = Vec::new();
    for sale in sales {
        let named: Vec<String> = sale.vouchers.iter().map(|place| format!("\"{}\"", vouchers[*place])).collect();
        let fields = format!(
            r#""type":"record_purchase","booked":"2016-05-10T14:00:00Z","purchase":"{}","merchant":"{}","member":"m","offline_till":"{}","vouchers":[{}],"lines":[{{"n":1,"product":"x","quantity":1,"gross":{}}}]"#,
            sale.purchase,
            sale.merchant,
            sale.till,
            named.join(","),
            sale.gross
        );
        for event in programme.decided(sale.at, sale.merchant, &fields).events {
            if let Event::VoucherLost { value, borne, .. } = event {
                lost.push((sale.purchase, value.get(), borne.get()));
            }
        }
    }
    let borne = [("a", "t1"), ("a", "t2"), ("b", "t1")].map(|(merchant, till)| {
        let key = Key::Till { merchant: id(merchant), till: id(till) };
        let Some(Record::Till(till)) = programme.book.record(&key) else { panic!("{key}") };
        till.borne.get()
    });
    let after = owed(&programme);
    let moved = [after[0] - before[0], after[1] - before[1], after[2] - before[2]];
    let sold = ["a/sales", "b/sales"].map(|account| programme.balance(account, "CNY"));
    (lost, moved, borne, sold)
}

fn in_every_order_of_arrival(programme: &Programme, vouchers: &[ItemId], sales: &[Sale], expected: &Evening) {
    let mut orders = 0;
    permute(&mut (0..sales.len()).collect::<Vec<_>>(), 0, &mut |order| {
        let arrived: Vec<&Sale> = order.iter().map(|place| &sales[*place]).collect();
        assert_eq!(&evening(programme, vouchers, &arrived), expected, "{order:?}");
        orders += 1;
    });
    assert_eq!(orders, (1..=sales.len()).product::<usize>());
}

#[test]
fn a_host_that_sorts_by_the_moment_of_sale_has_the_same_losers_in_every_order_of_arrival() {
    let mut programme = programme(2_500);
    let voucher = claimed(&mut programme);
    // `p10` and `p9` were sold in the same millisecond: by bytes `p10` is first.
    let sale = |at, purchase, merchant, till, gross| Sale { at, purchase, merchant, till, vouchers: &[0], gross };
    let sales = [
        sale("2016-05-10T02:00:00.001Z", "z", "a", "t1", 10_000),
        sale("2016-05-10T02:00:00.002Z", "p10", "a", "t2", 2_000),
        sale("2016-05-10T02:00:00.002Z", "p9", "b", "t1", 10_000),
        sale("2016-05-10T03:00:00Z", "c", "a", "t1", 5_000),
    ];
    // `z` redeems: 20.00 are hq's and 10.00 `a`'s own. `p10` loses 20.00, all of it hq's; `p9` 30.00, of which 5.00 are
    // `b`'s; `c` 30.00, of which 5.00 are `a`'s.
    let lost = vec![("p10", 2_000, 2_000), ("p9", 3_000, 2_500), ("c", 3_000, 2_500)];
    let moved = [2_000 + 2_000 + 2_500, 2_500, -9_000];
    let sold = [(10_000 - 1_000) + 2_000 + (5_000 - 500), 10_000 - 500];
    in_every_order_of_arrival(&programme, &[voucher], &sales, &(lost, moved, [2_500, 2_000, 2_500], sold));
}

#[test]
fn where_a_limit_is_used_up_the_same_sale_bears_it_in_every_order_of_arrival() {
    let mut programme = programme(2_500);
    let vouchers = [claimed(&mut programme), claimed(&mut programme)];
    let sale = |at, purchase, merchant, vouchers| Sale { at, purchase, merchant, till: "t1", vouchers, gross: 10_000 };
    let sales = [
        sale("2016-05-10T02:10:00Z", "s", "a", &[0]),
        sale("2016-05-10T02:11:00Z", "r", "b", &[0, 1]),
        sale("2016-05-10T02:12:00Z", "q", "a", &[0]),
        sale("2016-05-10T02:13:00Z", "p", "a", &[1]),
    ];
    // `s` redeems the first voucher, `r` the second: it loses the first, 25.00 of it hq's and 5.00 `b`'s. `q` loses 30.00,
    // 25.00 of it hq's: the limit of `t1` is used up, and the 30.00 of `p` are all `a`'s.
    let lost = vec![("r", 3_000, 2_500), ("q", 3_000, 2_500), ("p", 3_000, 0)];
    // `a`: 20.00 of hq's for `s`, its own 10.00 at `b`, 25.00 for `q`. `b`: 25.00, and 20.00 and 10.00 for the second.
    let moved = [2_000 - 1_000 + 2_500, 2_500 + 2_000 + 1_000, -2_000 - 2_500 - 2_000 - 2_500];
    // What `a` bears where it sells is not turnover: 10.00 of `s`, 5.00 of `q`, 30.00 of `p`; of `b` the 5.00.
    let sold = [9_000 + 9_500 + 7_000, 9_500];
    in_every_order_of_arrival(&programme, &vouchers, &sales, &(lost, moved, [2_500, 0, 2_500], sold));
}

#[test]
fn what_was_redeemed_with_the_book_is_not_undone_by_sales_that_were_earlier() {
    let mut programme = programme(2_500);
    let voucher = claimed(&mut programme);
    let noon = "2016-05-10T04:00:00Z";
    programme.decided(noon, "b", &purchase("online", "b", None, voucher, 10_000));
    let sale = |at, purchase, merchant, till| Sale { at, purchase, merchant, till, vouchers: &[0], gross: 10_000 };
    let sales = [
        sale("2016-05-10T02:10:00Z", "s", "a", "t1"),
        sale("2016-05-10T02:10:00Z", "r", "a", "t2"),
        sale("2016-05-10T02:09:00Z", "q", "b", "t1"),
    ];
    let lost = vec![("q", 3_000, 2_500), ("r", 3_000, 2_500), ("s", 3_000, 2_500)];
    // 5.00 of each are the merchant's; `b` sold 100.00 with the book, where nothing of the voucher was its own.
    let (moved, sold) = ([5_000, 2_500, -7_500], [9_500 + 9_500, 10_000 + 9_500]);
    in_every_order_of_arrival(&programme, &[voucher], &sales, &(lost, moved, [2_500; 3], sold));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What the operator bears of a till's losses, and what the merchant does, is predicted loss by loss.
    #[test]
    fn the_operator_bears_up_to_the_limit(limit in 0..9_000_i64, sales in prop::collection::vec(1..4_000_i64, 1..6)) {
        let mut programme = programme(limit);
        let voucher = claimed(&mut programme);
        let void = format!(r#""type":"void_voucher","voucher":"{voucher}""#);
        programme.decided(AT, "hq", &void);
        let mut borne_before = 0;
        for (n, gross) in sales.into_iter().enumerate() {
            let decided = programme.decided(AT, "b", &purchase(&format!("p{n}"), "b", Some("t1"), voucher, gross));
            let loss = gross.min(3_000);
            let expected = loss.min(limit - borne_before);
            borne_before += expected;
            let Event::VoucherLost { value, borne, .. } = &decided.events[0] else { panic!("lost") };
            prop_assert_eq!((value.get(), borne.get()), (loss, expected));
            prop_assert_eq!(programme.balance("b/settlement", "CNY"), i128::from(borne_before));
        }
    }
}
