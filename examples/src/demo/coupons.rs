//! The panel's campaigns: which coupon is for which products, who was sent them, and what was redeemed where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use coalition::values::Day;

use super::derive::mix;
use super::rows::Rows;
use super::shelf::Shelf;
use crate::Failure;

/// A coupon for products of more manufacturers than this is no manufacturer's: it is the stores' own offer for a whole
/// department, and no receipt is asked what it took off. The converter has the same figure.
const MOST_MAKERS: usize = 16;
/// Campaigns of this kind send each household 16 coupons of their pool, all others every coupon: so the source's guide says.
const POOLED: &str = "Type A";
const POOL_SENT: usize = 16;

/// A coupon of a campaign.
#[derive(Debug, Clone, Default)]
pub struct Coupon {
    /// What it is for, sorted.
    pub products: Vec<u64>,
    /// What it takes off, cents: what most redemptions show (of equally many the least); 0 where none shows anything.
    pub value: i64,
}

/// A campaign.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// `Type A`, `Type B` or `Type C`.
    pub kind: String,
    /// The first day.
    pub from: Day,
    /// The first day on which its coupons are good no longer.
    pub until: Day,
    /// Its coupons, by number.
    pub coupons: BTreeMap<u64, Coupon>,
    /// Who was sent coupons, and what each redeems of them in the end, by day.
    pub households: BTreeMap<u64, Vec<Face>>,
}

/// A coupon's number, and what it takes off, cents (0: nothing that can be told from the receipt).
pub type Face = (u64, i64);

/// A redemption: what the household showed at a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redemption {
    /// The campaign.
    pub campaign: u64,
    /// The coupon.
    pub face: Face,
    /// The product whose line shows what came off; none if nothing that the coupon is for was bought.
    pub product: Option<u64>,
}

/// All campaigns.
#[derive(Debug, Default)]
pub struct Coupons {
    /// By number.
    pub campaigns: BTreeMap<u64, Campaign>,
    /// Redemptions by basket, in the order of the file.
    pub redemptions: BTreeMap<u64, Vec<Redemption>>,
    /// Campaigns of which a household was sent coupons.
    pub of_household: BTreeMap<u64, Vec<u64>>,
}

impl Coupons {
    /// Reads the four files of the converter.
    ///
    /// # Errors
    ///
    /// A file that is not what the converter writes.
    pub fn read(folder: &Path, shelf: &Shelf) -> Result<Self, Failure> {
        let mut coupons = Self::default();
        coupons.read_campaigns(folder)?;
        coupons.read_coupons(folder)?;
        coupons.read_redemptions(folder, shelf)?;
        Ok(coupons)
    }

    fn read_campaigns(&mut self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join("campaign_descriptions.csv");
        let mut rows = Rows::open(&path, "campaign_id,campaign_type,start_date,end_date")?;
        while rows.advance()? {
            let last = day(&rows, 3)?;
            let campaign = Campaign {
                kind: rows.text(1)?.to_owned(),
                from: day(&rows, 2)?,
                until: last.plus_days(1).ok_or_else(|| rows.wrong("no day follows the last"))?,
                coupons: BTreeMap::new(),
                households: BTreeMap::new(),
            };
            self.campaigns.insert(rows.number(0)?, campaign);
        }
        let mut rows = Rows::open(&folder.join("campaigns.csv"), "campaign_id,household_id")?;
        while rows.advance()? {
            let (campaign, household) = (rows.number(0)?, rows.number(1)?);
            self.campaign(campaign, &rows)?.households.insert(household, Vec::new());
            self.of_household.entry(household).or_default().push(campaign);
        }
        Ok(())
    }

    fn read_coupons(&mut self, folder: &Path) -> Result<(), Failure> {
        let mut rows = Rows::open(&folder.join("coupons.csv"), "coupon_upc,product_id,campaign_id")?;
        while rows.advance()? {
            let (coupon, product) = (rows.number(0)?, rows.number(1)?);
            let campaign = self.campaign(rows.number(2)?, &rows)?;
            campaign.coupons.entry(coupon).or_default().products.push(product);
        }
        let coupons = self.campaigns.values_mut().flat_map(|campaign| campaign.coupons.values_mut());
        for coupon in coupons {
            coupon.products.sort_unstable();
            // The source repeats 4,872 rows.
            coupon.products.dedup();
        }
        Ok(())
    }

