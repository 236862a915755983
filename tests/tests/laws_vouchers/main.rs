//! Laws of vouchers, referral, commission and withdrawal over random sequences of commands. A model written from the
//! rulebook (`model.rs`, `payouts.rs`, `purse.rs`) predicts of each command whether it is done or what refuses it, and
//! everything that the book then holds.

mod model;
mod payouts;
mod purse;

use std::collections::BTreeMap;

use coalition::Detail;
use coalition::book::{Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Event, Key, LotState, VoucherMark};
use coalition::values::Day;
use coalition::verbs::Outcome;
use coalition::wire::Hash;
use coalition_tests::programme::{Programme, slice_for};
use model::{Answer, Basket, Mark, Model, STOCKS, Voucher};
use payouts::State;
use proptest::prelude::*;

const RULES: &str = include_str!("../../rulebooks/commission.toml");
const MERCHANTS: [&str; 2] = ["a", "b"];
const MEMBERS: [&str; 2] = ["li", "wu"];
const BOUND: [&str; 4] = ["li", "wu", "guide", "agent"];
const PERSONS: [&str; 5] = ["li", "wu", "guide", "agent", "clerk"];
const STATES: [(State, &str); 3] = [(State::Approved, "approved"), (State::Paid, "paid"), (State::Refused, "refused")];

