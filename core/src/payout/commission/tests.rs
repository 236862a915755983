//! What is divided, and what the payout ratio leaves of it.

use std::collections::BTreeMap;

use super::*;
use crate::commission::CommissionSection;
use crate::earn::CategoryTree;
use crate::organisation::NO_ALLIANCES;
use crate::values::Zone;
use crate::wire::{self, Mode, TreeLimits};

fn amount(units: i64) -> Amount {
    Amount::new(units).unwrap()
}

fn earner(party: &Id) -> Earner<'_> {
    Earner { party, account: party, roles: None, own_brand: false, paid_entry: false }
}

#[test]
fn a_fee_is_divided_by_shares_and_by_what_the_lines_in_scope_come_to() {
    let (guide, shop): (Id, Id) = ("guide".parse().unwrap(), "a".parse().unwrap());
    let shares = [(&earner(&guide), amount(2)), (&earner(&shop), amount(1))];
    let exact = Fraction::whole(3_000);
    let told = |lines: &[i64]| {
        let lines: Vec<Amount> = lines.iter().copied().map(amount).collect();
        let parts = fee_parts(&shares, &lines, exact).unwrap();
        let given = split(&parts, amount(3_000)).unwrap();
        let units = |lines: Vec<Amount>| lines.iter().map(|part| part.get()).collect::<Vec<_>>();
        let parties = parts.iter().map(|part| part.earner.party.to_string());
        parties.zip(given.into_iter().map(units)).collect::<Vec<_>>()
    };
    let row = |party: &str, lines: &[i64]| (party.to_owned(), lines.to_vec());
    // 30.00 by 2 : 1, over 60.00 and 40.00 in scope and a line that is not.
    assert_eq!(told(&[6_000, 0, 4_000]), [row("a", &[600, 0, 400]), row("guide", &[1_200, 0, 800])]);
    // What is in scope comes to nothing: the first line has all.
    assert_eq!(told(&[0, 0]), [row("a", &[1_000, 0]), row("guide", &[2_000, 0])]);
}

/// What each of three pots may pay of its whole: two that are bounded and one that is not.
fn allowed(limit: &str, ratio: Option<&str>, total: i64, wholes: [i64; 3]) -> [i64; 3] {
    let text = format!(r#"{{"plans":[]{limit}}}"#);
    let section: CommissionSection = wire::from_json(text.as_bytes(), TreeLimits::STORED, Mode::Stored).unwrap();
    let plans =
        CommissionPlans::compile(&section, &CategoryTree::default(), &BTreeMap::new(), Rounding::Floor).unwrap();
    let (shop, holidays) = ("b".parse::<Id>().unwrap(), BTreeMap::new());
    let (day, time) = Zone::Fixed { offset_minutes: 0 }.local("2024-05-01T10:00:00Z".parse().unwrap());
    let facts = Facts {
        merchant: Some(&shop),
        store: None,
        alliances: None,
        channel: None,
        day,
        time,
        member: None,
        total: Some(amount(total)),
        lines: Vec::new(),
        holidays: &holidays,
    };
    let nobody =
        Chain { start: None, alliances: &NO_ALLIANCES, day: "2024-05-01".parse().unwrap(), levels: 3, customer: None };
    let sale = Sale {
        merchant: &shop,
        store: None,
        lane: &shop,
        facts: &facts,
        customer: nobody,
        shop: nobody,
        clerk: None,
        payout_ratio: ratio.map(|ratio| ratio.parse().unwrap()),
        stocks: BTreeSet::new(),
        fees: Vec::new(),
    };
    let pots = wholes.iter().zip([true, true, false]).map(|(whole, bounded)| Pot {
        under: &shop,
        payer: shop.clone(),
        planned: None,
        wait: 0,
        parts: Vec::new(),
        factors: Vec::new(),
        exact: Fraction::whole((*whole).into()),
        whole: amount(*whole),
        bounded,
    });
    let allowed = within_ratio(&plans, &sale, &pots.collect::<Vec<_>>()).unwrap();
    <[Amount; 3]>::try_from(allowed).unwrap().map(Amount::get)
}

#[test]
fn a_purchase_pays_at_most_its_ratio_and_turnover_is_not_bounded() {
    let fixed = r#","payout":{"type":"fixed","ratio":"0.2"}"#;
    let input = r#","payout":{"type":"input","ratio":"0.2"}"#;
    // 30.00 and 5.00 on 100.00: 20.00 over 6 : 1 is 17.142 and 2.857.
    assert_eq!(allowed(fixed, None, 10_000, [3_000, 500, 900]), [1_714, 286, 900]);
    assert_eq!(allowed("", None, 10_000, [3_000, 500, 900]), [3_000, 500, 900]);
    // Up to the bound nothing is cut; one above it is.
    assert_eq!(allowed(fixed, None, 10_000, [1_500, 500, 900]), [1_500, 500, 900]);
    assert_eq!(allowed(fixed, None, 10_000, [1_500, 501, 900]), [1_499, 501, 900]);
    // The bound is rounded down: 20 % of 0.09 is 0.018.
    assert_eq!(allowed(fixed, None, 9, [1, 1, 1]), [1, 0, 1]);
    // What the purchase names stands for what is declared, where the rulebook says so.
    assert_eq!(allowed(input, Some("0.35"), 10_000, [3_000, 500, 0]), [3_000, 500, 0]);
    assert_eq!(allowed(input, Some("0"), 10_000, [3_000, 500, 7]), [0, 0, 7]);
    assert_eq!(allowed(input, None, 10_000, [2_000, 2_000, 0]), [1_000, 1_000, 0]);
}
