//! Deciding: idempotency, the envelope, then the capability that the command belongs to.

use std::collections::BTreeSet;

use super::close::close_books;
use super::outcome::{Decided, Outcome, Rejected};
use crate::book::{After, Change, CommandRecord, Halt, Record, Snapshot, View};
use crate::command::{Action, Command, Sweep};
use crate::decision::{Decision, Detail};
use crate::nouns::{Code, Event, Key, Posting, Rejection};
use crate::rulebook::Compiled;
use crate::wire::{Canonical, Hash, Out, Scribe};
use crate::{party, payout, purchase, redeem, referral, refund, supply, voucher};

/// The most rounds of loading that any command takes.
pub const MAX_ROUNDS: usize = 4;

/// Decides a command against a slice: see [`crate::Engine::decide`].
pub fn decide(rules: &Compiled, command: &Command, snapshot: &Snapshot, detail: Detail) -> Outcome {
    let mut scribe = Scribe::new();
    let Ok(hash) = command.hash_by(&mut scribe) else {
        return Outcome::Rejected(reject(command, Rejection::at(Code::AmountOverflow, ""), None));
    };
    let view = View::new(snapshot);
    match known(rules, command, hash, view) {
        Ok(None) => {}
        Ok(Some(outcome)) => return outcome,
        Err(halt) => return halted(command, hash, halt),
    }
    let mut decision = Decision::new(rules, command, view, detail);
    match run(&mut decision) {
        Ok(()) => seal(decision, hash, &mut scribe),
        Err(halt) => halted(command, hash, halt),
    }
}

/// Decides without effect and without asking whether the command is known: the same answer as [`decide`] would give, its
/// own record left out.
pub fn quote(rules: &Compiled, command: &Command, snapshot: &Snapshot) -> Outcome {
    without_effect(rules, command, snapshot, Detail::Trace)
}

/// Decides without effect and tells of every rule whether it matched, and if not which comparison failed: by the plain
/// evaluator, which is also the check of the index that `decide` uses.
pub fn explain(rules: &Compiled, command: &Command, snapshot: &Snapshot) -> Outcome {
    without_effect(rules, command, snapshot, Detail::WhyNot)
}

fn without_effect(rules: &Compiled, command: &Command, snapshot: &Snapshot, detail: Detail) -> Outcome {
    let view = View::new(snapshot);
    let mut decision = Decision::new(rules, command, view, detail);
    let wanted = first_keys(rules, command).into_iter().filter(|key| *key != Key::Command(command.id));
    match view.want(wanted).and_then(|()| run(&mut decision)) {
        Ok(()) => Outcome::Decided(finish(decision)),
        Err(Halt::Needs(keys)) => Outcome::Needs { command: command.id, keys },
        Err(Halt::Rejected(rejection)) => {
            // Only `explain`, which is the operator's, tells it.
            let reason = rejection.reason.filter(|_| detail == Detail::WhyNot).map(str::to_owned);
            Outcome::Rejected(Rejected { reason, ..reject(command, rejection, None) })
        }
    }
}

/// The keys that the slice lacks for the next round; empty when `decide` will answer.
pub fn reads(rules: &Compiled, command: &Command, snapshot: &Snapshot) -> BTreeSet<Key> {
    match decide(rules, command, snapshot, Detail::Plain) {
        Outcome::Needs { keys, .. } => keys,
        _ => BTreeSet::new(),
    }
}

/// What the first round loads: what the command names, and where commission is paid who brought whom.
fn first_keys(rules: &Compiled, command: &Command) -> Vec<Key> {
    let mut keys = command.keys();
    if rules.commission().is_some()
        && let Action::RecordPurchase(order) = &command.action
    {
        let brought = [Some(&order.merchant), order.member.as_ref(), order.referrer.as_ref()];
        keys.extend(brought.into_iter().flatten().cloned().map(Key::Referral));
    }
    keys
}

/// Whether the command was answered before.
fn known(rules: &Compiled, command: &Command, hash: Hash, view: View<'_>) -> Result<Option<Outcome>, Halt> {
    if !view.is_whole() {
        view.want(first_keys(rules, command))?;
    }
    match view.command(&Key::Command(command.id))? {
        None => Ok(None),
        Some(record) if record.command == hash => {
            Ok(Some(Outcome::Repeated { command: command.id, outcome: record.outcome }))
        }
        Some(_) => Err(Halt::reject(Code::Conflict, "id")),
    }
}

