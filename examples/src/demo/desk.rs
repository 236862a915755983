//! The demo's host: it numbers commands, has them decided, keeps the book and the open month's tally, and counts.
//!
//! Unlike the in-memory host of the other verbs it keeps neither the commands nor their answers, and it measures itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use coalition::book::Snapshot;
use coalition::command::{Action, Command};
use coalition::nouns::{Code, Event};
use coalition::periods::Tally;
use coalition::values::{Id, Instant};
use coalition::verbs::Outcome;
use coalition::wire::{Hash, hash};
use coalition::{Detail, Engine};

use super::codes::Codes;
use super::funnels::CouponCounts;
use super::guides::GuideCounts;
use crate::Failure;

/// Where the time went.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// Reading rows.
    pub reading: Duration,
    /// Deciding.
    pub deciding: Duration,
    /// Setting what changed.
    pub evolving: Duration,
    /// Adding up postings, and settling.
    pub settling: Duration,
    /// Writing the command file.
    pub writing: Duration,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Answers by command type and kind of answer: `decided`, `repeated`, or the code of a rejection.
    pub answers: BTreeMap<(&'static str, String), u64>,
    /// Cut awards by what cut them last: how often, and how many points less.
    pub cuts: BTreeMap<String, (u64, i64)>,
    /// Points that each store was short of since the month began, by the key of its stock.
    pub short: BTreeMap<String, i64>,
    /// Stars that each account earned.
    pub earned: BTreeMap<Id, i64>,
    /// What each account paid in cash, minor units.
    pub cash: BTreeMap<Id, i64>,
    /// What guides earned.
    pub guides: GuideCounts,
    /// What became of the coupons.
    pub coupons: CouponCounts,
    /// What the year shows of each requirement.
    pub codes: Codes,
    /// Postings.
    pub postings: u64,
}

/// The host.
#[derive(Debug)]
pub struct Desk {
    /// The rules.
    pub engine: Engine,
    /// The whole book.
    pub book: Snapshot,
    /// Postings of what is not closed.
    pub tally: Tally,
    /// What was counted.
    pub counts: Counts,
    /// Where the time went.
    pub spent: Spent,
    /// How many commands there were.
    pub commands: u64,
    /// A fingerprint of all answers so far, where it is asked for.
    pub digest: Option<Hash>,
    file: Option<BufWriter<File>>,
}

impl Desk {
    /// An empty book under some rules.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            book: Snapshot::new_book(),
            tally: Tally::empty(),
            counts: Counts::default(),
            spent: Spent::default(),
            commands: 0,
            digest: None,
            file: None,
        }
    }

    /// Takes a fingerprint of every answer from here on.
    pub fn with_digest(mut self) -> Self {
        self.digest = Some(hash("demo", ""));
        self
    }

    /// Writes every command to a file from here on.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write_commands(&mut self, path: &Path) -> Result<(), Failure> {
        let file = File::create(path).map_err(|error| Failure::of_file(path, &error))?;
        self.file = Some(BufWriter::with_capacity(1 << 18, file));
        Ok(())
    }

    /// Everything written is in the file.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        let flushed = self.file.as_mut().map_or(Ok(()), Write::flush);
        flushed.map_err(|error| Failure::unusable(format!("the command file: {error}")))
    }

    /// The next command's id. A host would take a random or time-ordered UUID; here the year must be the same each
    /// time.
    pub fn next_id(&mut self) -> String {
        self.commands += 1;
        format!("00000000-0000-7000-8000-{:012x}", self.commands)
    }

    /// A command with the next id.
    ///
    /// # Errors
    ///
    /// None in practice: the id is a UUID.
    pub fn command(&mut self, at: Instant, booked: Instant, actor: &Id, action: Action) -> Result<Command, Failure> {
        let id = self.next_id();
        let id = id.parse().map_err(|_| Failure::unusable(format!("{id} is not a UUID")))?;
        Ok(Command { id, at, booked, actor: actor.clone(), action })
    }

    /// Decides something that happens now.
    ///
    /// # Errors
    ///
    /// Those of [`Desk::submit`].
    pub fn order(&mut self, booked: Instant, actor: &Id, action: Action) -> Result<Outcome, Failure> {
        let command = self.command(booked, booked, actor, action)?;
        self.submit(&command)
    }

    /// Decides a command, applies its changes, adds up its postings. The answer comes back without the changes: they are
    /// in the book.
    ///
    /// # Errors
    ///
    /// The command file cannot be written, or the engine breaks its word.
    pub fn submit(&mut self, command: &Command) -> Result<Outcome, Failure> {
        let start = Clock::now();
        if let Some(file) = &mut self.file {
            let text = command.to_json().map_err(|error| Failure::unusable(error.to_string()))?;
            writeln!(file, "{text}").map_err(|error| Failure::unusable(format!("the command file: {error}")))?;
        }
        let written = Clock::now();
        let mut outcome = self.engine.decide(command, &self.book, Detail::Plain);
        let decided = Clock::now();
        let broken = |words: String| Failure::unusable(format!("command {}: {words}", command.id));
        if let Some(before) = self.digest {
            let text = outcome.to_json().map_err(|error| broken(error.to_string()))?;
            self.digest = Some(hash("demo", &format!("{before}{text}")));
        }
        let noted = Clock::now();
        self.book.absorb(outcome.take_changes()).map_err(|error| broken(error.to_string()))?;
        let evolved = Clock::now();
        if let Outcome::Decided(facts) = &outcome {
            let added = self.engine.tally(&mut self.tally, command.booked, &facts.postings, &facts.events);
            added.map_err(|error| broken(error.to_string()))?;
        }
        let tallied = Clock::now();
        self.count(command, &outcome);
        self.spent.writing += written - start;
        self.spent.deciding += decided - written;
        self.spent.evolving += evolved - noted;
        self.spent.settling += tallied - evolved;
        match &outcome {
            Outcome::Needs { .. } => Err(broken("a whole book lacks nothing".to_owned())),
            _ => Ok(outcome),
        }
    }

    fn count(&mut self, command: &Command, outcome: &Outcome) {
        let answer = match outcome {
            Outcome::Decided(facts) => {
                self.counts.postings += facts.postings.len() as u64;
                let december = self.engine.rulebook().zone.day(command.at).ymd().1 == 12;
                facts.events.iter().for_each(|event| self.counts.take(event, december));
                "decided"
            }
            Outcome::Rejected(rejected) => rejected.code.as_str(),
            Outcome::Repeated { .. } => "repeated",
            Outcome::Needs { .. } => "needs",
        };
        let key = (type_of(&command.action), answer.to_owned());
        *self.counts.answers.entry(key).or_insert(0) += 1;
    }
}

