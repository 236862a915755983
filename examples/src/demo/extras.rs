//! Everything derived that goes on beside the panel's sales: packs, swaps, cards, gifts, clerks, shareholders.

use coalition::values::{Day, Instant, ItemId};

use super::cards::Cards;
use super::derive::midnight;
use super::desk::Desk;
use super::packs::Packs;
use super::panel::{Basket, Panel};
use super::programme::Names;
use super::swaps::Swaps;
use super::{catalogue, clerks, shareholders};
use crate::Failure;

/// What the host keeps for it.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    packs: Packs,
    swaps: Swaps,
    cards: Cards,
}

impl Extras {
    /// Before the first basket.
    pub fn found(&mut self, desk: &mut Desk, panel: &Panel, names: &Names, day: Day) -> Result<(), Failure> {
        let at = midnight(&desk.engine.rulebook().zone, day)?;
        self.packs.found(desk, panel, names, at)?;
        self.swaps.found(desk, at, day)?;
        catalogue::found(desk, names, at)?;
        shareholders::found(desk, panel, names, at)
    }

    /// On the first of a month.
    pub fn turn(&mut self, desk: &mut Desk, panel: &Panel, names: &Names, month: Day) -> Result<(), Failure> {
        self.packs.turn(desk, names, month)?;
        self.swaps.turn(desk, names, month)?;
        shareholders::turn(desk, panel, names, month)
    }

    /// Before a sale; the vouchers that are shown besides the panel's coupons.
    pub fn before(
        &mut self,
        desk: &mut Desk,
        names: &Names,
        basket: &Basket,
        booked: Instant,
    ) -> Result<Vec<ItemId>, Failure> {
        self.cards.come(desk, basket, booked)?;
        let pack = self.packs.come(desk, names, basket, booked)?;
        let swapped = self.swaps.come(desk, basket, booked)?;
        Ok(pack.into_iter().chain(swapped).collect())
    }

    /// After a sale.
    pub fn after(&self, desk: &mut Desk, names: &Names, basket: &Basket, booked: Instant) -> Result<(), Failure> {
        clerks::scan(desk, names, basket, booked)?;
        let today = desk.engine.rulebook().zone.day(booked);
        catalogue::come(desk, basket, booked, today)
    }
}
