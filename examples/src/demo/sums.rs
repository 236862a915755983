//! What the statements of the year come to, added up month by month.

use std::collections::BTreeMap;

use coalition::nouns::{AccountKind, Reason};
use coalition::periods::{Settlement, Statement, Tally};
use coalition::values::{Id, Period};

use super::places::Places;

/// A party's year, from its statements. Money in minor units, fees in fine units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartyYear {
    /// Turnover with members, refunds not taken off.
    pub sales: i128,
    /// Turnover with others.
    pub other_sales: i128,
    /// Turnover of returned goods.
    pub returned: i128,
    /// Discounts that it bore itself.
    pub own_discounts: i128,
    /// Discounts at its tills that others bore.
    pub others_discounts: i128,
    /// Discounts that it bore at the tills of others.
    pub funded: i128,
    /// Fees, fine units.
    pub fees: i128,
    /// Stars out of its float.
    pub awarded: i128,
    /// Stars that it accepted.
    pub accepted: i128,
    /// Stars that it bought or was granted.
    pub supplied: i128,
    /// Stars that it sold or granted.
    pub passed: i128,
    /// What it received over the year (below zero: paid).
    pub payable: i128,
}

/// A settled month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Which.
    pub period: Period,
    /// Turnover.
    pub sales: i128,
    /// Turnover of returned goods.
    pub returned: i128,
    /// Stars awarded by anybody.
    pub awarded: i128,
    /// Stars accepted by anybody.
    pub accepted: i128,
    /// Fees, fine units.
    pub fees: i128,
    /// How many payments.
    pub payments: usize,
    /// What they come to, minor units.
    pub paid: i128,
    /// The sum of what all receive and pay, minor units: 0.
    pub net: i128,
    /// The sum of what all carry, fine units: 0.
    pub carried: i128,
}

/// The year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// By party.
    pub parties: BTreeMap<Id, PartyYear>,
    /// By month.
    pub months: Vec<Month>,
    /// Credits less debits by asset and kind of account.
    pub balances: BTreeMap<(Id, AccountKind), i128>,
    /// What moved, by asset and reason.
    pub moved: BTreeMap<(Id, Reason), i128>,
    /// By store and clerk.
    pub places: Places,
}

impl Sums {
    /// Takes in a settlement.
    pub fn take_settlement(&mut self, settlement: &Settlement, operator: &Id) {
        let mut month = Month {
            period: settlement.period,
            sales: 0,
            returned: 0,
            awarded: 0,
            accepted: 0,
            fees: 0,
            payments: settlement.payments.len(),
            paid: settlement.payments.iter().map(|payment| payment.amount.wide()).sum(),
            net: settlement.payable.values().map(|amount| amount.wide()).sum(),
            carried: settlement.residues.values().map(|amount| amount.wide()).sum(),
        };
        for statement in &settlement.statements {
            let year = of_statement(statement);
            month.sales += year.sales + year.other_sales;
            month.returned += year.returned;
            month.awarded += year.awarded;
            month.accepted += year.accepted;
            if statement.party != *operator {
                month.fees += year.fees;
            }
            self.parties.entry(statement.party.clone()).or_default().add(&year);
        }
        self.months.push(month);
    }

    /// Takes in the postings of a tally.
    pub fn take_tally(&mut self, tally: &Tally) {
        for (cell, sum) in &tally.cells {
            *self.balances.entry((cell.asset.clone(), cell.debit.kind())).or_insert(0) -= sum.amount;
            *self.balances.entry((cell.asset.clone(), cell.credit.kind())).or_insert(0) += sum.amount;
            *self.moved.entry((cell.asset.clone(), cell.reason)).or_insert(0) += sum.amount;
        }
    }

    /// The balance of all accounts of a kind.
    pub fn balance(&self, asset: &Id, kind: AccountKind) -> i128 {
        self.balances.get(&(asset.clone(), kind)).copied().unwrap_or(0)
    }

    /// What moved for a reason.
    pub fn flow(&self, asset: &Id, reason: Reason) -> i128 {
        self.moved.get(&(asset.clone(), reason)).copied().unwrap_or(0)
    }

    /// A figure summed over all parties.
    pub fn total(&self, figure: fn(&PartyYear) -> i128) -> i128 {
        self.parties.values().map(figure).sum()
    }
}

impl PartyYear {
    fn add(&mut self, other: &PartyYear) {
        self.sales += other.sales;
        self.other_sales += other.other_sales;
        self.returned += other.returned;
        self.own_discounts += other.own_discounts;
        self.others_discounts += other.others_discounts;
        self.funded += other.funded;
        self.fees += other.fees;
        self.awarded += other.awarded;
        self.accepted += other.accepted;
        self.supplied += other.supplied;
        self.passed += other.passed;
        self.payable += other.payable;
    }
}

fn of_statement(statement: &Statement) -> PartyYear {
    let party = Some(&statement.party);
    let mut year = PartyYear { fees: statement.fees.wide(), payable: statement.payable.wide(), ..PartyYear::default() };
    for line in &statement.lines {
        let amount = line.amount.wide();
        let (gives, gets) = (line.debit.party() == party, line.credit.party() == party);
        let stars = line.asset.as_str() == "star";
        match line.reason {
            Reason::Sale => year.sales += amount,
            Reason::OtherSale => year.other_sales += amount,
            Reason::SaleRefund | Reason::OtherSaleRefund => year.returned += amount,
            Reason::Discount if gives && gets => year.own_discounts += amount,
            Reason::Discount if gets => year.others_discounts += amount,
            Reason::Discount => year.funded += amount,
            Reason::PointsSold | Reason::PointsGranted if stars && gets => year.supplied += amount,
            Reason::PointsSold | Reason::PointsGranted if stars => year.passed += amount,
            Reason::Award if gives && stars => year.awarded += amount,
            Reason::Redemption if gets && stars => year.accepted += amount,
            _ => {}
        }
    }
    year
}