/// Decides; the keys of the command itself are in the slice.
fn run(decision: &mut Decision<'_>) -> Result<(), Halt> {
    let command = decision.command;
    check_envelope(decision)?;
    match &command.action {
        Action::RegisterParty(order) => party::register_party(decision, order),
        Action::SetTerms(order) => party::set_terms(decision, order),
        Action::SetMember(order) => party::set_member(decision, order),
        Action::EnrolMember(order) => party::enrol_member(decision, order),
        Action::JoinAlliance(order) => party::join_alliance(decision, order),
        Action::LeaveAlliance(order) => party::leave_alliance(decision, order),
        Action::MintPoints(order) => supply::mint_points(decision, order),
        Action::SellPoints(order) => supply::sell_points(decision, order),
        Action::GrantPoints(order) => supply::grant_points(decision, order),
        Action::GivePoints(order) => supply::give_points(decision, order),
        Action::MoveLane(order) => supply::move_lane(decision, order),
        Action::RecordPurchase(order) => purchase::record_purchase(decision, order),
        Action::RecordActivity(order) => purchase::record_activity(decision, order),
        Action::ConfirmPurchase(order) => purchase::confirm_purchase(decision, order),
        Action::RefundPurchase(order) => refund::refund_purchase(decision, order),
        Action::RedeemPoints(order) => redeem::redeem_points(decision, order),
        Action::HoldPoints(order) => redeem::hold_points(decision, order),
        Action::CaptureHold(order) => redeem::capture_hold(decision, order),
        Action::ReleaseHold(order) => redeem::release_hold(decision, order),
        Action::Sweep(order) => sweep(decision, order),
        Action::CloseBooks(order) => close_books(decision, order),
        Action::CreateVoucherStock(order) => voucher::create_voucher_stock(decision, order),
        Action::SetVoucherStock(order) => voucher::set_voucher_stock(decision, order),
        Action::IssueVouchers(order) => voucher::issue_vouchers(decision, order),
        Action::ClaimVoucher(order) => voucher::claim_voucher(decision, order),
        Action::ReserveVoucher(order) => voucher::reserve_voucher(decision, order),
        Action::ReleaseVoucher(order) => voucher::release_voucher(decision, order),
        Action::RedeemVoucher(order) => voucher::redeem_voucher(decision, order),
        Action::VoidVoucher(order) => voucher::void_voucher(decision, order),
        Action::ExtendVoucher(order) => voucher::extend_voucher(decision, order),
        Action::ReissueVoucher(order) => voucher::reissue_voucher(decision, order),
        Action::SwapVouchers(order) => voucher::swap_vouchers(decision, order),
        Action::SetTill(order) => voucher::set_till(decision, order),
        Action::BindReferrer(order) => referral::bind_referrer(decision, order),
        Action::UnbindReferrer(order) => referral::unbind_referrer(decision, order),
        Action::SetPack(order) => referral::set_pack(decision, order),
        Action::IssuePack(order) => referral::issue_pack(decision, order),
        Action::PresentVoucher(order) => referral::present_voucher(decision, order),
        Action::TopUpMerchant(order) => payout::top_up_merchant(decision, order),
        Action::RecordEntryFee(order) => payout::record_entry_fee(decision, order),
        Action::RecordScan(order) => payout::record_scan(decision, order),
        Action::RequestWithdrawal(order) => payout::request_withdrawal(decision, order),
        Action::SetWithdrawal(order) => payout::set_withdrawal(decision, order),
    }
}

