//! What became of the coupons: counted campaign by campaign, and told in tables.

use std::collections::BTreeMap;

use coalition::nouns::{Event, Voucher};
use coalition::values::{Amount, Day, Id, Instant, ItemId, allocate};
use coalition::voucher::VoucherState;

use super::coupons::{Coupons, Face};
use super::report::{TOP, money, show};
use super::sums::Sums;
use crate::Failure;
use crate::files::say;
use crate::tables::{Column, number};

/// What became of the vouchers of a campaign. The first part is counted from events, the second from the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Stocks.
    pub stocks: u64,
    /// Issued.
    pub issued: u64,
    /// Claimed.
    pub claimed: u64,
    /// Redeemed, with those that came back after a return.
    pub redeemed: u64,
    /// Of these: with money off.
    pub with_money: u64,
    /// What they took off, cents.
    pub value: i64,
    /// Good again after a return.
    pub came_back: u64,
    /// Shown and refused, by code.
    pub refused: BTreeMap<&'static str, u64>,
    /// What refused ones took off as paper, cents.
    pub on_paper: i64,
    /// Redeemed in the end.
    pub spent: u64,
    /// Claimed, and out of date.
    pub expired: u64,
    /// Never claimed, and out of date.
    pub unclaimed: u64,
    /// Still good at the end of the year.
    pub good: u64,
}

impl Funnel {
    /// Shown at a till.
    pub fn shown(&self) -> u64 {
        self.redeemed + self.refused.values().sum::<u64>()
    }

    /// Whether events and records agree.
    pub fn adds_up(&self) -> bool {
        self.issued == self.spent + self.expired + self.unclaimed + self.good
            && self.redeemed == self.spent + self.came_back
    }

    fn add(&mut self, other: &Funnel) {
        self.stocks += other.stocks;
        self.issued += other.issued;
        self.claimed += other.claimed;
        self.redeemed += other.redeemed;
        self.with_money += other.with_money;
        self.value += other.value;
        self.came_back += other.came_back;
        for (code, times) in &other.refused {
            *self.refused.entry(code).or_insert(0) += times;
        }
        self.on_paper += other.on_paper;
        self.spent += other.spent;
        self.expired += other.expired;
        self.unclaimed += other.unclaimed;
        self.good += other.good;
    }
}

/// The funnels of all campaigns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CouponCounts {
    /// By campaign.
    pub campaigns: BTreeMap<u64, Funnel>,
    /// What each funder bears, cents, returns not taken off.
    pub borne: BTreeMap<Id, i64>,
    /// Purchases that were paid with coupons and with stars too.
    pub with_stars: u64,
    /// The campaigns of redeemed vouchers.
    redeemed: BTreeMap<ItemId, u64>,
}

/// The id of a coupon's stock. The amounts that a coupon took off differ in the panel, and a stock has one.
pub fn stock_of(campaign: u64, (coupon, value): Face) -> String {
    if value == 0 { format!("c{campaign}-{coupon}-gift") } else { format!("c{campaign}-{coupon}-{value}") }
}

