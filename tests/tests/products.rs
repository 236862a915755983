//! How many products a voucher's scope may name: too many for a vector.

use coalition::nouns::{Code, MAX_SCOPE_PRODUCTS};
use coalition_tests::programme::Programme;

const BASE: &str = include_str!("../rulebooks/base.toml");
const AT: &str = "2016-05-10T02:00:00Z";

fn create(products: usize) -> String {
    let products: Vec<String> = (0..products).map(|n| format!("\"p{n}\"")).collect();
    format!(
        r#""type":"create_voucher_stock","stock":"s","terms":{{"issuer":"hq","benefit":{{"type":"fixed","amount":1}},
        "funders":{{"hq":1}},"scope":{{"products":[{}]}},"validity":{{"type":"after_claim","days":1}},
        "stacking":"free"}}"#,
        products.join(",")
    )
}

#[test]
fn a_scope_names_twenty_thousand_products_and_not_one_more() {
    assert_eq!(MAX_SCOPE_PRODUCTS, 20_000);
    let mut programme = Programme::new(BASE);
    programme.decided(AT, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    let refused = programme.rejected(AT, "hq", &create(20_001));
    assert_eq!(refused, (Code::LimitExceeded, "terms.scope.products".to_owned()));
    programme.decided(AT, "hq", &create(20_000));
}
