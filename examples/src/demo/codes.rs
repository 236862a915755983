//! What the year shows of each requirement: counted from events and answers, told in one table.

use std::collections::BTreeMap;

use coalition::nouns::{AccountKind, Event, PayoutRole, Presented, Reason, Via};
use coalition::values::Id;
use coalition::verbs::Outcome;

use super::derive::id;
use super::report::{money, show};
use super::sums::Sums;
use crate::Failure;
use crate::tables::number;

/// How often something happened, and what it came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// Times.
    pub times: u64,
    /// Minor units.
    pub cents: i64,
    /// Stars.
    pub stars: i64,
}

/// Everything that has a requirement's code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// By requirement, and what happened.
    pub rows: BTreeMap<(&'static str, &'static str), Entry>,
    /// What was refused, by requirement, what was tried, and the code of the answer.
    pub refused: BTreeMap<(&'static str, &'static str, &'static str), u64>,
    /// Money that persons earned, minor units.
    pub earned: i64,
    /// Money that was taken back from them, or that they repaid.
    pub taken_back: i64,
    /// Money that they were paid out.
    pub paid_out: i64,
    /// How often money was asked for.
    pub requests: u64,
    /// What merchants owe each other for vouchers that they swapped.
    pub swapped: i64,
}

impl Codes {
    /// Something happened once.
    pub fn add(&mut self, code: &'static str, what: &'static str, cents: i64) {
        let row = self.rows.entry((code, what)).or_default();
        row.times += 1;
        row.cents += cents;
    }

    /// How often something happened, and what it came to.
    pub fn row(&self, code: &'static str, what: &'static str) -> Entry {
        self.rows.get(&(code, what)).copied().unwrap_or_default()
    }

    /// What the host tried, and whether it went.
    pub fn tried(&mut self, code: &'static str, what: &'static str, outcome: &Outcome) {
        match outcome {
            Outcome::Decided(_) => self.add(code, what, 0),
            Outcome::Rejected(why) => *self.refused.entry((code, what, why.code.as_str())).or_insert(0) += 1,
            Outcome::Repeated { .. } | Outcome::Needs { .. } => {}
        }
    }

    /// A purchase was recorded, with so many lines at a claimed price: whose, how many, and cents.
    pub fn priced(&mut self, price: Option<usize>, lines: Option<(u64, i64)>) {
        if let (Some(price), Some((times, cents))) = (price, lines) {
            let what =
                if price == 0 { "lines at the card's price, 2 % off" } else { "lines at the staff price, 5 % off" };
            let row = self.rows.entry(("M8", what)).or_default();
            (row.times, row.cents) = (row.times + times, row.cents + cents);
        }
    }

    /// Takes in an event of a decision; `december` if it was booked then.
    pub fn take(&mut self, event: &Event, december: bool) {
        match event {
            Event::ReferrerBound { referrer, via, .. } => self.bound(referrer, *via),
            Event::PackIssued { via, owner, vouchers, short, .. } => {
                self.add("P2", way(*via), 0);
                let alliance = owner.as_str() != "hq";
                self.add("P4", if alliance { "packs of an alliance" } else { "packs of the platform" }, 0);
                self.packed(vouchers.len(), short.len());
            }
            Event::VoucherPresented { result, issued, short, .. } => {
                self.add("P5", presented(*result), 0);
                self.packed(issued.len(), short.len());
            }
            Event::VoucherRedeemed { stock, .. } if stock.as_str().starts_with("p-") => {
                self.add("P6", "vouchers of packs redeemed", 0);
            }
            Event::VoucherRedeemed { stock, .. } if stock.as_str().starts_with("w-") => {
                self.add("M7", "swapped vouchers redeemed", 0);
            }
            Event::PayoutEarned { earner, role, under, asset, amount, .. } => {
                self.earn(earner, (*role, under.as_str()), (asset.as_str() == "USD", amount.get()), december);
            }
            Event::PayoutTakenBack { asset, amount, .. } | Event::DebtRepaid { asset, points: amount, .. }
                if asset.as_str() == "USD" =>
            {
                self.taken_back += amount.get();
            }
            Event::MerchantToppedUp { amount, .. } => self.add("Z6", "top-ups of merchants", amount.get()),
            Event::EntryFeeRecorded { amount, .. } => self.add("Z6", "entry fees of shareholders", amount.get()),
            Event::PointsEarned { campaign: Some(campaign), .. } if campaign.as_str() == "kiosk" => {
                self.add("O1", "stamps of the kiosk, by store, sum, line and year", 0);
            }
            Event::VouchersSwapped { give_value, take_value, .. } => {
                let owed = (take_value.get() - give_value.get()).abs();
                let what = if owed == 0 { "swaps at equal value" } else { "swaps at a discount, the difference owed" };
                self.add("M7", what, owed);
                self.swapped += owed;
            }
            Event::MemberEnrolled { waived_by, .. } => {
                let what = if waived_by.is_some() { "cards without the threshold" } else { "cards after 3 purchases" };
                self.add("M8", what, 0);
            }
            _ => {}
        }
    }