/// One step of a sequence; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Issue { stock: usize, count: i64 },
    Claim { stock: usize, member: usize },
    ClaimIssued { voucher: usize, member: usize },
    Reserve { voucher: usize, member: usize, merchant: usize, days: i64 },
    Release { voucher: usize },
    Void { voucher: usize },
    Reissue { voucher: usize },
    HandOut { voucher: usize, merchant: usize },
    Buy { member: usize, merchant: usize, gross: i64, units: i64, vouchers: Vec<usize>, clerk: bool, tight: bool },
    GiveBack { purchase: usize, units: i64 },
    Bind { party: usize, referrer: usize },
    Ask { person: usize, part: i64 },
    Set { withdrawal: usize, state: usize },
    Wait { days: i64 },
    Sweep { person: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let vouchers = prop::collection::vec(0..40_usize, 0..3);
    let step = prop_oneof![
        1 => (0..4_usize, 1..4_i64).prop_map(|(stock, count)| Step::Issue { stock, count }),
        5 => (0..4_usize, 0..2_usize).prop_map(|(stock, member)| Step::Claim { stock, member }),
        1 => (0..40_usize, 0..2_usize).prop_map(|(voucher, member)| Step::ClaimIssued { voucher, member }),
        2 => (0..40_usize, 0..8_usize, 0..2_usize, 1..6_i64)
            .prop_map(|(voucher, member, merchant, days)| Step::Reserve { voucher, member, merchant, days }),
        1 => (0..40_usize).prop_map(|voucher| Step::Release { voucher }),
        1 => (0..40_usize).prop_map(|voucher| Step::Void { voucher }),
        1 => (0..40_usize).prop_map(|voucher| Step::Reissue { voucher }),
        1 => (0..40_usize, 0..2_usize).prop_map(|(voucher, merchant)| Step::HandOut { voucher, merchant }),
        10 => (0..2_usize, 0..3_usize, prop_oneof![1..30_000_i64, 10_000..900_000_i64], 1..4_i64, vouchers, any::<bool>(), any::<bool>())
            .prop_map(|(member, merchant, gross, units, vouchers, clerk, tight)| {
                Step::Buy { member, merchant: merchant.min(1), gross, units, vouchers, clerk, tight }
            }),
        6 => (0..40_usize, 0..4_i64).prop_map(|(purchase, units)| Step::GiveBack { purchase, units }),
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

fn date(day: i64) -> String {
    first_day().plus_days(i32::try_from(day).unwrap()).unwrap().to_string()
}

fn noon(day: i64) -> String {
    format!("{}T04:00:00Z", date(day))
}

fn usable(voucher: &Voucher) -> bool {
    voucher.owner.is_some() && voucher.mark == Mark::Open
}

struct Story {
    programme: Programme,
    model: Model,
}

impl Story {
    fn new() -> Self {
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
    fn go(&mut self, step: &Step) -> Option<(Command, Answer)> {
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
                let (place, id, _) = self.voucher(*voucher, |_| true)?;
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
            Step::Buy { member, merchant, gross, units, vouchers, clerk, tight } => {
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
                let basket = Basket { member, merchant, gross: *gross, units: *units, vouchers, clerk, ratio };
                Some((self.command(&fields), self.model.buy(&basket)))
            }
            Step::GiveBack { purchase, units } => {
                let place = purchase.checked_rem(self.model.purchases.len())?;
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
    fn matured(&self) -> Programme {
        let mut programme = self.programme.clone();
        for person in PERSONS {
            programme.decided(&noon(self.model.today), "hq", &format!(r#""type":"sweep","account":"{person}""#));
        }
        programme
    }
}

/// Vouchers and stocks as the model has them.
fn vouchers_are_as_predicted(story: &Story) -> Result<(), TestCaseError> {
    let (book, model) = (&story.programme.book, &story.model);
    let known = book.records.keys().filter(|key| matches!(key, Key::Voucher(_))).count();
    prop_assert_eq!(known, model.vouchers.len());
    for voucher in &model.vouchers {
        let Some(Record::Voucher(found)) = book.record(&Key::Voucher(voucher.id)) else { panic!("{voucher:?}") };
        let mark = match voucher.mark {
            Mark::Open => VoucherMark::Open,
            Mark::Redeemed => VoucherMark::Redeemed,
            Mark::Voided => VoucherMark::Voided,
            Mark::Replaced => VoucherMark::Replaced,
        };
        prop_assert_eq!((found.mark, found.stock.as_str()), (mark, STOCKS[voucher.stock].stock), "{:?}", voucher);
        prop_assert_eq!(found.account.as_ref().map(|owner| owner.as_str()), voucher.owner);
        prop_assert_eq!(found.until.map(|day| day.to_string()), voucher.until.map(date));
        prop_assert_eq!(found.balance.map(|balance| balance.get()), voucher.balance);
        prop_assert_eq!(found.purchase.as_ref().map(|id| id.as_str()), voucher.purchase.as_deref());
        let aside = found.reserved.as_ref().map(|kept| (kept.merchant.as_str(), kept.until.to_string()));
        prop_assert_eq!(aside, voucher.aside.map(|(merchant, until)| (merchant, noon(until))));
    }
    for (place, terms) in STOCKS.iter().enumerate() {
        let Some(Record::VoucherStock(stock)) = book.record(&Key::VoucherStock(terms.stock.parse().unwrap())) else {
            panic!("{}", terms.stock)
        };
        prop_assert_eq!(stock.issued.get(), model.issued(place));
        for merchant in MERCHANTS {
            let count = stock.redeemed.get(merchant).map_or(0, |count| count.get());
            prop_assert_eq!(count, model.redeemed.get(&(place, merchant)).copied().unwrap_or(0), "{}", terms.stock);
        }
    }
    Ok(())
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all
}

/// Every person's money, by payer and day, what is owed, and the purchases that it is of.
fn purses_are_as_predicted(story: &Story) -> Result<(), TestCaseError> {
    let (matured, model) = (story.matured(), &story.model);
    for person in PERSONS {
        let purse = model.purses.get(person).cloned().unwrap_or_default();
        let Some(Record::Account(account)) = matured.book.record(&Key::Account(person.parse().unwrap())) else {
            panic!("{person}")
        };
        let money = |state: LotState| {
            let lots = account.lots.iter().filter(|lot| lot.asset.as_str() == "CNY" && lot.state == state);
            sorted(lots.map(|lot| (lot.funder.to_string(), lot.active.to_string(), lot.points.get())).collect())
        };
        let of = |known: &[purse::Money]| {
            sorted(known.iter().map(|one| (one.payer.to_owned(), date(one.active), one.amount)).collect())
        };
        prop_assert_eq!(money(LotState::Pending), of(&purse.pending), "{}", person);
        prop_assert_eq!(money(LotState::Spendable), of(&purse.available), "{}", person);
        let debts: Vec<_> = account.debts.iter().map(|debt| (debt.creditor.as_str(), debt.points.get())).collect();
        prop_assert_eq!(debts, purse.debts, "{}", person);
        // The postings say the same.
        let sum = |known: &[purse::Money]| i128::from(known.iter().map(|one| one.amount).sum::<i64>());
        let posted = ["commission_pending", "commission_available", "held"]
            .map(|kind| matured.balance(&format!("{person}/{kind}"), "CNY"));
        prop_assert_eq!(posted, [sum(&purse.pending), sum(&purse.available), i128::from(model.held(person))]);
    }
    for (party, balance) in &model.settlement {
        prop_assert_eq!(matured.balance(&format!("{party}/settlement"), "CNY"), i128::from(*balance), "{}", party);
    }
    let (out, kept) = model.gone();
    let gone = ["hq/outside", "hq/fee"].map(|account| matured.balance(account, "CNY"));
    prop_assert_eq!(gone, [i128::from(out), i128::from(kept)]);
    Ok(())
}

/// Sales, points, and what each purchase still holds.
fn purchases_are_as_predicted(story: &Story) -> Result<(), TestCaseError> {
    let (programme, model) = (&story.programme, &story.model);
    for merchant in MERCHANTS {
        let sales = model.sales.get(merchant).copied().unwrap_or(0);
        prop_assert_eq!(programme.balance(&format!("{merchant}/sales"), "CNY"), i128::from(sales));
    }
    for member in MEMBERS {
        let coins = model.coins.get(member).copied().unwrap_or(0);
        prop_assert_eq!(programme.balance(&format!("{member}/spendable"), "coin"), i128::from(coins));
    }
    for purchase in &model.purchases {
        let key = Key::Purchase(purchase.id.parse().unwrap());
        let Some(Record::Purchase(found)) = programme.book.record(&key) else { panic!("{}", purchase.id) };
        let payouts: Vec<_> = found
            .payouts
            .iter()
            .map(|payout| {
                let left: i64 = payout.award.parts.iter().map(|part| part.points.get()).sum();
                (payout.account.as_str(), payout.award.funder.as_str(), left)
            })
            .collect();
        let predicted: Vec<_> =
            purchase.payouts.iter().map(|payout| (payout.account, payout.payer, payout.amount)).collect();
        prop_assert_eq!(payouts, predicted, "{}", purchase.id);
        prop_assert_eq!((found.lines[0].net.get(), found.lines[0].turnover.get()), (purchase.net, purchase.turnover));
    }
    Ok(())
}

fn without_commands(book: &Snapshot) -> Snapshot {
    let mut book = book.clone();
    book.records.retain(|key, _| !matches!(key, Key::Command(_)));
    book
}

fn stored(book: &Snapshot, command: &Command) -> Option<Hash> {
    match book.record(&Key::Command(command.id)) {
        Some(Record::Command(known)) => Some(known.outcome),
        _ => None,
    }
}

fn told(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Decided(_) => Ok(()),
        Outcome::Rejected(rejected) => Err((rejected.code.as_str(), rejected.path.clone())),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of every command the answer, and of the book every voucher, count, purse, debt and purchase, are predicted.
    #[test]
    fn the_book_is_what_the_model_says(steps in steps()) {
        let mut story = Story::new();
        for step in &steps {
            if let Some((command, predicted)) = story.go(step) {
                let slice = slice_for(&story.programme.engine, &command, &story.programme.book);
                let sliced = story.programme.engine.decide(&command, &slice, Detail::Plain);
                let outcome = story.programme.submit(&command);
                prop_assert_eq!(told(&outcome), predicted, "{:?}", step);
                prop_assert_eq!(outcome.to_json().unwrap(), sliced.to_json().unwrap());
            }
            vouchers_are_as_predicted(&story)?;
            purses_are_as_predicted(&story)?;
            purchases_are_as_predicted(&story)?;
        }
    }

    /// After every command all accounts of an asset sum to nothing, a refusal has changed nothing, and the same command
    /// again is answered with the hash of what was stored.
    #[test]
    fn accounts_sum_to_nothing_refusals_change_nothing_and_repeats_say_the_same(steps in steps()) {
        let mut story = Story::new();
        for step in &steps {
            let before = story.programme.clone();
            let Some((command, predicted)) = story.go(step) else { continue };
            let outcome = story.programme.submit(&command);
            let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
            for ((_, asset), balance) in &story.programme.balances {
                *sums.entry(asset).or_default() += balance;
            }
            prop_assert!(sums.values().all(|sum| *sum == 0), "{:?}", sums);
            if predicted.is_err() {
                prop_assert_eq!(without_commands(&before.book), without_commands(&story.programme.book));
                prop_assert_eq!(&before.balances, &story.programme.balances);
            }
            let after = story.programme.book.clone();
            let again = story.programme.submit(&command);
            let expected = match stored(&after, &command) {
                Some(outcome) => Outcome::Repeated { command: command.id, outcome },
                None => outcome,
            };
            prop_assert_eq!(again, expected);
            prop_assert_eq!(&after, &story.programme.book);
        }
    }

    /// What a person has, waits for, has asked for and owes is what the events say; and once everything that may still
    /// come back has come back, no purchase holds anything, and only what was paid out is owed.
    #[test]
    fn what_a_person_has_is_what_events_say_and_whole_returns_leave_nothing(steps in steps()) {
        let mut story = Story::new();
        let mut said: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let note = |said: &mut BTreeMap<String, (i64, i64)>, outcome: &Outcome| {
            let Outcome::Decided(decided) = outcome else { return };
            for event in &decided.events {
                let (account, has, owes) = match event {
                    Event::PayoutEarned { account, amount, .. } => (account, amount.get(), 0),
                    Event::PayoutTakenBack { account, amount, .. } => (account, -amount.get(), 0),
                    Event::DebtIncurred { account, points, .. } => (account, 0, points.get()),
                    Event::DebtRepaid { account, points, .. } => (account, -points.get(), -points.get()),
                    _ => continue,
                };
                let known = said.entry(account.to_string()).or_default();
                *known = (known.0 + has, known.1 + owes);
            }
        };
        for step in &steps {
            if let Some((command, _)) = story.go(step) {
                let outcome = story.programme.submit(&command);
                note(&mut said, &outcome);
            }
        }
        for place in 0..story.model.purchases.len() {
            if let Some((command, predicted)) = story.go(&Step::GiveBack { purchase: place, units: 0 }) {
                let outcome = story.programme.submit(&command);
                prop_assert_eq!(told(&outcome), predicted.clone());
                note(&mut said, &outcome);
                if predicted.is_ok() {
                    prop_assert!(story.model.purchases[place].payouts.iter().all(|payout| payout.amount == 0));
                }
            }
        }
        purchases_are_as_predicted(&story)?;
        let programme = &story.programme;
        let (mut has, mut paid) = (0, 0);
        for person in PERSONS {
            let (events, owes) = said.get(person).copied().unwrap_or_default();
            let of_account = ["commission_pending", "commission_available", "held"]
                .map(|kind| programme.balance(&format!("{person}/{kind}"), "CNY"));
            let gone = story.model.withdrawals.iter().filter(|one| one.account == person && one.state == State::Paid);
            let gone: i64 = gone.map(|one| one.amount).sum();
            prop_assert_eq!(of_account.iter().sum::<i128>() + i128::from(gone), i128::from(events), "{}", person);
            let debts: i64 = match programme.book.record(&Key::Account(person.parse().unwrap())) {
                Some(Record::Account(account)) => account.debts.iter().map(|debt| debt.points.get()).sum(),
                _ => 0,
            };
            prop_assert_eq!(debts, owes, "{}", person);
            has += events;
            paid += owes;
        }
        // What persons were paid and do not owe is what the purchases still hold.
        let purchases = story.model.purchases.iter().flat_map(|purchase| &purchase.payouts);
        prop_assert_eq!(has - paid, purchases.map(|payout| payout.amount).sum::<i64>());
    }
}
