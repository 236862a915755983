//! The story of the bundled alliance: what happens, as commands, and the figures that must come of it.

/// Something that happens.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// When.
    pub at: &'static str,
    /// Who asks for it.
    pub actor: &'static str,
    /// The command without its envelope.
    pub body: &'static str,
}

/// Steps that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// What it is about.
    pub title: &'static str,
    /// What to look for.
    pub words: &'static str,
    /// What happens, in order.
    pub steps: &'static [Step],
    /// Balances afterwards: account, asset, amount (money for points in 1/10,000 of a fen).
    pub then: &'static [(&'static str, &'static str, i128)],
}

const fn step(at: &'static str, actor: &'static str, body: &'static str) -> Step {
    Step { at, actor, body }
}

/// Everything before the books of May are closed.
pub const MAY: &[Chapter] = &[
    Chapter {
        title: "The parties",
        words: "Mill is attached to headquarters, Inn and Market belong to the branch north. Mill pays 3 % of its \
                members' turnover, 4 % from June on; each store has its own ratio.",
        steps: &[
            step("2016-05-03T01:00:00Z", "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#),
            step(
                "2016-05-03T01:00:00Z",
                "hq",
                r#""type":"register_party","party":"north","record":{"type":"branch","terms":[{"from":"2016-05-01",
                "point_price":{"star":9500},"fees":[{"type":"fixed","amount":1000}]}]}"#,
            ),
            step(
                "2016-05-03T01:00:00Z",
                "hq",
                r#""type":"register_party","party":"mill","record":{"type":"merchant","terms":[
                {"from":"2016-05-01","earn":{"star":{"points":2,"per":500}},"accepts":["star"],
                "point_price":{"star":10000},"fees":[{"type":"sales","rate":"0.03"}]},
                {"from":"2016-06-01","earn":{"star":{"points":2,"per":500}},"accepts":["star"],
                "point_price":{"star":10000},"fees":[{"type":"sales","rate":"0.04"}]}]}"#,
            ),
            step(
                "2016-05-03T01:00:00Z",
                "hq",
                r#""type":"register_party","party":"inn","record":{"type":"merchant","branch":"north","terms":[
                {"from":"2016-05-01","earn":{"star":{"points":1,"per":200}},"point_price":{"star":10000}}]}"#,
            ),
            step(
                "2016-05-03T01:00:00Z",
                "hq",
                r#""type":"register_party","party":"market","record":{"type":"merchant","branch":"north","terms":[
                {"from":"2016-05-01","accepts":["star"],"point_price":{"star":10000}}]}"#,
            ),
            step(
                "2016-05-03T02:00:00Z",
                "mill",
                r#""type":"register_party","party":"ann","record":{"type":"member","account":"ann",
                "enrolled_by":"mill","tier":"basic","birthday":"05-20"}"#,
            ),
            step(
                "2016-05-03T02:00:00Z",
                "inn",
                r#""type":"register_party","party":"bob","record":{"type":"member","account":"bob",
                "enrolled_by":"inn","tier":"basic"}"#,
            ),
        ],
        then: &[],
    },
    Chapter {
        title: "Stars go down the chain",
        words: "Nobody but headquarters makes stars. Mill buys them there for 10.00 a thousand; north buys for 9.50 and \
                sells to Inn for 10.00.",
        steps: &[
            step("2016-05-03T03:00:00Z", "hq", r#""type":"mint_points","asset":"star","points":100000"#),
            step(
                "2016-05-03T03:00:00Z",
                "hq",
                r#""type":"sell_points","seller":"hq","buyer":"mill","asset":"star","points":50000"#,
            ),
            step(
                "2016-05-03T03:00:00Z",
                "hq",
                r#""type":"sell_points","seller":"hq","buyer":"north","asset":"star","points":10000"#,
            ),
            step(
                "2016-05-03T04:00:00Z",
                "north",
                r#""type":"sell_points","seller":"north","buyer":"inn","asset":"star","points":5000"#,
            ),
        ],
        then: &[("mill/float", "star", 50_000), ("north/stock", "star", 5_000), ("inn/float", "star", 5_000)],
    },
    Chapter {
        title: "Each store its own ratio",
        words: "Ann spends 500.00 at Mill and earns 200; she spends 200.00 at Inn and earns 100; she has 300.",
        steps: &[
            step(
                "2016-05-10T02:00:00Z",
                "mill",
                r#""type":"record_purchase","purchase":"r1","merchant":"mill","member":"ann","lines":[
                {"n":1,"product":"rice","category":"food","quantity":10,"gross":50000}]"#,
            ),
            step(
                "2016-05-10T03:00:00Z",
                "inn",
                r#""type":"record_purchase","purchase":"r2","merchant":"inn","member":"ann","lines":[
                {"n":1,"product":"supper","category":"food","quantity":1,"gross":20000}]"#,
            ),
        ],
        then: &[("ann/spendable", "star", 300)],
    },
    Chapter {
        title: "A thousand stars: 10.00 in, 8.00 out, 2.00 kept",
        words: "Bob earns 1,000 stars, which cost Mill 10.00. He spends them at Market, which gets 8.00 from \
                headquarters; 2.00 stay there.",
        steps: &[
            step(
                "2016-05-11T02:00:00Z",
                "mill",
                r#""type":"record_purchase","purchase":"r3","merchant":"mill","member":"bob","lines":[
                {"n":1,"product":"table","quantity":1,"gross":250000}]"#,
            ),
            step(
                "2016-05-11T05:00:00Z",
                "bob",
                r#""type":"redeem_points","member":"bob","merchant":"market","asset":"star","points":1000"#,
            ),
        ],
        then: &[
            ("bob/spendable", "star", 0),
            ("market/settlement", "CNY.fine", 8_000_000),
            ("hq/margin", "CNY.fine", 2_000_000),
        ],
    },
    Chapter {
        title: "Points in several dimensions",
        words: "Mill gives 40 stars for 100.00. The recommended tea earns double between 14:00 and 17:00 (80), clothes \
                half as much again (60), tea in the evening nothing extra (40), and on her birthday Ann earns double (80).",
        steps: &[
            step(
                "2016-05-12T07:00:00Z",
                "mill",
                r#""type":"record_purchase","purchase":"r4","merchant":"mill","member":"ann","lines":[
                {"n":1,"product":"jasmine-tea","category":"tea","quantity":1,"gross":10000},
                {"n":2,"product":"coat","category":"clothes","quantity":1,"gross":10000}]"#,
            ),
            step(
                "2016-05-12T10:00:00Z",
                "mill",
                r#""type":"record_purchase","purchase":"r5","merchant":"mill","member":"ann","lines":[
                {"n":1,"product":"jasmine-tea","category":"tea","quantity":1,"gross":10000}]"#,
            ),
            step(
                "2016-05-20T02:00:00Z",
                "mill",
                r#""type":"record_purchase","purchase":"r6","merchant":"mill","member":"ann","lines":[
                {"n":1,"product":"rice","category":"food","quantity":2,"gross":10000}]"#,
            ),
        ],
        then: &[("ann/spendable", "star", 300 + 80 + 60 + 40 + 80)],
    },
    Chapter {
        title: "Sharing earns, capped by stars a day",
        words: "Five stars a time: 5, then 5, then three at once would be 15, but the day's 15 leave only 5.",
        steps: &[
            step(
                "2016-05-21T01:00:00Z",
                "ann",
                r#""type":"record_activity","member":"ann","activity":"share","count":1"#,
            ),
            step(
                "2016-05-21T02:00:00Z",
                "ann",
                r#""type":"record_activity","member":"ann","activity":"share","count":1"#,
            ),
            step(
                "2016-05-21T03:00:00Z",
                "ann",
                r#""type":"record_activity","member":"ann","activity":"share","count":3"#,
            ),
        ],
        then: &[("ann/spendable", "star", 575)],
    },
    Chapter {
        title: "Stars pay part of a purchase, and a hold",
        words: "At Market 300 stars pay 2.40 of 20.00. Then 200 stars are set aside there; 150 are taken, 50 come back.",
        steps: &[
            step(
                "2016-05-22T02:00:00Z",
                "market",
                r#""type":"record_purchase","purchase":"r7","merchant":"market","member":"ann","lines":[
                {"n":1,"product":"fish","category":"food","quantity":1,"gross":2000}],
                "tender":{"type":"points","asset":"star","points":300}"#,
            ),
            step(
                "2016-05-22T03:00:00Z",
                "ann",
                r#""type":"hold_points","member":"ann","merchant":"market","asset":"star","points":200,
                "until":"2016-05-29T03:00:00Z""#,
            ),
            step(
                "2016-05-23T03:00:00Z",
                "market",
                r#""type":"capture_hold","member":"ann","hold":"$previous.1","points":150"#,
            ),
        ],
        then: &[("ann/spendable", "star", 125), ("ann/held", "star", 0), ("market/redeemed", "star", 1_450)],
    },
    Chapter {
        title: "A large sale",
        words: "With it the turnover of Mill's members in May is 100,000.00.",
        steps: &[step(
            "2016-05-25T02:00:00Z",
            "mill",
            r#""type":"record_purchase","purchase":"r8","merchant":"mill","member":"bob","lines":[
            {"n":1,"product":"boat","quantity":1,"gross":9660000}]"#,
        )],
        then: &[("bob/spendable", "star", 38_640), ("mill/sales", "CNY", 10_000_000)],
    },
];