    fn packed(&mut self, vouchers: usize, short: usize) {
        for (what, count) in [("vouchers given in packs", vouchers), ("stocks that gave none", short)] {
            self.rows.entry(("P4", what)).or_default().times += count as u64;
        }
    }

    fn bound(&mut self, referrer: &Id, via: Via) {
        let (code, what) = match (kind(referrer), via) {
            ("g", Via::Merchant) => ("P3", "households that chose a merchant, bound to its guide"),
            ("g", _) => ("P3", "households bound to a guide"),
            ("h", _) => ("M4", "households bound to a member"),
            ("s", _) => ("O3", "households bound to a store"),
            ("holder", Via::Application) => ("Z6", "merchants that a shareholder brought"),
            _ => return,
        };
        self.add(code, what, 0);
    }

    fn earn(
        &mut self,
        earner: &Id,
        (role, under): (PayoutRole, &str),
        (is_money, amount): (bool, i64),
        december: bool,
    ) {
        if is_money {
            self.earned += amount;
        }
        for (what, holds) in [
            ("of all parts: fuel, at its category's shares", under == "fuel"),
            ("of all parts: in December, times 1.5", december && matches!(under, "guides" | "fuel")),
        ] {
            if holds {
                self.add("O2", what, amount);
            }
        }
        if let Some((code, what)) = paid(kind(earner), role, under) {
            let row = self.rows.entry((code, what)).or_default();
            row.times += 1;
            *(if is_money { &mut row.cents } else { &mut row.stars }) += amount;
        }
    }
}

fn kind(party: &Id) -> &str {
    party.as_str().split('-').next().unwrap_or_default()
}

/// What a payout is for; sale parts are told by the till, which knows the channel and the clerk.
fn paid(kind: &str, role: PayoutRole, under: &str) -> Option<(&'static str, &'static str)> {
    use PayoutRole::{Referral, Sale, Subsidy, Upline2, Upline3};
    Some(match (under, role, kind) {
        (stock, Subsidy, _) if stock.starts_with("w-") => ("M7", "cash subsidies of swapped vouchers"),
        (_, Subsidy, _) => ("P6", "cash subsidies, the customers'"),
        (stock, _, "g") if stock.starts_with("p-") => ("P6", "referral fees, the guides'"),
        (stock, _, _) if stock.starts_with("p-") => ("P6", "referral fees, the guides' stores'"),
        ("top-up", Referral, _) => ("Z6", "for top-ups of merchants, 1 %"),
        ("top-up", _, _) => ("Z6", "for top-ups, one level up, 0.2 %"),
        ("turnover", _, _) => ("Z6", "for turnover of merchants, 0.1 %"),
        ("scan-sold", Sale, _) => ("C7", "for scans of what was sold, the guides'"),
        ("scan-bought-in", _, _) => ("C7", "for scans of what was bought in, the agents'"),
        ("scan-sold", _, _) => ("C7", "for scans of guides that the agents brought"),
        ("clerk-stars", _, _) => ("O2", "sale parts in stars"),
        (_, Sale, _) => return None,
        (_, Referral, "g") => ("O2", "referral parts, the guides'"),
        (_, Referral, "h") => ("M4", "first level, members'"),
        (_, Referral, _) => ("O3", "referral parts, sister stores'"),
        (_, Upline2, _) => ("M4", "second level, heads and guides above them"),
        (_, Upline3, _) => ("M4", "third level, heads above guides above members"),
    })
}