/// The campaign of a coupon's stock; 0 of any other stock.
pub fn campaign_of(stock: &Id) -> u64 {
    let number = stock.as_str().strip_prefix('c').and_then(|rest| rest.split('-').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl CouponCounts {
    /// All campaigns together.
    pub fn all(&self) -> Funnel {
        let mut all = Funnel::default();
        self.campaigns.values().for_each(|funnel| all.add(funnel));
        all
    }

    fn funnel(&mut self, stock: &Id) -> &mut Funnel {
        self.campaigns.entry(campaign_of(stock)).or_default()
    }

    /// Takes in an event of a decision.
    pub fn take(&mut self, event: &Event) {
        let stock = match event {
            Event::VoucherStockCreated { stock }
            | Event::VoucherIssued { stock, .. }
            | Event::VoucherClaimed { stock, .. }
            | Event::VoucherRedeemed { stock, .. } => Some(stock),
            _ => None,
        };
        if stock.is_some_and(|stock| campaign_of(stock) == 0) {
            return;
        }
        match event {
            Event::VoucherStockCreated { stock } => self.funnel(stock).stocks += 1,
            Event::VoucherIssued { stock, .. } => self.funnel(stock).issued += 1,
            Event::VoucherClaimed { stock, .. } => self.funnel(stock).claimed += 1,
            Event::VoucherRedeemed { voucher, stock, value, .. } => {
                let funnel = self.funnel(stock);
                funnel.redeemed += 1;
                funnel.with_money += u64::from(value.is_positive());
                funnel.value += value.get();
                self.redeemed.insert(*voucher, campaign_of(stock));
            }
            Event::VoucherReinstated { voucher, .. } => {
                if let Some(campaign) = self.redeemed.remove(voucher) {
                    self.campaigns.entry(campaign).or_default().came_back += 1;
                }
            }
            _ => {}
        }
    }

    /// A till refused a coupon; what it took off, cents, stays on the receipt as paper.
    pub fn refuse(&mut self, campaign: u64, code: &'static str, value: i64) {
        let funnel = self.campaigns.entry(campaign).or_default();
        *funnel.refused.entry(code).or_insert(0) += 1;
        funnel.on_paper += value;
    }

    /// Adds what a voucher took off to what its funders bear.
    ///
    /// # Errors
    ///
    /// None: every stock has shares.
    pub fn bear(&mut self, funders: &BTreeMap<Id, Amount>, value: Amount) -> Result<(), Failure> {
        let weights: Vec<u128> = funders.values().map(|share| u128::from(share.get().unsigned_abs())).collect();
        let parts = allocate(value, &weights).map_err(|error| Failure::unusable(error.to_string()))?;
        for (funder, part) in funders.keys().zip(parts).filter(|(_, part)| part.is_positive()) {
            *self.borne.entry(funder.clone()).or_insert(0) += part.get();
        }
        Ok(())
    }

    /// Counts what a voucher is in the end, by the engine's own states.
    pub fn close(&mut self, voucher: &Voucher, at: Instant, today: Day) {
        let funnel = self.funnel(&voucher.stock);
        match VoucherState::of(voucher, at, today) {
            VoucherState::Issued | VoucherState::Claimed | VoucherState::Reserved => funnel.good += 1,
            VoucherState::Expired if voucher.account.is_some() => funnel.expired += 1,
            VoucherState::Expired => funnel.unclaimed += 1,
            VoucherState::Redeemed | VoucherState::Voided | VoucherState::Replaced => funnel.spent += 1,
        }
    }
}

const COLUMNS: [&str; 9] =
    ["stocks", "issued", "claimed", "shown", "refused", "redeemed", "money off", "expired", "good"];

/// The funnels, why coupons were refused, and who bore how much. Whether events and records agree.
pub fn tell(counts: &CouponCounts, coupons: &Coupons, sums: &Sums) -> Result<bool, Failure> {
    let kind = |number: &u64| coupons.campaigns.get(number).map_or("", |campaign| campaign.kind.as_str());
    let rows = counts.campaigns.iter().map(|(number, funnel)| row(&format!("{number:>2} {}", kind(number)), funnel));
    let rows: Vec<Vec<String>> = rows.chain([row("all", &counts.all())]).collect();
    let columns: Vec<Column<'_>> = [("campaign", false)].into_iter().chain(COLUMNS.map(|name| (name, true))).collect();
    show("Coupons as vouchers, campaign by campaign", &columns, rows)?;
    let all = counts.all();
    let sound = counts.campaigns.values().all(Funnel::adds_up);
    say(format_args!(
        "\nissued {} = redeemed {} - came back with returned goods {} + claimed and expired {}\n    \
         + never claimed {} + still good at the end {}: {}",
        number(all.issued),
        number(all.redeemed),
        number(all.came_back),
        number(all.expired),
        number(all.unclaimed),
        number(all.good),
        if sound { "equal" } else { "NOT EQUAL" }
    ))?;
    say(format_args!(
        "\n{}\n{} purchases with coupons were paid with stars too.",
        WORDS.join("\n"),
        number(counts.with_stars)
    ))?;
    let rows = all.refused.iter().map(|(code, times)| [(*code).to_owned(), number(*times), why(code).to_owned()]);
    show("Coupons that were refused", &[("code", false), ("times", true), ("because", false)], rows)?;
    cost(counts, sums)?;
    Ok(sound)
}

fn row(name: &str, funnel: &Funnel) -> Vec<String> {
    let counts =
        [funnel.stocks, funnel.issued, funnel.claimed, funnel.shown(), funnel.refused.values().sum(), funnel.redeemed];
    let mut row = vec![name.to_owned()];
    row.extend(counts.map(number));
    row.extend([money(i128::from(funnel.value)), number(funnel.expired), number(funnel.good)]);
    row
}

const WORDS: [&str; 8] = [
    "Campaigns, coupons and redemptions are the panel's. A redemption goes with the basket of its day in",
    "which a line of the coupon's products shows a discount of the manufacturer: that amount leaves the",
    "receipt and is what the voucher takes off. Where no line shows one (as with the stores' own offers",
    "for whole departments) the voucher is redeemed and no money moves. Where nothing that it is for was",
    "bought it is shown all the same, and the engine refuses it.",
    "Derived: which 16 coupons of its pool a household gets in a campaign of type A (the others send all",
    "of theirs), and that a household, when it first shops in a campaign, claims what it redeems in the",
    "end and one more.",
];

/// What a refusal means here.
fn why(code: &str) -> &'static str {
    match code {
        "voucher_not_applicable" => "nothing that the coupon is for is in the basket",
        "award_refused" => "the store gives no points beyond its float, and sold without the card",
        _ => "",
    }
}

/// What vouchers cost the manufacturers that bore most.
fn cost(counts: &CouponCounts, sums: &Sums) -> Result<(), Failure> {
    let mut all: Vec<(&Id, i64)> = counts.borne.iter().map(|(funder, cents)| (funder, *cents)).collect();
    all.sort_by_key(|(funder, cents)| (core::cmp::Reverse(*cents), (*funder).clone()));
    let rows = all.iter().take(TOP).map(|(funder, cents)| {
        let funded = sums.parties.get(*funder).map_or(0, |year| year.funded);
        let by_voucher = i128::from(*cents);
        vec![funder.to_string(), money(by_voucher), money(funded - by_voucher), money(funded)]
    });
    let columns = [("party", false), ("by voucher", true), ("on paper", true), ("coupons borne", true)];
    show("What coupons cost the manufacturers whose vouchers took off most", &columns, rows)?;
    let sum: i64 = all.iter().map(|(_, cents)| cents).sum();
    say(format_args!(
        "\nVouchers of {} manufacturers took off {}; what was on coupons that a till refused, {}, stayed on paper.",
        all.len(),
        money(i128::from(sum)),
        money(i128::from(counts.all().on_paper))
    ))
}
