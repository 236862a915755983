//! Random sequences of commands, and the programme and the model that hear of each of them.

use coalition::command::Command;
use coalition::values::Day;
use coalition_tests::programme::Programme;
use proptest::prelude::*;

use super::model::{Answer, Basket, Mark, Model, STOCKS, Voucher};
use super::payouts::State;

const RULES: &str = include_str!("../../rulebooks/commission.toml");
pub const MERCHANTS: [&str; 2] = ["a", "b"];
pub const MEMBERS: [&str; 2] = ["li", "wu"];
const BOUND: [&str; 4] = ["li", "wu", "guide", "agent"];
pub const PERSONS: [&str; 5] = ["li", "wu", "guide", "agent", "clerk"];
const STATES: [(State, &str); 3] = [(State::Approved, "approved"), (State::Paid, "paid"), (State::Refused, "refused")];

/// One step of a sequence; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    Issue {
        stock: usize,
        count: i64,
    },
    Claim {
        stock: usize,
        member: usize,
    },
    ClaimIssued {
        voucher: usize,
        member: usize,
    },
    Reserve {
        voucher: usize,
        member: usize,
        merchant: usize,
        days: i64,
    },
    Release {
        voucher: usize,
    },
    Void {
        voucher: usize,
    },
    Reissue {
        voucher: usize,
    },
    HandOut {
        voucher: usize,
        merchant: usize,
    },
    Buy {
        member: usize,
        merchant: usize,
        gross: i64,
        units: i64,
        vouchers: Vec<usize>,
        clerk: bool,
        tight: bool,
        late: i64,
    },
    GiveBack {
        purchase: usize,
        units: i64,
    },
    Bind {
        party: usize,
        referrer: usize,
    },
    Ask {
        person: usize,
        part: i64,
    },
    Set {
        withdrawal: usize,
        state: usize,
    },
    Wait {
        days: i64,
    },
    Sweep {
        person: usize,
    },
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let vouchers = prop::collection::vec(0..40_usize, 0..3);
    // Days between the sale and its booking.
    let late = prop_oneof![4 => Just(0_i64), 1 => 1..12_i64];
    let gross = prop_oneof![2 => 500..6_000_i64, 1 => 1..30_000_i64, 2 => 10_000..900_000_i64];
    let step = prop_oneof![
        1 => (0..4_usize, 1..4_i64).prop_map(|(stock, count)| Step::Issue { stock, count }),
        5 => (0..4_usize, 0..2_usize).prop_map(|(stock, member)| Step::Claim { stock, member }),
        1 => (0..40_usize, 0..2_usize).prop_map(|(voucher, member)| Step::ClaimIssued { voucher, member }),
        2 => (0..40_usize, 0..8_usize, 0..2_usize, 1..6_i64)
            .prop_map(|(voucher, member, merchant, days)| Step::Reserve { voucher, member, merchant, days }),
        1 => (0..40_usize).prop_map(|voucher| Step::Release { voucher }),
        1 => (0..40_usize).prop_map(|voucher| Step::Void { voucher }),
        2 => (0..40_usize).prop_map(|voucher| Step::Reissue { voucher }),
        1 => (0..40_usize, 0..2_usize).prop_map(|(voucher, merchant)| Step::HandOut { voucher, merchant }),
        10 => (0..2_usize, 0..3_usize, gross, 1..4_i64, vouchers, any::<bool>(), any::<bool>(), late)
            .prop_map(|(member, merchant, gross, units, vouchers, clerk, tight, late)| {
                Step::Buy { member, merchant: merchant.min(1), gross, units, vouchers, clerk, tight, late }
            }),
        6 => (prop_oneof![3 => 0..4_usize, 1 => 0..40_usize], 0..4_i64)
            .prop_map(|(purchase, units)| Step::GiveBack { purchase, units }),
        3 => (0..4_usize, 0..4_usize).prop_map(|(party, referrer)| Step::Bind { party, referrer }),
        5 => (0..5_usize, 300..1_300_i64).prop_map(|(person, part)| Step::Ask { person, part }),
        4 => (0..9_usize, 0..3_usize).prop_map(|(withdrawal, state)| Step::Set { withdrawal, state }),
        6 => prop_oneof![5 => 1..8_i64, 1 => 20..33_i64].prop_map(|days| Step::Wait { days }),
        1 => (0..5_usize).prop_map(|person| Step::Sweep { person }),
    ];
    // Mostly somebody was brought before anything is sold: `li` by `guide` and that by `agent`, or `li` by `wu` by `guide`.
    let bound = prop_oneof![
        1 => Just(vec![]),
        2 => Just(vec![(0, 2), (2, 3)]),
        2 => Just(vec![(0, 1), (1, 2)]),
    ];
    (bound, prop::collection::vec(step, 10..60)).prop_map(|(bound, steps)| {
        let bound = bound.into_iter().map(|(party, referrer)| Step::Bind { party, referrer });
        bound.chain(steps).collect()
    })
}

