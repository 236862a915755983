//! O1: the multi-dimensional table, each row with its arithmetic: base × product × occasion × tier, floored once.
//! O4: the cap on sharing counts points.

use coalition_tests::programme::Programme;

const RULEBOOK: &str = include_str!("../rulebooks/dimensions.toml");

/// Category, product, day, birthday, gold, points.
type Row = (&'static str, &'static str, &'static str, bool, bool, i128);

/// A purchase of 123.45. Shoes earn 2, books 1 for 10.00; `star` doubles in May; a birthday adds 1 and a holiday 0.5 to the
/// occasion; gold is 1.2.
#[rustfmt::skip]
const TABLE: [Row; 64] = [
    ("shoes", "star", "05-02", false, false, 49), // 24.69 x 2 x 1 x 1 = 49.38
    ("shoes", "star", "05-02", false, true, 59), // 24.69 x 2 x 1 x 1.2 = 59.256
    ("shoes", "star", "05-01", false, false, 74), // 24.69 x 2 x 1.5 x 1 = 74.07
    ("shoes", "star", "05-01", false, true, 88), // 24.69 x 2 x 1.5 x 1.2 = 88.884
    ("shoes", "star", "05-02", true, false, 98), // 24.69 x 2 x 2 x 1 = 98.76
    ("shoes", "star", "05-02", true, true, 118), // 24.69 x 2 x 2 x 1.2 = 118.512
    ("shoes", "star", "05-01", true, false, 123), // 24.69 x 2 x 2.5 x 1 = 123.45
    ("shoes", "star", "05-01", true, true, 148), // 24.69 x 2 x 2.5 x 1.2 = 148.14
    ("shoes", "star", "06-02", false, false, 24), // 24.69 x 1 x 1 x 1 = 24.69
    ("shoes", "star", "06-02", false, true, 29), // 24.69 x 1 x 1 x 1.2 = 29.628
    ("shoes", "star", "06-01", false, false, 37), // 24.69 x 1 x 1.5 x 1 = 37.035
    ("shoes", "star", "06-01", false, true, 44), // 24.69 x 1 x 1.5 x 1.2 = 44.442
    ("shoes", "star", "06-02", true, false, 49), // 24.69 x 1 x 2 x 1 = 49.38
    ("shoes", "star", "06-02", true, true, 59), // 24.69 x 1 x 2 x 1.2 = 59.256
    ("shoes", "star", "06-01", true, false, 61), // 24.69 x 1 x 2.5 x 1 = 61.725
    ("shoes", "star", "06-01", true, true, 74), // 24.69 x 1 x 2.5 x 1.2 = 74.07
    ("shoes", "plain", "05-02", false, false, 24), // 24.69 x 1 x 1 x 1 = 24.69
    ("shoes", "plain", "05-02", false, true, 29), // 24.69 x 1 x 1 x 1.2 = 29.628
    ("shoes", "plain", "05-01", false, false, 37), // 24.69 x 1 x 1.5 x 1 = 37.035
    ("shoes", "plain", "05-01", false, true, 44), // 24.69 x 1 x 1.5 x 1.2 = 44.442
    ("shoes", "plain", "05-02", true, false, 49), // 24.69 x 1 x 2 x 1 = 49.38
    ("shoes", "plain", "05-02", true, true, 59), // 24.69 x 1 x 2 x 1.2 = 59.256
    ("shoes", "plain", "05-01", true, false, 61), // 24.69 x 1 x 2.5 x 1 = 61.725
    ("shoes", "plain", "05-01", true, true, 74), // 24.69 x 1 x 2.5 x 1.2 = 74.07
    ("shoes", "plain", "06-02", false, false, 24), // 24.69 x 1 x 1 x 1 = 24.69
    ("shoes", "plain", "06-02", false, true, 29), // 24.69 x 1 x 1 x 1.2 = 29.628
    ("shoes", "plain", "06-01", false, false, 37), // 24.69 x 1 x 1.5 x 1 = 37.035
    ("shoes", "plain", "06-01", false, true, 44), // 24.69 x 1 x 1.5 x 1.2 = 44.442
    ("shoes", "plain", "06-02", true, false, 49), // 24.69 x 1 x 2 x 1 = 49.38
    ("shoes", "plain", "06-02", true, true, 59), // 24.69 x 1 x 2 x 1.2 = 59.256
    ("shoes", "plain", "06-01", true, false, 61), // 24.69 x 1 x 2.5 x 1 = 61.725
    ("shoes", "plain", "06-01", true, true, 74), // 24.69 x 1 x 2.5 x 1.2 = 74.07
    ("books", "star", "05-02", false, false, 24), // 12.345 x 2 x 1 x 1 = 24.69
    ("books", "star", "05-02", false, true, 29), // 12.345 x 2 x 1 x 1.2 = 29.628
    ("books", "star", "05-01", false, false, 37), // 12.345 x 2 x 1.5 x 1 = 37.035
    ("books", "star", "05-01", false, true, 44), // 12.345 x 2 x 1.5 x 1.2 = 44.442
    ("books", "star", "05-02", true, false, 49), // 12.345 x 2 x 2 x 1 = 49.38
    ("books", "star", "05-02", true, true, 59), // 12.345 x 2 x 2 x 1.2 = 59.256
    ("books", "star", "05-01", true, false, 61), // 12.345 x 2 x 2.5 x 1 = 61.725
    ("books", "star", "05-01", true, true, 74), // 12.345 x 2 x 2.5 x 1.2 = 74.07
    ("books", "star", "06-02", false, false, 12), // 12.345 x 1 x 1 x 1 = 12.345
    ("books", "star", "06-02", false, true, 14), // 12.345 x 1 x 1 x 1.2 = 14.814
    ("books", "star", "06-01", false, false, 18), // 12.345 x 1 x 1.5 x 1 = 18.5175
    ("books", "star", "06-01", false, true, 22), // 12.345 x 1 x 1.5 x 1.2 = 22.221
    ("books", "star", "06-02", true, false, 24), // 12.345 x 1 x 2 x 1 = 24.69
    ("books", "star", "06-02", true, true, 29), // 12.345 x 1 x 2 x 1.2 = 29.628
    ("books", "star", "06-01", true, false, 30), // 12.345 x 1 x 2.5 x 1 = 30.8625
    ("books", "star", "06-01", true, true, 37), // 12.345 x 1 x 2.5 x 1.2 = 37.035
    ("books", "plain", "05-02", false, false, 12), // 12.345 x 1 x 1 x 1 = 12.345
    ("books", "plain", "05-02", false, true, 14), // 12.345 x 1 x 1 x 1.2 = 14.814
    ("books", "plain", "05-01", false, false, 18), // 12.345 x 1 x 1.5 x 1 = 18.5175
    ("books", "plain", "05-01", false, true, 22), // 12.345 x 1 x 1.5 x 1.2 = 22.221
    ("books", "plain", "05-02", true, false, 24), // 12.345 x 1 x 2 x 1 = 24.69
    ("books", "plain", "05-02", true, true, 29), // 12.345 x 1 x 2 x 1.2 = 29.628
    ("books", "plain", "05-01", true, false, 30), // 12.345 x 1 x 2.5 x 1 = 30.8625
    ("books", "plain", "05-01", true, true, 37), // 12.345 x 1 x 2.5 x 1.2 = 37.035
    ("books", "plain", "06-02", false, false, 12), // 12.345 x 1 x 1 x 1 = 12.345
    ("books", "plain", "06-02", false, true, 14), // 12.345 x 1 x 1 x 1.2 = 14.814
    ("books", "plain", "06-01", false, false, 18), // 12.345 x 1 x 1.5 x 1 = 18.5175
    ("books", "plain", "06-01", false, true, 22), // 12.345 x 1 x 1.5 x 1.2 = 22.221
    ("books", "plain", "06-02", true, false, 24), // 12.345 x 1 x 2 x 1 = 24.69
    ("books", "plain", "06-02", true, true, 29), // 12.345 x 1 x 2 x 1.2 = 29.628
    ("books", "plain", "06-01", true, false, 30), // 12.345 x 1 x 2.5 x 1 = 30.8625
    ("books", "plain", "06-01", true, true, 37), // 12.345 x 1 x 2.5 x 1.2 = 37.035
];

fn programme() -> Programme {
    let mut programme = Programme::new(RULEBOOK);
    let start = "2024-01-01T00:00:00Z";
    programme.decided(start, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    programme.decided(start, "hq", r#""type":"register_party","party":"shop","record":{"type":"merchant"}"#);
    programme.decided(start, "hq", r#""type":"mint_points","asset":"points","points":100000"#);
    programme
}

#[test]
fn o1_dimensions_multiply() {
    for (row, (category, product, day, birthday, gold, points)) in TABLE.iter().enumerate() {
        let mut programme = programme();
        let born = if *birthday { *day } else { "12-31" };
        let tier = if *gold { r#","tier":"gold""# } else { "" };
        let member = format!(
            r#""type":"register_party","party":"m","record":{{"type":"member","account":"m","birthday":"{born}"{tier}}}"#
        );
        programme.decided("2024-01-01T00:00:00Z", "hq", &member);
        let purchase = format!(
            r#""type":"record_purchase","purchase":"p","merchant":"shop","member":"m","lines":[{{"n":1,"product":"{product}","category":"{category}","quantity":1,"gross":12345}}]"#
        );
        programme.decided(&format!("2024-{day}T12:00:00Z"), "shop", &purchase);
        assert_eq!(programme.balance("m/spendable", "points"), *points, "row {row}");
    }
}

#[test]
fn o4_the_cap_counts_points_not_shares() {
    let mut programme = programme();
    let member = r#""type":"register_party","party":"m","record":{"type":"member","account":"m"}"#;
    programme.decided("2024-01-01T00:00:00Z", "hq", member);
    let share = |count: i64| format!(r#""type":"record_activity","member":"m","activity":"share","count":{count}"#);
    // 30 points a share, 100 a day: 2 shares are 60, the next 2 would be 60 more and are cut to 40, then nothing.
    let day = "2024-05-02T08:00:00Z";
    for (count, balance) in [(2, 60), (2, 100), (1, 100)] {
        programme.decided(day, "m", &share(count));
        assert_eq!(programme.balance("m/spendable", "points"), balance);
    }
    // The last millisecond of the day is capped; the next day counts anew.
    programme.decided("2024-05-02T23:59:59.999Z", "m", &share(1));
    assert_eq!(programme.balance("m/spendable", "points"), 100);
    programme.decided("2024-05-03T00:00:00Z", "m", &share(5));
    assert_eq!(programme.balance("m/spendable", "points"), 200);
}