    fn read_redemptions(&mut self, folder: &Path, shelf: &Shelf) -> Result<(), Failure> {
        let header = "redemption_date,household_id,coupon_upc,campaign_id,basket_id,product_id,value_cents";
        let mut rows = Rows::open(&folder.join("redemptions.csv"), header)?;
        let mut found = Vec::new();
        let mut seen: BTreeMap<(u64, u64), BTreeMap<i64, u64>> = BTreeMap::new();
        while rows.advance()? {
            let (household, coupon, number) = (rows.number(1)?, rows.number(2)?, rows.number(3)?);
            let product = if rows.text(5)?.is_empty() { None } else { Some(rows.number(5)?) };
            let value = rows.amount(6)?;
            let makers =
                self.campaign(number, &rows)?.coupons.get(&coupon).map_or(0, |coupon| makers(coupon, shelf).len());
            if value > 0 {
                if makers > MOST_MAKERS {
                    return Err(rows.wrong("a coupon of so many manufacturers has no value of its own"));
                }
                *seen.entry((number, coupon)).or_default().entry(value).or_insert(0) += 1;
            }
            found.push((rows.number(4)?, household, Redemption { campaign: number, face: (coupon, value), product }));
        }
        for ((campaign, coupon), values) in &seen {
            let most = values.iter().max_by_key(|(value, times)| (**times, core::cmp::Reverse(**value)));
            let coupon = self.campaigns.get_mut(campaign).and_then(|campaign| campaign.coupons.get_mut(coupon));
            if let (Some((value, _)), Some(coupon)) = (most, coupon) {
                coupon.value = *value;
            }
        }
        for (basket, household, mut redemption) in found {
            let campaign = self.campaign(redemption.campaign, &rows)?;
            let (coupon, _) = redemption.face;
            if redemption.product.is_none() {
                // Nobody ever saw what this copy would have taken off: what others did.
                redemption.face.1 = campaign.coupons.get(&coupon).map_or(0, |coupon| coupon.value);
            }
            let faces = campaign.households.get_mut(&household);
            faces.ok_or_else(|| Failure::unusable("a household redeems what it was not sent"))?.push(redemption.face);
            self.redemptions.entry(basket).or_default().push(redemption);
        }
        Ok(())
    }

    fn campaign(&mut self, number: u64, rows: &Rows) -> Result<&mut Campaign, Failure> {
        self.campaigns.get_mut(&number).ok_or_else(|| rows.wrong(&format!("there is no campaign {number}")))
    }
}

impl Campaign {
    /// What a household redeems in the end, and what it is sent besides, in the order in which it would claim it. Which coupons
    /// of a pool it is sent is not known: derived.
    fn sent_to(&self, household: u64) -> (&[Face], Vec<Face>) {
        let redeemed = self.households.get(&household).map_or(&[][..], Vec::as_slice);
        let own: BTreeSet<u64> = redeemed.iter().map(|(coupon, _)| *coupon).collect();
        let others = self.coupons.iter().filter(|(number, _)| !own.contains(number));
        let mut others: Vec<Face> = others.map(|(number, coupon)| (*number, coupon.value)).collect();
        others.sort_by_cached_key(|(number, _)| mix(*number, 1_000 + household));
        if self.kind == POOLED {
            others.truncate(POOL_SENT.saturating_sub(own.len()));
        }
        (redeemed, others)
    }

    /// How many of each coupon are sent; every coupon of the campaign is listed.
    pub fn faces(&self) -> BTreeMap<Face, i64> {
        let mut faces: BTreeMap<Face, i64> =
            self.coupons.iter().map(|(number, coupon)| ((*number, coupon.value), 0)).collect();
        for household in self.households.keys() {
            let (redeemed, others) = self.sent_to(*household);
            for face in redeemed.iter().chain(&others) {
                *faces.entry(*face).or_insert(0) += 1;
            }
        }
        faces
    }

    /// What a household claims when it first shops while the campaign runs: what it redeems in the end, and, derived, one more.
    pub fn claimed_by(&self, household: u64) -> Vec<Face> {
        let (redeemed, others) = self.sent_to(household);
        redeemed.iter().chain(others.first()).copied().collect()
    }
}

/// How many products of a coupon each manufacturer makes; products that the panel does not list are nobody's.
pub fn makers(coupon: &Coupon, shelf: &Shelf) -> BTreeMap<coalition::values::Id, i64> {
    let mut makers = BTreeMap::new();
    for kind in coupon.products.iter().filter_map(|product| shelf.kind(*product)) {
        *makers.entry(kind.manufacturer.clone()).or_insert(0) += 1;
    }
    makers
}

fn day(rows: &Rows, column: usize) -> Result<Day, Failure> {
    rows.text(column)?.parse().map_err(|_| rows.wrong("a day is expected"))
}