fn first_day() -> Day {
    "2016-05-10".parse().unwrap()
}

pub fn date(day: i64) -> String {
    first_day().plus_days(i32::try_from(day).unwrap()).unwrap().to_string()
}

pub fn noon(day: i64) -> String {
    format!("{}T04:00:00Z", date(day))
}

fn usable(voucher: &Voucher) -> bool {
    voucher.owner.is_some() && voucher.mark == Mark::Open
}

pub struct Story {
    pub programme: Programme,
    pub model: Model,
}

impl Story {
    pub fn new() -> Self {
        let rules = RULES
            .replace("online = [\"web\"]", "payout = { type = \"input\", ratio = \"0.29\" }")
            .replacen("group = \"sales\"", "group = \"sales\"\navailable = { type = \"after_days\", days = 5 }", 1)
            .replace("count = 1", "count = 2")
            .replace("[withdrawal]", "[withdrawal]\nfee = { type = \"rate\", rate = \"0.006\" }");
        let mut programme = Programme::new(&rules);
        let at = noon(0);
        for (party, record) in [
            ("hq", r#""type":"operator""#),
            ("a", r#""type":"merchant""#),
            ("b", r#""type":"merchant""#),
            ("guide", r#""type":"staff","merchant":"a""#),
            ("clerk", r#""type":"staff","merchant":"b""#),
            ("agent", r#""type":"partner""#),
            ("li", r#""type":"member","account":"li""#),
            ("wu", r#""type":"member","account":"wu""#),
        ] {
            let fields = format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#);
            programme.decided(&at, "hq", &fields);
        }
        programme.decided(&at, "hq", r#""type":"mint_points","asset":"coin","points":1000000"#);
        for (stock, benefit) in STOCKS.iter().zip([
            r#""benefit":{"type":"fixed","amount":1000},"stacking":{"type":"group","group":"g"}"#,
            r#""benefit":{"type":"stored_value","amount":5000},"stacking":"free""#,
            r#""benefit":{"type":"subsidy","amount":2001},"stacking":"free","referral_fee":{"amount":{"type":"fixed","amount":300}}"#,
            r#""benefit":{"type":"gift","gift":"mug"},"stacking":"free","scope":{"merchants":["b"]}"#,
        ]) {
            let funders: Vec<String> =
                stock.funders.iter().map(|(funder, share)| format!(r#""{funder}":{share}"#)).collect();
            let limit = |name: &str, most: Option<i64>| most.map_or_else(String::new, |most| format!(r#","{name}":{most}"#));
            let (per_member, per_merchant) =
                (limit("per_member", stock.per_member), limit("per_merchant", stock.per_merchant));
            let fields = format!(
                r#""type":"create_voucher_stock","stock":"{}","terms":{{"issuer":"hq","validity":{{"type":"after_claim","days":20}},"funders":{{{}}},"total":{},"min_spend":{},{benefit}{per_member}{per_merchant}}}"#,
                stock.stock,
                funders.join(","),
                stock.total,
                stock.min_spend
            );
            programme.decided(&at, "hq", &fields);
            let active = format!(r#""type":"set_voucher_stock","stock":"{}","state":"active""#, stock.stock);
            programme.decided(&at, "hq", &active);
        }
        Self { programme, model: Model::default() }
    }

    /// One of the vouchers that a step is likely about; of all, for a high number or where there is none such.
    fn voucher(&self, number: usize, likely: impl Fn(&Voucher) -> bool) -> Option<(usize, String, &'static str)> {
        let all: Vec<usize> = (0..self.model.vouchers.len()).collect();
        let some: Vec<usize> = all.iter().copied().filter(|place| likely(&self.model.vouchers[*place])).collect();
        let from = if number < 32 && !some.is_empty() { some } else { all };
        let place = from[number.checked_rem(from.len())?];
        let voucher = &self.model.vouchers[place];
        Some((place, voucher.id.to_string(), voucher.owner.unwrap_or("li")))
    }

    /// The command of a step, and what the model makes of it.
    pub fn go(&mut self, step: &Step) -> Option<(Command, Answer)> {
        match step {
            Step::Wait { days } => {
                self.model.wait(*days);
                None
            }
            Step::Buy { .. } | Step::GiveBack { .. } => self.trade(step),
            Step::Bind { .. } | Step::Ask { .. } | Step::Set { .. } | Step::Sweep { .. } => self.person(step),
            _ => self.about_voucher(step),
        }
    }

    fn command(&mut self, fields: &str) -> Command {
        self.programme.command(&noon(self.model.today), "hq", fields)
    }

    fn about_voucher(&mut self, step: &Step) -> Option<(Command, Answer)> {
        let (command, answer);
        match step {
            Step::Issue { stock, count } => {
                let name = STOCKS[*stock].stock;
                command = self.command(&format!(r#""type":"issue_vouchers","stock":"{name}","count":{count}"#));
                answer = self.model.issue(command.id, *stock, *count);
            }
            Step::Claim { stock, member } => {
                let (name, member) = (STOCKS[*stock].stock, MEMBERS[*member]);
                command = self.command(&format!(r#""type":"claim_voucher","stock":"{name}","member":"{member}""#));
                answer = self.model.claim(command.id, *stock, member, None);
            }
            Step::ClaimIssued { voucher, member } => {
                let (place, id, _) = self.voucher(*voucher, |one| one.owner.is_none())?;
                let (stock, member) = (self.model.vouchers[place].stock, MEMBERS[*member]);
                let name = STOCKS[stock].stock;
                command = self.command(&format!(
                    r#""type":"claim_voucher","stock":"{name}","member":"{member}","voucher":"{id}""#
                ));
                answer = self.model.claim(command.id, stock, member, Some(place));
            }
            Step::Reserve { voucher, member, merchant, days } => {
                let (place, id, owner) = self.voucher(*voucher, usable)?;
                // Now and then it is somebody else who asks.
                let (member, merchant) = (MEMBERS.get(*member).copied().unwrap_or(owner), MERCHANTS[*merchant]);
                let until = noon(self.model.today + days);
                command = self.command(&format!(
                    r#""type":"reserve_voucher","voucher":"{id}","member":"{member}","merchant":"{merchant}","until":"{until}""#
                ));
                answer = self.model.reserve(place, member, merchant, *days);
            }
            Step::Release { voucher } => {
                let (place, id, owner) = self.voucher(*voucher, |one| one.aside.is_some())?;
                command = self.command(&format!(r#""type":"release_voucher","voucher":"{id}","member":"{owner}""#));
                answer = self.model.release(place, owner);
            }
            Step::Void { voucher } => {
                let (place, id, _) = self.voucher(*voucher, |_| true)?;
                command = self.command(&format!(r#""type":"void_voucher","voucher":"{id}""#));
                answer = self.model.void(place);
            }
            Step::Reissue { voucher } => {
                let (place, id, _) = self
                    .voucher(*voucher, |one| one.mark == Mark::Open && one.balance.is_some_and(|left| left < 5_000))?;
                command = self.command(&format!(r#""type":"reissue_voucher","voucher":"{id}""#));
                answer = self.model.reissue(command.id, place);
            }
            Step::HandOut { voucher, merchant } => {
                let (place, id, owner) = self.voucher(*voucher, |one| one.stock == 3 && usable(one))?;
                let merchant = MERCHANTS[*merchant];
                command = self.command(&format!(
                    r#""type":"redeem_voucher","voucher":"{id}","member":"{owner}","merchant":"{merchant}""#
                ));
                answer = self.model.hand_out(place, owner, merchant);
            }
            _ => return None,
        }
        Some((command, answer))
    }

    fn trade(&mut self, step: &Step) -> Option<(Command, Answer)> {
        match step {
            Step::Buy { member, merchant, gross, units, vouchers, clerk, tight, late } => {
                let known: Vec<_> = vouchers.iter().filter_map(|voucher| self.voucher(*voucher, usable)).collect();
                // Who holds the first one buys, so that most vouchers are the buyer's own.
                let member = known.first().map_or(MEMBERS[*member], |(_, _, owner)| owner);
                let merchant = MERCHANTS[*merchant];
                let (clerk, ratio) = (*clerk && merchant == "b", if *tight { 3 } else { 29 });
                let ids: Vec<String> = known.iter().map(|(_, id, _)| format!("\"{id}\"")).collect();
                let more = if clerk { r#","clerk":"clerk""# } else { "" };
                let bound = if *tight { r#","payout_ratio":"0.03""# } else { "" };
                let fields = format!(
                    r#""type":"record_purchase","purchase":"p{}","merchant":"{merchant}","member":"{member}","vouchers":[{}],"lines":[{{"n":1,"product":"x","quantity":{units},"gross":{gross}}}]{more}{bound}"#,
                    self.model.purchases.len(),
                    ids.join(",")
                );
                let vouchers = known.iter().map(|(place, ..)| *place).collect();
                let day = (self.model.today - late).max(0);
                let basket = Basket { day, member, merchant, gross: *gross, units: *units, vouchers, clerk, ratio };
                let booked = format!(r#","booked":"{}""#, noon(self.model.today));
                let command = self.programme.command(&noon(day), "hq", &(fields + &booked));
                Some((command, self.model.buy(&basket)))
            }
            Step::GiveBack { purchase, units } => {
                // Counted from the last one: a 0 is that.
                let all = self.model.purchases.len();
                let place = all - purchase.checked_rem(all)? - 1;
                let id = self.model.purchases[place].id.clone();
                let what = match units {
                    0 => r#"{"type":"whole"}"#.to_owned(),
                    units => format!(r#"{{"type":"quantity","line":1,"quantity":{units}}}"#),
                };
                let fields = format!(r#""type":"refund_purchase","purchase":"{id}","returned":[{what}]"#);
                Some((self.command(&fields), self.model.give_back(place, (*units > 0).then_some(*units))))
            }
            _ => None,
        }
    }

    fn person(&mut self, step: &Step) -> Option<(Command, Answer)> {
        match step {
            Step::Bind { party, referrer } => {
                let (party, referrer) = (BOUND[*party], BOUND[*referrer]);
                let fields = format!(
                    r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"scan","phone":"verified""#
                );
                Some((self.command(&fields), self.model.bind(party, referrer)))
            }
            Step::Ask { person, part } => {
                let has =
                    |person: &&&str| self.model.purses.get(**person).is_some_and(|purse| !purse.available.is_empty());
                let person = PERSONS[*person..].iter().find(has).copied().unwrap_or(PERSONS[*person]);
                // A part of what is there, in thousandths: up to a third more than that.
                let purse = self.model.purses.get(person).cloned().unwrap_or_default();
                let amount = purse.available.iter().map(|one| one.amount).sum::<i64>() * part / 1_000 + 1;
                let fields = format!(r#""type":"request_withdrawal","party":"{person}","amount":{amount}"#);
                let command = self.command(&fields);
                let month = date(self.model.today)[..7].to_owned();
                let answer = self.model.ask(command.id, person, amount, &month);
                Some((command, answer))
            }
            Step::Set { withdrawal, state } => {
                let place = withdrawal.checked_rem(self.model.withdrawals.len())?;
                let (state, word) = STATES[*state];
                let id = self.model.withdrawals[place].id;
                let fields = format!(r#""type":"set_withdrawal","withdrawal":"{id}","state":"{word}""#);
                Some((self.command(&fields), self.model.set(place, state)))
            }
            Step::Sweep { person } => {
                let fields = format!(r#""type":"sweep","account":"{}""#, PERSONS[*person]);
                Some((self.command(&fields), Ok(())))
            }
            _ => None,
        }
    }

    /// The book with every account as of today: the model knows no accounts that nobody has looked at.
    pub fn matured(&self) -> Programme {
        let mut programme = self.programme.clone();
        for person in PERSONS {
            programme.decided(&noon(self.model.today), "hq", &format!(r#""type":"sweep","account":"{person}""#));
        }
        programme
    }
}