impl Counts {
    fn take(&mut self, event: &Event, december: bool) {
        self.codes.take(event, december);
        self.guides.take(event);
        self.coupons.take(event);
        match event {
            Event::AwardCut { by, wanted, given, .. } => {
                let less = wanted.get() - given.get();
                if let Some(party) = by.strip_prefix("float/") {
                    *self.short.entry(party.to_owned()).or_insert(0) += less;
                }
                // All floats together, campaigns and caps each by name.
                let by = if by.starts_with("float/") { "float" } else { by.as_str() };
                match self.cuts.get_mut(by) {
                    Some((times, points)) => {
                        *times += 1;
                        *points += less;
                    }
                    None => {
                        self.cuts.insert(by.to_owned(), (1, less));
                    }
                }
            }
            Event::PointsEarned { account, asset, points, .. } if asset.as_str() == "star" => {
                add(&mut self.earned, account, points.get());
            }
            Event::PurchaseRecorded { account: Some(account), cash, .. } => add(&mut self.cash, account, cash.get()),
            _ => {}
        }
    }

    /// How often a command type was answered so.
    pub fn answered(&self, kind: &'static str, answer: &str) -> u64 {
        self.answers.get(&(kind, answer.to_owned())).copied().unwrap_or(0)
    }
}

fn add(sums: &mut BTreeMap<Id, i64>, id: &Id, amount: i64) {
    match sums.get_mut(id) {
        Some(sum) => *sum += amount,
        None => {
            sums.insert(id.clone(), amount);
        }
    }
}

/// The word of a command's type on the wire.
pub fn type_of(action: &Action) -> &'static str {
    match action {
        Action::RegisterParty(_) => "register_party",
        Action::SetTerms(_) => "set_terms",
        Action::SetMember(_) => "set_member",
        Action::EnrolMember(_) => "enrol_member",
        Action::JoinAlliance(_) => "join_alliance",
        Action::LeaveAlliance(_) => "leave_alliance",
        Action::MintPoints(_) => "mint_points",
        Action::SellPoints(_) => "sell_points",
        Action::GrantPoints(_) => "grant_points",
        Action::GivePoints(_) => "give_points",
        Action::MoveLane(_) => "move_lane",
        Action::RecordPurchase(_) => "record_purchase",
        Action::RecordActivity(_) => "record_activity",
        Action::ConfirmPurchase(_) => "confirm_purchase",
        Action::RefundPurchase(_) => "refund_purchase",
        Action::RedeemPoints(_) => "redeem_points",
        Action::HoldPoints(_) => "hold_points",
        Action::CaptureHold(_) => "capture_hold",
        Action::ReleaseHold(_) => "release_hold",
        Action::Sweep(_) => "sweep",
        Action::CloseBooks(_) => "close_books",
        Action::CreateVoucherStock(_) => "create_voucher_stock",
        Action::SetVoucherStock(_) => "set_voucher_stock",
        Action::IssueVouchers(_) => "issue_vouchers",
        Action::ClaimVoucher(_) => "claim_voucher",
        Action::ReserveVoucher(_) => "reserve_voucher",
        Action::ReleaseVoucher(_) => "release_voucher",
        Action::RedeemVoucher(_) => "redeem_voucher",
        Action::VoidVoucher(_) => "void_voucher",
        Action::ExtendVoucher(_) => "extend_voucher",
        Action::ReissueVoucher(_) => "reissue_voucher",
        Action::SwapVouchers(_) => "swap_vouchers",
        Action::SetTill(_) => "set_till",
        Action::BindReferrer(_) => "bind_referrer",
        Action::UnbindReferrer(_) => "unbind_referrer",
        Action::SetPack(_) => "set_pack",
        Action::IssuePack(_) => "issue_pack",
        Action::PresentVoucher(_) => "present_voucher",
        Action::TopUpMerchant(_) => "top_up_merchant",
        Action::RecordEntryFee(_) => "record_entry_fee",
        Action::RecordScan(_) => "record_scan",
        Action::RequestWithdrawal(_) => "request_withdrawal",
        Action::SetWithdrawal(_) => "set_withdrawal",
    }
}

/// The code of a rejection.
pub fn code_of(outcome: &Outcome) -> Option<Code> {
    match outcome {
        Outcome::Rejected(rejected) => Some(rejected.code),
        _ => None,
    }
}
