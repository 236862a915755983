//! Laws of vouchers, referral, commission and withdrawal over random sequences of commands. A model written from the
//! rulebook (`model.rs`, `payouts.rs`, `purse.rs`) predicts of each command whether it is done or what refuses it, and
//! everything that the book then holds.

mod model;
mod payouts;
mod purse;
mod story;

use std::collections::BTreeMap;

use coalition::book::{Extent, Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Event, Key, LotState, VoucherMark};
use coalition::verbs::Outcome;
use coalition::wire::Hash;
use coalition::{Detail, Engine};
use coalition_tests::programme::slice_for;
use model::{Answer, Mark, STOCKS};
use payouts::State;
use proptest::prelude::*;
use story::{MEMBERS, MERCHANTS, PERSONS, Step, Story, date, noon, steps};

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
        prop_assert_eq!(found.from.map(|day| day.to_string()), voucher.from.map(date));
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
        let all = story.model.purchases.len();
        for place in (0..all).rev() {
            if let Some((command, predicted)) = story.go(&Step::GiveBack { purchase: all - 1 - place, units: 0 }) {
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

    /// A host that loads a slice in rounds, between two of which another command commits, is told that it comes too late,
    /// or has done what it would have done before or after the other: see [`read_in_rounds`].
    #[test]
    fn a_commit_between_two_rounds_of_loading_is_noticed_or_does_not_matter(steps in steps()) {
        let mut story = Story::new();
        let mut last: Option<(Snapshot, Command)> = None;
        for step in &steps {
            let book = story.programme.book.clone();
            let Some((command, _)) = story.go(step) else {
                last = None;
                continue;
            };
            if let Some((before, earlier)) = &last {
                read_in_rounds(&story.programme.engine, before, earlier, &command)?;
                read_in_rounds(&story.programme.engine, before, &command, earlier)?;
            }
            last = Some((book, command.clone()));
            story.programme.submit(&command);
        }
    }
}

fn records(book: &Snapshot) -> BTreeMap<&Key, &Record> {
    book.records.iter().filter_map(|(key, entry)| Some((key, entry.record.as_ref()?))).collect()
}

/// Loads a slice for `slow` while `quick` commits between its rounds. What is decided on it is what would have been decided
/// before or after `quick`; it is refused only where it would have been refused before or after it, perhaps for another
/// reason: a refusal guards nothing.
fn read_in_rounds(engine: &Engine, book: &Snapshot, slow: &Command, quick: &Command) -> Result<(), TestCaseError> {
    let after = |book: &Snapshot, command: &Command| {
        let mut book = book.clone();
        let outcome = engine.decide(command, &book, Detail::Plain);
        Engine::evolve(&mut book, outcome.changes()).expect("a fresh decision applies");
        (book, matches!(outcome, Outcome::Decided(_)))
    };
    let ((quick_first, _), (slow_first, done_first)) = (after(book, quick), after(book, slow));
    let ((second, done_second), (first, _)) = (after(&quick_first, slow), after(&slow_first, quick));
    for cut in 1.. {
        let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
        let mut rounds = 0;
        loop {
            let missing = engine.reads(slow, &slice);
            if missing.is_empty() {
                break;
            }
            let from = if rounds < cut { book } else { &quick_first };
            let entries =
                missing.into_iter().map(|key| (key.clone(), from.records.get(&key).cloned().unwrap_or_default()));
            slice.records.extend(entries);
            rounds += 1;
        }
        if rounds <= cut {
            return Ok(());
        }
        let outcome = engine.decide(slow, &slice, Detail::Plain);
        let mut end = quick_first.clone();
        if Engine::evolve(&mut end, outcome.changes()).is_err() {
            continue;
        }
        let known = match outcome {
            Outcome::Decided(_) => [&first, &second].iter().any(|order| records(order) == records(&end)),
            _ => !done_first || !done_second,
        };
        prop_assert!(known, "{:?} in {} rounds, cut at {}, and {:?}\n{:?}", slow, rounds, cut, quick, outcome);
    }
    Ok(())
}