fn way(via: Via) -> &'static str {
    match via {
        Via::Scan => "packs by scan in the store",
        Via::SharedPage => "packs by a shared page",
        Via::InvitationCode => "packs by invitation code",
        Via::Application => "packs by application",
        Via::Pushed => "packs pushed by the guide",
        Via::Merchant | Via::Upline => "packs by other ways",
    }
}

/// What came of presenting a code.
pub fn presented(result: Presented) -> &'static str {
    match result {
        Presented::NotBound => "not bound: no relation can arise",
        Presented::Issued => "had none of the pack: given",
        Presented::NoneOfBrand => "had none of the brand: given",
        Presented::Expired => "out of date: given anew",
        Presented::Used => "used: refused",
        Presented::Voided => "ended: refused",
        Presented::ReservedElsewhere => "set aside for another: refused",
        Presented::Ordered => "ordered, good for longer",
        Presented::OrderedBefore => "ordered before: the order stands",
    }
}

/// Prints the table and what ties it to the statements. Whether all is equal.
///
/// # Errors
///
/// None: they are ids.
pub fn tell(codes: &Codes, sums: &Sums) -> Result<bool, Failure> {
    let blank = |value: i64, text: String| if value == 0 { String::new() } else { text };
    let mut rows: Vec<[String; 5]> = Vec::new();
    for ((code, what), row) in &codes.rows {
        let money = blank(row.cents, money(row.cents.into()));
        rows.push([
            (*code).to_owned(),
            (*what).to_owned(),
            number(row.times),
            money,
            blank(row.stars, number(row.stars)),
        ]);
    }
    for ((code, what, why), times) in &codes.refused {
        let blank = String::new();
        rows.push([(*code).to_owned(), format!("{what}: refused, {why}"), number(*times), blank.clone(), blank]);
    }
    rows.sort_by(|one, other| one.first().cmp(&other.first()));
    let columns = [("code", false), ("what", false), ("times", true), ("money", true), ("stars", true)];
    show(
        "What the year shows, by requirement code: of the panel's sales, with what is derived beside them",
        &columns,
        rows,
    )?;
    let ties = ties(codes, sums)?;
    let verdict = |tie: &Tie| if tie.found == tie.posted { "equal" } else { "NOT EQUAL" };
    let rows =
        ties.iter().map(|tie| [tie.name.to_owned(), money(tie.found), money(tie.posted), verdict(tie).to_owned()]);
    let columns = [("", false), ("by events", true), ("by the statements' postings", true), ("", false)];
    show("What it ties to", &columns, rows)?;
    Ok(ties.iter().all(|tie| tie.found == tie.posted))
}

/// A sum by events, and by the postings that the statements sum up; minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// What it is.
    pub name: &'static str,
    /// By events.
    pub found: i128,
    /// By postings.
    pub posted: i128,
}

/// Every sum of money that events and postings both tell.
///
/// # Errors
///
/// None: `USD` is an id.
pub fn ties(codes: &Codes, sums: &Sums) -> Result<[Tie; 6], Failure> {
    let usd = id("USD")?;
    let flow = |reasons: &[Reason]| -> i128 { reasons.iter().map(|reason| sums.flow(&usd, *reason)).sum() };
    let left = [AccountKind::CommissionPending, AccountKind::CommissionAvailable, AccountKind::Held];
    let left: i128 = left.iter().map(|kind| sums.balance(&usd, *kind)).sum();
    let topped = ["top-ups of merchants", "entry fees of shareholders"].map(|what| codes.row("Z6", what).cents);
    let tie = |name, found: i64, posted| Tie { name, found: found.into(), posted };
    Ok([
        tie("earned by persons", codes.earned, flow(&[Reason::Commission, Reason::CashSubsidy])),
        tie("taken back", codes.taken_back, flow(&[Reason::CommissionRefund, Reason::CashSubsidyRefund])),
        tie("paid out, fees taken in", codes.paid_out, flow(&[Reason::Withdrawal, Reason::WithdrawalFee])),
        tie("left with persons", codes.earned - codes.taken_back - codes.paid_out, left),
        tie("owed for swaps", codes.swapped, flow(&[Reason::VoucherSwap])),
        tie("top-ups and entry fees", topped.iter().sum(), flow(&[Reason::TopUp, Reason::EntryFee])),
    ])
}
