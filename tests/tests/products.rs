//! How many products a voucher's scope may name: too many for a vector.

use coalition::nouns::{Code, MAX_SCOPE_PRODUCTS};
use coalition_tests::programme::Programme;

const RULES: &str = r#"{"edition":1,"programme":"mall","effective_from":"2024-01-01","operator":"hq","currency":"CNY",
    "assets":{"CNY":{"type":"money","code":"CNY","scale":2}},"zone":{"type":"fixed","offset_minutes":480},
    "refunds":{"days":30,"spent_points":"debt","unspent_points":"return"}}"#;
const AT: &str = "2024-05-01T10:00:00Z";

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
    let mut programme = Programme::new(RULES);
    programme.decided(AT, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    let refused = programme.rejected(AT, "hq", &create(20_001));
    assert_eq!(refused, (Code::LimitExceeded, "terms.scope.products".to_owned()));
    programme.decided(AT, "hq", &create(20_000));
}
