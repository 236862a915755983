//! What the clerks closed and the kiosk sold (M10), month by month off the tally.

use std::collections::BTreeMap;

use coalition::nouns::Reason;
use coalition::periods::Figure;
use coalition::values::Id;

use super::report::{TOP, money, show};
use crate::Failure;
use crate::tables::number;

/// The year of a store or a clerk. Money in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceYear {
    /// How many sales.
    pub sales: u64,
    /// Their turnover.
    pub turnover: i128,
    /// Turnover of what came back.
    pub returned: i128,
    /// Stars that were earned on them.
    pub stars: i128,
    /// Commission and cash subsidies that were paid on them.
    pub paid: i128,
}

/// By store and clerk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(pub BTreeMap<(Option<Id>, Option<Id>), PlaceYear>);

impl Places {
    /// Takes in the figures of a month.
    pub fn take(&mut self, figures: Vec<Figure>) {
        for Figure { store, clerk, asset, reason, postings, amount } in figures {
            let year = self.0.entry((store, clerk)).or_default();
            let amount = amount.wide();
            match (reason, asset.as_str()) {
                (Reason::Sale | Reason::OtherSale, _) => {
                    year.sales += postings;
                    year.turnover += amount;
                }
                (Reason::SaleRefund | Reason::OtherSaleRefund, _) => year.returned += amount,
                (Reason::Award, "star") => year.stars += amount,
                (Reason::Commission | Reason::CashSubsidy, "USD") => year.paid += amount,
                _ => {}
            }
        }
    }

    /// All of those that a question picks, as one.
    pub fn sum(&self, picks: impl Fn(Option<&Id>, Option<&Id>) -> bool) -> PlaceYear {
        let picked = self.0.iter().filter(|((store, clerk), _)| picks(store.as_ref(), clerk.as_ref()));
        picked.fold(PlaceYear::default(), |sum, (_, year)| PlaceYear {
            sales: sum.sales + year.sales,
            turnover: sum.turnover + year.turnover,
            returned: sum.returned + year.returned,
            stars: sum.stars + year.stars,
            paid: sum.paid + year.paid,
        })
    }

    /// Prints those that sold most.
    pub fn tell(&self) -> Result<(), Failure> {
        let clerks = self.0.keys().filter(|(_, clerk)| clerk.is_some()).count();
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(place, year)| (core::cmp::Reverse(year.turnover), (*place).clone()));
        let row = |name: [String; 2], year: &PlaceYear| {
            let figures = [number(year.sales), money(year.turnover), money(year.returned), number(year.stars)];
            [name.to_vec(), figures.to_vec(), vec![money(year.paid)]].concat()
        };
        let name = |id: &Option<Id>| id.as_ref().map_or_else(String::new, ToString::to_string);
        let rows = all.iter().take(TOP).map(|((store, clerk), year)| row([name(store), name(clerk)], year));
        let total = row([String::new(), format!("all {clerks} clerks")], &self.sum(|_, clerk| clerk.is_some()));
        let columns = [
            ("store", false),
            ("clerk", false),
            ("sales", true),
            ("turnover", true),
            ("returned", true),
            ("stars earned", true),
            ("commission on it", true),
        ];
        show("Stores of merchants, and clerks, by what they sold", &columns, rows.chain([total]))
    }
}
