use super::*;

#[test]
fn the_largest_pay_the_largest_and_ties_go_by_id() {
    let payables = by_party(&[("a", -500), ("b", -500), ("c", 400), ("d", 300), ("e", 300), ("f", 0)]);
    // a 500 → c 400; then b 500 → d 300; b 200 → e 300; a 100 → e 100.
    assert_eq!(shown(&net(&payables).unwrap()), ["a>c 400", "b>d 300", "b>e 200", "a>e 100"]);
    assert_eq!(net(&BTreeMap::new()), Ok(vec![]));
    assert_eq!(net(&by_party(&[("a", -1), ("b", 2)])), Err(NotZeroSum));
}

#[test]
fn n_parties_need_at_most_n_less_one_payments_in_whatever_order_they_are_named() {
    for seed in 1..200 {
        let mut numbers = Numbers(seed);
        let mut rows: Vec<(Id, i64)> = (0..=numbers.below(12))
            .map(|n| (id(&format!("p{n:02}")), numbers.units().saturating_sub(50_000)))
            .collect();
        let total: i64 = rows.iter().map(|(_, value)| value).sum();
        rows.push((id("p99"), total.saturating_neg()));
        let payables: BTreeMap<Id, Amount> =
            rows.iter().map(|(party, value)| (party.clone(), amount(*value))).collect();
        let payments = net(&payables).unwrap();
        let unsettled = payables.values().filter(|value| !value.is_zero()).count();
        assert!(payments.len() <= unsettled.saturating_sub(1), "{payments:?}");
        // Every position is met exactly.
        let mut left = payables.clone();
        for payment in &payments {
            assert!(payment.amount.is_positive());
            *left.get_mut(&payment.from).unwrap() = left[&payment.from].plus(payment.amount).unwrap();
            *left.get_mut(&payment.to).unwrap() = left[&payment.to].minus(payment.amount).unwrap();
        }
        assert!(left.values().all(Amount::is_zero));
        rows.reverse();
        let half = rows.len() / 2;
        rows.rotate_left(half);
        let permuted = rows.into_iter().map(|(party, value)| (party, amount(value))).collect();
        assert_eq!(net(&permuted), Ok(payments));
    }
}
