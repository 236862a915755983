//! The invented programme around the panel's stores: branches, alliances, terms. Everything goes by the store's number.

use std::collections::{BTreeMap, BTreeSet};

use coalition::command::{Action, MintPoints, RegisterParty, SellPoints};
use coalition::fees::{Fee, SalesOf};
use coalition::nouns::Key;
use coalition::organisation::{OnShortage, Party, Terms};
use coalition::values::{Day, Id, Instant, Ratio};

use super::cards;
use super::derive::{amount, id, pick};
use super::desk::Desk;
use super::guides;
use super::panel::Panel;
use crate::Failure;

/// The six branches.
pub const BRANCHES: [&str; 6] = ["br-east", "br-hill", "br-lake", "br-north", "br-river", "br-west"];
/// The three alliances.
pub const ALLIANCES: [&str; 3] = ["corner", "family", "fresh"];
/// Manufacturers that pay for campaigns.
pub const SPONSORS: [&str; 2] = ["mfr-103", "mfr-1208"];
/// Who bears a coupon on a line without a product.
pub const UNKNOWN_MAKER: &str = "mfr-unknown";
/// The store with a kiosk.
const KIOSK_AT: u64 = 367;
/// Stars that the operator makes on the first day: more than the year needs.
const MINTED: i64 = 20_000_000;

/// Ids that are used all the time.
#[derive(Debug, Clone)]
pub struct Names {
    /// The operator.
    pub hq: Id,
    /// Points that pay.
    pub star: Id,
    /// Points that collect.
    pub stamp: Id,
    /// `mfr-unknown`.
    pub unknown_maker: Id,
    /// The guides of each store that has any, by number.
    pub guides: BTreeMap<u64, Vec<u64>>,
}

impl Names {
    /// All of them.
    ///
    /// # Errors
    ///
    /// None: they are ids.
    pub fn new(panel: &Panel) -> Result<Self, Failure> {
        let guides = guides::by_store(panel);
        Ok(Self { hq: id("hq")?, star: id("star")?, stamp: id("stamp")?, unknown_maker: id(UNKNOWN_MAKER)?, guides })
    }
}

/// A store as a merchant.
pub fn merchant(store: u64) -> Result<Id, Failure> {
    id(&format!("s-{store}"))
}

/// A household as a member, and as its account.
pub fn member(household: u64) -> Result<Id, Failure> {
    id(&format!("h-{household}"))
}

/// The branch of a store; one in thirteen is attached to the operator itself.
pub fn branch_of(store: u64) -> Result<Option<Id>, Failure> {
    let place = usize::try_from(pick(store, 1, 13)).unwrap_or(0);
    BRANCHES.get(place / 2).map(|name| id(name)).transpose()
}

/// Whether a store accepts stars.
pub fn accepts_stars(store: u64) -> bool {
    pick(store, 2, 4) != 0
}

/// Whether a store buys fewer stars than it will award.
pub fn buys_short(store: u64) -> bool {
    pick(store, 3, 4) == 0
}

fn on_shortage(store: u64) -> OnShortage {
    match pick(store, 4, 20) {
        0..=1 => OnShortage::None,
        2..=4 => OnShortage::Postpaid,
        5 => OnShortage::Refuse,
        _ => OnShortage::Reduce,
    }
}

/// The alliances that a store is in when the year begins.
pub fn alliances_of(store: u64) -> Result<BTreeSet<Id>, Failure> {
    let joins = ALLIANCES.iter().zip(5..).filter(|(_, salt)| pick(store, *salt, 3) == 0);
    joins.map(|(name, _)| id(name)).collect()
}

/// Terms that say nothing yet.
pub fn terms_from(from: Day) -> Terms {
    Terms {
        from,
        earn: BTreeMap::new(),
        accepts: BTreeSet::new(),
        reimbursement: BTreeMap::new(),
        point_price: BTreeMap::new(),
        on_shortage: OnShortage::Reduce,
        postpaid_price: BTreeMap::new(),
        fees: Vec::new(),
        guide: None,
        prices: Vec::new(),
        enrol_after: None,
        discounts_at: None,
    }
}

