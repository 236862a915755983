//! The public grocery panel as `cargo xtask data` converts it, streamed basket by basket.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use coalition::values::Instant;
use coalition::wire::{self, Mode, TreeLimits};

use super::coupons::Coupons;
use super::rows::Rows;
use super::shelf::Shelf;
use crate::Failure;

const LINE_COLUMNS: &str = "basket_id,household_id,store_id,timestamp,product_id,quantity,sales_cents,\
                            retail_disc_cents,coupon_disc_cents,coupon_match_cents";

/// What is read before the lines.
#[derive(Debug)]
pub struct Panel {
    folder: PathBuf,
    /// The figures of `totals.json`.
    pub totals: BTreeMap<String, i64>,
    /// Stores by number, with their sales of the year in cents.
    pub stores: BTreeMap<u64, i64>,
    /// The products.
    pub shelf: Shelf,
    /// The campaigns.
    pub coupons: Coupons,
}

/// A line of a basket; money in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub product: u64,
    /// Units; fuel in thousandths of a gallon.
    pub quantity: i64,
    /// What the store receives.
    pub sales: i64,
    /// The store's loyalty price, taken off.
    pub retail: i64,
    /// The manufacturer's coupon; the customer pays `sales` less this.
    pub coupon: i64,
    /// What the store gives on top of a coupon, taken off.
    pub matched: i64,
}

/// A basket: one household, store and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    /// Its number.
    pub number: u64,
    /// The household.
    pub household: u64,
    /// The store.
    pub store: u64,
    /// When.
    pub at: Instant,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Panel {
    /// Reads everything but the lines.
    ///
    /// # Errors
    ///
    /// A folder that does not hold the converted panel.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("totals.json");
        let bytes = fs::read(&path).map_err(|error| Failure::of_file(&path, &error))?;
        let totals = wire::from_json(&bytes, TreeLimits::RULEBOOK, Mode::Strict);
        let totals = totals.map_err(|error| Failure::of_wire(&path, &error))?;
        let mut stores = BTreeMap::new();
        let mut rows = Rows::open(&folder.join("stores.csv"), "store_id,lines,sales_cents")?;
        while rows.advance()? {
            stores.insert(rows.number(0)?, rows.amount(2)?);
        }
        let shelf = Shelf::read(&folder.join("products.csv"))?;
        let coupons = Coupons::read(folder, &shelf)?;
        Ok(Self { folder: folder.to_owned(), totals, stores, shelf, coupons })
    }

    /// A figure of `totals.json`.
    ///
    /// # Errors
    ///
    /// No such figure.
    pub fn total(&self, name: &str) -> Result<i64, Failure> {
        let total = self.totals.get(name).copied();
        total.ok_or_else(|| Failure::unusable(format!("totals.json has no `{name}`")))
    }

    /// The baskets by time.
    ///
    /// # Errors
    ///
    /// No such file.
    pub fn baskets(&self) -> Result<Baskets, Failure> {
        let mut rows = Rows::open(&self.folder.join("lines.csv"), LINE_COLUMNS)?;
        let more = rows.advance()?;
        Ok(Baskets { rows, more, stamp: String::new(), at: None })
    }
}

/// Lines put together to baskets; the file is sorted so that those of a basket follow one another.
#[derive(Debug)]
pub struct Baskets {
    rows: Rows,
    more: bool,
    /// The last timestamp and what it means: neighbours often share it.
    stamp: String,
    at: Option<Instant>,
}

impl Baskets {
    /// The next basket; none at the end.
    ///
    /// # Errors
    ///
    /// A row that is not what the converter writes, or out of order.
    pub fn advance(&mut self) -> Result<Option<Basket>, Failure> {
        if !self.more {
            return Ok(None);
        }
        let at = self.moment()?;
        let number = self.rows.number(0)?;
        let mut basket = Basket {
            number,
            household: self.rows.number(1)?,
            store: self.rows.number(2)?,
            at,
            lines: Vec::with_capacity(10),
        };
        while self.more && self.rows.number(0)? == number {
            basket.lines.push(self.line()?);
            self.more = self.rows.advance()?;
        }
        Ok(Some(basket))
    }

    fn moment(&mut self) -> Result<Instant, Failure> {
        let stamp = self.rows.text(3)?;
        if let (Some(at), true) = (self.at, stamp == self.stamp) {
            return Ok(at);
        }
        let at = stamp.parse::<Instant>().map_err(|error| self.rows.wrong(&error.to_string()))?;
        if self.at.is_some_and(|before| at < before) {
            return Err(self.rows.wrong("the lines are not sorted by time"));
        }
        self.stamp = stamp.to_owned();
        self.at = Some(at);
        Ok(at)
    }

    fn line(&self) -> Result<Line, Failure> {
        let rows = &self.rows;
        Ok(Line {
            product: rows.number(4)?,
            quantity: rows.amount(5)?,
            sales: rows.amount(6)?,
            retail: rows.amount(7)?,
            coupon: rows.amount(8)?,
            matched: rows.amount(9)?,
        })
    }
}