/// `in_future at`, `invalid_period at | booked` (a local day after the year 9999), `before_rulebook at`, `too_late at`,
/// `period_closed booked`, in this order; and the guard on the books.
fn check_envelope(decision: &mut Decision<'_>) -> Result<(), Halt> {
    let command = decision.command;
    if command.at > command.booked {
        return Err(Halt::reject(Code::InFuture, "at"));
    }
    for (day, path) in [(decision.day, "at"), (decision.today, "booked")] {
        if !day.is_known() {
            return Err(Halt::reject(Code::InvalidPeriod, path));
        }
    }
    if decision.day < decision.rules.rulebook().effective_from {
        return Err(Halt::reject(Code::BeforeRulebook, "at"));
    }
    if is_too_late(decision) {
        return Err(Halt::reject(Code::TooLate, "at"));
    }
    let (expects, books) = decision.view.entry(&Key::Books)?;
    let closed = match books {
        Some(Record::Books(books)) => books.closed_until,
        _ => None,
    };
    if closed.is_some_and(|until| decision.today < until) {
        return Err(Halt::reject(Code::PeriodClosed, "booked"));
    }
    // A booking must not slip into a period that is being closed: the version of the books is checked with the changes.
    if !matches!(command.action, Action::CloseBooks(_)) {
        decision.changes.push(Change { key: Key::Books, expects, after: None });
    }
    Ok(())
}

/// Whoever may choose any day in the past chooses one whose caps are empty or whose campaign ran.
fn is_too_late(decision: &Decision<'_>) -> bool {
    let rulebook = decision.rules.rulebook();
    let last = rulebook.late_days.map(|days| decision.day.plus_days(i32::try_from(days).unwrap_or(i32::MAX)));
    decision.command.actor != rulebook.operator && last.flatten().is_some_and(|last| last < decision.today)
}

/// `sweep`. Rejections in order: `unknown_party | not_allowed actor` (the operator), `clock_backwards booked`.
fn sweep(decision: &mut Decision<'_>, order: &Sweep) -> Result<(), Halt> {
    decision.actor_is_operator()?;
    let account = decision.account(&order.account)?;
    decision.write_account(account);
    Ok(())
}

fn finish(mut decision: Decision<'_>) -> Decided {
    Decided {
        command: decision.command.id,
        rulebook: decision.rules.hash(),
        changes: decision.take_changes(),
        postings: decision.journal.postings,
        events: decision.journal.events,
        trace: decision.trace,
    }
}

/// What the hash of an outcome is taken over.
struct Pinned<'a> {
    changes: &'a [Change],
    events: &'a [Event],
    postings: &'a [Posting],
}

impl Canonical for Pinned<'_> {
    fn write(&self, out: &mut Out) {
        out.put(r#"{"changes":"#);
        self.changes.write(out);
        out.put(r#","events":"#);
        self.events.write(out);
        out.put(r#","postings":"#);
        self.postings.write(out);
        out.put("}");
    }
}

/// Adds the record that makes the command known.
fn seal(decision: Decision<'_>, hash: Hash, scribe: &mut Scribe) -> Outcome {
    let command = decision.command;
    let mut decided = finish(decision);
    let pinned = Pinned { changes: &decided.changes, postings: &decided.postings, events: &decided.events };
    let Ok(outcome) = scribe.hash_direct("outcome", &pinned) else {
        return Outcome::Rejected(reject(command, Rejection::at(Code::AmountOverflow, ""), Some(hash)));
    };
    let change = remember(command, hash, outcome);
    let place = decided.changes.partition_point(|known| known.key < change.key);
    decided.changes.insert(place, change);
    Outcome::Decided(decided)
}

fn remember(command: &Command, hash: Hash, outcome: Hash) -> Change {
    let record = Record::Command(Box::new(CommandRecord { command: hash, outcome }));
    Change { key: Key::Command(command.id), expects: 0, after: Some(After::Record { record }) }
}

fn halted(command: &Command, hash: Hash, halt: Halt) -> Outcome {
    match halt {
        Halt::Needs(keys) => Outcome::Needs { command: command.id, keys },
        Halt::Rejected(rejection) => Outcome::Rejected(reject(command, rejection, Some(hash))),
    }
}

/// A rejection; a final one is remembered under the command's id.
fn reject(command: &Command, rejection: Rejection, hash: Option<Hash>) -> Rejected {
    let outcome = Scribe::new().hash("outcome", &rejection);
    let changes = match (rejection.code.is_final(), hash, outcome) {
        (true, Some(hash), Ok(outcome)) => vec![remember(command, hash, outcome)],
        _ => Vec::new(),
    };
    let (code, path) = (rejection.code, rejection.path);
    Rejected { command: command.id, code, path, changes, reason: None }
}