/// A store's terms: prices of stars, what it accepts, and its fees, of which each store has one kind.
pub fn store_terms(names: &Names, store: u64, from: Day, rate: &str) -> Result<Terms, Failure> {
    let mut terms = terms_from(from);
    let star = &names.star;
    if pick(store, 8, 5) == 0 {
        terms.earn.insert(star.clone(), Ratio { points: amount(3)?, per: amount(200)? });
    }
    if accepts_stars(store) {
        terms.accepts.insert(star.clone());
    }
    if pick(store, 9, 40) == 0 {
        terms.reimbursement.insert(star.clone(), amount(8_500)?);
    }
    terms.point_price.insert(star.clone(), amount(10_000)?);
    terms.on_shortage = on_shortage(store);
    if terms.on_shortage == OnShortage::Postpaid {
        terms.postpaid_price.insert(star.clone(), amount(11_000)?);
    }
    if let Some(guide) = names.guides.get(&store).and_then(|guides| guides.first()) {
        terms.guide = Some(guides::guide(*guide)?);
    }
    if store == cards::STORE {
        (terms.prices, terms.enrol_after) = (cards::prices()?, Some(amount(cards::THRESHOLD)?));
    }
    let percentage = |of| rate.parse().map(|rate| Fee::Sales { rate, of }).map_err(|_| Failure::unusable(rate));
    terms.fees = match pick(store, 10, 5) {
        0 | 1 => vec![percentage(SalesOf::Members)?],
        2 => vec![percentage(SalesOf::All)?, Fee::Fixed { amount: amount(1_000)? }],
        3 => vec![Fee::PointsAwarded { asset: star.clone(), unit_price: amount(700)? }],
        _ => vec![
            Fee::Fixed { amount: amount(2_500)? },
            Fee::PointsRedeemed { asset: star.clone(), unit_price: amount(333)? },
        ],
    };
    Ok(terms)
}

/// Every second purchase at the largest store is made at its kiosk.
pub fn kiosk_of(store: u64, basket: u64) -> Result<Option<Id>, Failure> {
    if store == KIOSK_AT && basket.is_multiple_of(2) { id(&format!("s-{store}-kiosk")).map(Some) } else { Ok(None) }
}

/// Registers everybody but members and other manufacturers, and makes the stars.
pub fn found(desk: &mut Desk, panel: &Panel, names: &Names, at: Instant, day: Day) -> Result<(), Failure> {
    let mut hq = terms_from(day);
    hq.accepts = BTreeSet::from([names.star.clone(), names.stamp.clone()]);
    register(desk, at, names, &names.hq, Party::Operator { terms: vec![hq] })?;
    for name in ALLIANCES {
        register(desk, at, names, &id(name)?, Party::Alliance {})?;
    }
    for name in BRANCHES {
        let mut terms = terms_from(day);
        terms.point_price.insert(names.star.clone(), amount(9_000)?);
        let rate = "0.002".parse().map_err(|_| Failure::unusable("0.002"))?;
        terms.fees = vec![Fee::Sales { rate, of: SalesOf::All }, Fee::Fixed { amount: amount(20_000)? }];
        register(desk, at, names, &id(name)?, Party::Branch { terms: vec![terms] })?;
    }
    for store in panel.stores.keys() {
        let terms = vec![store_terms(names, *store, day, "0.015")?];
        let (branch, alliances) = (branch_of(*store)?, alliances_of(*store)?);
        let record = Party::Merchant { branch, alliances, joined: BTreeMap::new(), terms };
        register(desk, at, names, &merchant(*store)?, record)?;
    }
    if let Some(kiosk) = kiosk_of(KIOSK_AT, 0)? {
        register(desk, at, names, &kiosk, Party::Store { merchant: merchant(KIOSK_AT)?, terms: Vec::new() })?;
    }
    for (asset, points) in [(&names.star, MINTED), (&names.stamp, MINTED / 10)] {
        let mint = MintPoints { asset: asset.clone(), points: amount(points)?, lane: None };
        desk.order(at, &names.hq, Action::MintPoints(mint))?;
    }
    for name in SPONSORS {
        let sponsor = id(name)?;
        register(desk, at, names, &sponsor, Party::Partner { roles: BTreeSet::new(), terms: Vec::new() })?;
        let sale = SellPoints {
            seller: names.hq.clone(),
            buyer: sponsor,
            asset: names.star.clone(),
            points: amount(100_000)?,
            unit_price: Some(amount(9_500)?),
        };
        desk.order(at, &names.hq, Action::SellPoints(sale))?;
    }
    Ok(())
}

/// The operator registers a party.
pub fn register(desk: &mut Desk, at: Instant, names: &Names, party: &Id, record: Party) -> Result<(), Failure> {
    let order = RegisterParty { party: party.clone(), record };
    desk.order(at, &names.hq, Action::RegisterParty(order)).map(|_| ())
}

/// A manufacturer becomes a partner with its first coupon.
pub fn register_maker(desk: &mut Desk, at: Instant, names: &Names, maker: &Id) -> Result<(), Failure> {
    if desk.book.record(&Key::Party(maker.clone())).is_some() {
        return Ok(());
    }
    register(desk, at, names, maker, Party::Partner { roles: BTreeSet::new(), terms: Vec::new() })
}
