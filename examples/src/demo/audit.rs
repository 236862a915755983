//! Checks of a finished year: points are conserved, records and postings agree, and the statements sum to what the panel
//! publishes.

use coalition::book::{Record, Snapshot};
use coalition::nouns::{AccountKind, Code, Key};
use coalition::values::Id;

use super::funnels::CouponCounts;
use super::panel::Panel;
use super::sums::Sums;
use super::tills::Tills;
use crate::Failure;

/// Where the points of an asset are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Made by the operator.
    pub issued: i128,
    /// In stocks and floats.
    pub supply: i128,
    /// Members': pending, spendable, held.
    pub outstanding: i128,
    /// Accepted in payment.
    pub redeemed: i128,
    /// Out of date.
    pub expired: i128,
    /// In the blocks of all stocks, by the records.
    pub in_blocks: i128,
    /// In the lots and holds of all accounts, by the records.
    pub in_lots: i128,
}

impl Points {
    /// Of an asset, from postings and from records.
    pub fn of(sums: &Sums, book: &Snapshot, asset: &Id) -> Self {
        use AccountKind::{Expired, Float, Held, Mint, Pending, Redeemed, Spendable, Stock};
        let all = |kinds: &[AccountKind]| kinds.iter().map(|kind| sums.balance(asset, *kind)).sum();
        let (in_blocks, in_lots) = in_records(book, asset);
        Self {
            issued: -sums.balance(asset, Mint),
            supply: all(&[Stock, Float]),
            outstanding: all(&[Pending, Spendable, Held]),
            redeemed: all(&[Redeemed]),
            expired: all(&[Expired]),
            in_blocks,
            in_lots,
        }
    }

    /// Whether nothing was lost: the places sum to what was issued, and postings and records agree.
    pub fn conserved(&self) -> bool {
        self.issued == self.supply + self.outstanding + self.redeemed + self.expired
            && self.supply == self.in_blocks
            && self.outstanding == self.in_lots
    }
}

fn in_records(book: &Snapshot, asset: &Id) -> (i128, i128) {
    let (mut blocks, mut lots) = (0, 0);
    for record in book.records.values().filter_map(|entry| entry.record.as_ref()) {
        match record {
            Record::Stock(stock) => {
                let own = stock.blocks.iter().filter(|block| block.asset == *asset);
                blocks += own.map(|block| block.points.wide()).sum::<i128>();
            }
            Record::Account(account) => {
                let held = account.holds.iter().flat_map(|hold| &hold.parts);
                let own = account.lots.iter().chain(held).filter(|lot| lot.asset == *asset);
                lots += own.map(|lot| lot.points.wide()).sum::<i128>();
            }
            _ => {}
        }
    }
    (blocks, lots)
}

/// Points of an asset that a member holds now.
pub fn holds(book: &Snapshot, account: &Id, asset: &Id) -> i64 {
    match book.record(&Key::Account(account.clone())) {
        Some(Record::Account(account)) => {
            account.lots.iter().filter(|lot| lot.asset == *asset).map(|lot| lot.points.get()).sum()
        }
        _ => 0,
    }
}

/// One figure of the year against the panel's, cents or counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// Where it is taken from.
    pub source: &'static str,
    /// What the year came to.
    pub found: i128,
    /// What the panel publishes.
    pub published: i128,
    /// Whether it is money.
    pub is_money: bool,
}

/// Every figure that can be compared.
///
/// # Errors
///
/// A figure that totals.json lacks.
pub fn figures(panel: &Panel, sums: &Sums, tills: &Tills, coupons: &CouponCounts) -> Result<Vec<Figure>, Failure> {
    let total = |name: &str| panel.total(name).map(i128::from);
    let (retail, matched) = (i128::from(tills.split.0), i128::from(tills.split.1));
    let own = sums.total(|party| party.own_discounts);
    let money = |name, source, found, published| Figure { name, source, found, published, is_money: true };
    let count = |name, found, published| Figure { name, source: "commands", found, published, is_money: false };
    let coupons = coupons.all();
    let not_applicable = coupons.refused.get(Code::VoucherNotApplicable.as_str()).copied().unwrap_or(0);
    let no_product = total("redemptions")? - total("redemptions_with_eligible_product")?;
    let store_discounts = total("retail_disc_cents")? + total("coupon_match_cents")?;
    Ok(vec![
        count("lines", i128::from(tills.lines), total("lines")?),
        count("baskets", i128::from(tills.rung), total("baskets")?),
        money("net sales", "statements", sums.total(|party| party.sales + party.other_sales), total("sales_cents")?),
        money("store discounts", "statements", own, store_discounts),
        money("- loyalty prices", "commands", retail, total("retail_disc_cents")?),
        money("- coupon matches", "commands", matched, total("coupon_match_cents")?),
        money(
            "manufacturer coupons, stores",
            "statements",
            sums.total(|party| party.others_discounts),
            total("coupon_disc_cents")?,
        ),
        money(
            "manufacturer coupons, makers",
            "statements",
            sums.total(|party| party.funded),
            total("coupon_disc_cents")?,
        ),
        count("coupons shown as vouchers", i128::from(coupons.shown()), total("redemptions")?),
        count("- refused, not applicable", i128::from(not_applicable), no_product),
        money(
            "- money off, and left on paper",
            "events",
            i128::from(coupons.value + coupons.on_paper),
            total("redemptions_with_value_cents")?,
        ),
    ])
}