/// June, after the books of May are closed.
pub const JUNE: &[Chapter] = &[
    Chapter {
        title: "A return in June of a sale in May",
        words: "1,000.00 of the large sale come back, and with them 400 stars. The fee is 4 % by now; what is taken back \
                is the 3 % of the day of the sale.",
        steps: &[step(
            "2016-06-05T02:00:00Z",
            "mill",
            r#""type":"refund_purchase","purchase":"r8","returned":[{"type":"line_amount","line":1,"amount":100000}]"#,
        )],
        then: &[("bob/spendable", "star", 38_240)],
    },
    Chapter {
        title: "A holiday inside a campaign",
        words: "On the Dragon Boat Festival 40 stars become 60 everyday stars, paid by Mill. The campaign doubles them: \
                60 campaign stars, paid by headquarters, good for five weeks.",
        steps: &[step(
            "2016-06-09T02:00:00Z",
            "mill",
            r#""type":"record_purchase","purchase":"r9","merchant":"mill","member":"ann","lines":[
            {"n":1,"product":"rice","category":"food","quantity":2,"gross":10000}]"#,
        )],
        then: &[("ann/spendable", "star", 245)],
    },
];

/// July, after the books of June are closed.
pub const JULY: &[Chapter] = &[
    Chapter {
        title: "Campaign stars lapse",
        words: "Five weeks are over: the 60 stars of the campaign expire; everyday stars stay.",
        steps: &[step("2016-07-15T02:00:00Z", "hq", r#""type":"sweep","account":"ann""#)],
        then: &[("ann/spendable", "star", 185), ("hq/expired", "star", 60)],
    },
    Chapter {
        title: "A voucher that two others pay for",
        words: "20.00 off 80.00 at Market, half of it from headquarters, half from Mill: Market's turnover is the whole \
                80.00, and the two owe it 10.00 each. The goods come back, and the voucher with them.",
        steps: &[
            step(
                "2016-07-16T01:00:00Z",
                "hq",
                r#""type":"create_voucher_stock","stock":"fish-20","terms":{"issuer":"hq",
                "benefit":{"type":"fixed","amount":2000},"funders":{"hq":1,"mill":1},
                "scope":{"merchants":["market"]},"min_spend":5000,"validity":{"type":"after_claim","days":30},
                "stacking":"free","per_member":1}"#,
            ),
            step("2016-07-16T01:00:00Z", "hq", r#""type":"set_voucher_stock","stock":"fish-20","state":"active""#),
            step("2016-07-16T02:00:00Z", "bob", r#""type":"claim_voucher","stock":"fish-20","member":"bob""#),
            step(
                "2016-07-16T03:00:00Z",
                "market",
                r#""type":"record_purchase","purchase":"r10","merchant":"market","member":"bob","lines":[
                {"n":1,"product":"fish","category":"food","quantity":1,"gross":8000}],"vouchers":["$previous.1"]"#,
            ),
            step(
                "2016-07-17T03:00:00Z",
                "market",
                r#""type":"refund_purchase","purchase":"r10","returned":[{"type":"whole"}]"#,
            ),
        ],
        then: &[("hq/discount", "CNY", 0), ("mill/discount", "CNY", 0), ("market/sales", "CNY", 2_000)],
    },
    Chapter {
        title: "A guide's pack",
        words: "Market and Inn form an alliance, which sets a cash subsidy of 10.00 for Market's voucher and 5.00 for Inn's. \
                Gao of Inn is Bob's guide and gives him the pack.",
        steps: &[
            step(
                "2016-07-18T01:00:00Z",
                "hq",
                r#""type":"register_party","party":"old-street","record":{"type":"alliance"}"#,
            ),
            step(
                "2016-07-18T01:00:00Z",
                "market",
                r#""type":"join_alliance","merchant":"market","alliance":"old-street""#,
            ),
            step("2016-07-18T01:00:00Z", "inn", r#""type":"join_alliance","merchant":"inn","alliance":"old-street""#),
            step(
                "2016-07-18T01:00:00Z",
                "inn",
                r#""type":"register_party","party":"gao","record":{"type":"staff","merchant":"inn"}"#,
            ),
            step(
                "2016-07-18T01:00:00Z",
                "market",
                r#""type":"register_party","party":"lin","record":{"type":"staff","merchant":"market"}"#,
            ),
            step(
                "2016-07-18T02:00:00Z",
                "old-street",
                r#""type":"create_voucher_stock","stock":"street-market","terms":{"issuer":"old-street",
                "benefit":{"type":"subsidy","amount":1000},"funders":{"market":1},"scope":{"merchants":["market"]},
                "validity":{"type":"after_claim","days":30},"stacking":"free",
                "referral_fee":{"amount":{"type":"fixed","amount":300}}}"#,
            ),
            step(
                "2016-07-18T02:00:00Z",
                "old-street",
                r#""type":"set_voucher_stock","stock":"street-market","state":"active""#,
            ),
            step(
                "2016-07-18T02:00:00Z",
                "old-street",
                r#""type":"create_voucher_stock","stock":"street-inn","terms":{"issuer":"old-street",
                "benefit":{"type":"subsidy","amount":500},"funders":{"inn":1},"scope":{"merchants":["inn"]},
                "validity":{"type":"after_claim","days":30},"stacking":"free"}"#,
            ),
            step(
                "2016-07-18T02:00:00Z",
                "old-street",
                r#""type":"set_voucher_stock","stock":"street-inn","state":"active""#,
            ),
            step(
                "2016-07-18T02:00:00Z",
                "old-street",
                r#""type":"set_pack","owner":"old-street","stocks":["street-market","street-inn"]"#,
            ),
            step(
                "2016-07-18T03:00:00Z",
                "gao",
                r#""type":"bind_referrer","party":"bob","referrer":"gao","via":"scan","phone":"verified""#,
            ),
        ],
        then: &[],
    },
    Chapter {
        title: "Presented, ordered, bought",
        words: "Bob presents Gao's code at Market: his voucher is set aside and good for longer. He pays the whole 100.00, has \
                10.00 back from Market, and Gao 3.00; both wait until the goods can no longer be returned.",
        steps: &[
            step("2016-07-18T04:00:00Z", "gao", r#""type":"issue_pack","member":"bob","guide":"gao","via":"scan""#),
            step(
                "2016-07-19T02:00:00Z",
                "bob",
                r#""type":"present_voucher","member":"bob","guide":"gao","merchant":"market""#,
            ),
            step(
                "2016-07-19T03:00:00Z",
                "market",
                r#""type":"record_purchase","purchase":"r11","merchant":"market","member":"bob","lines":[
                {"n":1,"product":"fish","category":"food","quantity":1,"gross":10000}],"vouchers":["$earlier.1"]"#,
            ),
        ],
        then: &[
            ("market/sales", "CNY", 12_000),
            ("bob/commission_pending", "CNY", 1_000),
            ("gao/commission_pending", "CNY", 300),
        ],
    },
    Chapter {
        title: "Who brings and who sells",
        words: "Bob buys for 200.00 more. Gao, who brought him, has 2 %, Lin, who closes the sale at Market, 1 %.",
        steps: &[step(
            "2016-07-20T03:00:00Z",
            "market",
            r#""type":"record_purchase","purchase":"r12","merchant":"market","member":"bob","clerk":"lin","lines":[
            {"n":1,"product":"fish","category":"food","quantity":2,"gross":20000}]"#,
        )],
        then: &[("gao/commission_pending", "CNY", 700), ("lin/commission_pending", "CNY", 200)],
    },
];
